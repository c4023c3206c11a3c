//! What stands under a name: the publication of a country, or the country that it is a further
//! name of.

use super::Publication;
use crate::table::{ReadError, Table};
use segments::table::Pointer;
use segments::value::CountryKey;
use std::sync::Arc;

/// What an alias takes in memory, about: two keys and the map's share.
const ALIAS_BYTES: u64 = 512;

/// What stands under a name, ready to be served.
#[derive(Debug, Clone)]
pub(super) enum Resolved {
    /// What is published.
    Publication(Arc<Publication>),
    /// The country that it is a further name of.
    Alias(CountryKey),
}

/// What stands under a name, as it was read.
#[derive(Debug)]
pub(super) enum Stored {
    Pointer(Box<Pointer>),
    Alias(CountryKey),
}

impl Stored {
    /// Reads what stands under a name: its pointer or, only where there is none, its alias.
    pub(super) async fn read(table: &Table, name: &CountryKey) -> Result<Option<Self>, ReadError> {
        if let Some(pointer) = table.pointer(name).await? {
            return Ok(Some(Self::Pointer(Box::new(pointer))));
        }
        Ok(table.alias(name).await?.map(Self::Alias))
    }
}

impl Resolved {
    /// Returns what was read under `name`, ready to be served.
    pub(super) fn of(name: &CountryKey, stored: Stored) -> Result<Self, ReadError> {
        Ok(match stored {
            Stored::Pointer(pointer) => {
                Self::Publication(Arc::new(Publication::new(name.clone(), *pointer)?))
            }
            Stored::Alias(country) => Self::Alias(country),
        })
    }

    /// Returns whether it is still what was read now, so that all that is known of it holds.
    pub(super) fn is_still(&self, stored: &Stored) -> bool {
        match (self, stored) {
            (Self::Publication(known), Stored::Pointer(read)) => {
                (&known.pointer.run_id, known.pointer.version) == (&read.run_id, read.version)
            }
            (Self::Alias(known), Stored::Alias(read)) => known == read,
            _ => false,
        }
    }

    /// Returns about how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Publication(publication) => publication.bytes(),
            Self::Alias(_) => ALIAS_BYTES,
        }
    }
}
