//! What a name leads to: a country's publication, or by an alias another country.

use super::Publication;
use crate::table::{ReadError, Table};
use segments::table::Pointer;
use segments::value::CountryKey;
use std::sync::Arc;

/// Approximate memory of an alias: two keys, its share of the map.
const ALIAS_BYTES: u64 = 512;

/// What a name leads to, ready to serve.
#[derive(Debug, Clone)]
pub(super) enum Resolved {
    /// The country's publication.
    Publication(Arc<Publication>),
    /// The country that the name is an alias of.
    Alias(CountryKey),
}

/// What a name leads to, as stored in the table.
#[derive(Debug)]
pub(super) enum Stored {
    Pointer(Box<Pointer>),
    Alias(CountryKey),
}

impl Stored {
    /// Reads the name's pointer or, only if there is none, its alias.
    pub(super) async fn read(table: &Table, name: &CountryKey) -> Result<Option<Self>, ReadError> {
        if let Some(pointer) = table.pointer(name).await? {
            return Ok(Some(Self::Pointer(Box::new(pointer))));
        }
        Ok(table.alias(name).await?.map(Self::Alias))
    }
}

impl Resolved {
    /// Makes what is stored under `name` ready to serve.
    pub(super) fn of(name: &CountryKey, stored: Stored) -> Result<Self, ReadError> {
        Ok(match stored {
            Stored::Pointer(pointer) => {
                Self::Publication(Arc::new(Publication::new(name.clone(), *pointer)?))
            }
            Stored::Alias(country) => Self::Alias(country),
        })
    }

    /// Returns whether the table still stores the same, so that everything in memory holds.
    pub(super) fn is_still(&self, stored: &Stored) -> bool {
        match (self, stored) {
            (Self::Publication(known), Stored::Pointer(read)) => {
                (&known.pointer.run_id, known.pointer.version) == (&read.run_id, read.version)
            }
            (Self::Alias(known), Stored::Alias(read)) => known == read,
            _ => false,
        }
    }

    /// Returns whether all is in memory that it leads to.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Publication(publication) => publication.is_whole(),
            Self::Alias(_) => true,
        }
    }

    /// Returns whether it is the very same publication, or an alias of the same country.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Publication(one), Self::Publication(other)) => Arc::ptr_eq(one, other),
            (Self::Alias(one), Self::Alias(other)) => one == other,
            _ => false,
        }
    }

    /// Returns approximately the bytes it takes in memory.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Publication(publication) => publication.bytes(),
            Self::Alias(_) => ALIAS_BYTES,
        }
    }
}
