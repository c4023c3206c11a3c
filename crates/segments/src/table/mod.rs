//! The published table: its keys, its items, and the hash of its rows.
//!
//! A partition holds one country: the pointer `current`, a manifest `run#<run_id>` for each run,
//! and `<run_id>#<segment>#<bucket>` for each bucket of a run. The partition of a country's
//! further name holds `alias`, which leads to the country. Partition `#countries` lists the
//! countries. Items are [`serde_dynamo::Item`]s; this module does not call DynamoDB.

mod key;

mod pointer;

mod alias;

mod manifest;

mod inputs;

mod run_facts;

mod bucket_row;

mod size;

mod country_table;

mod bucket_report;

pub use alias::{alias_item, alias_target};
pub use bucket_report::BucketReport;
pub use bucket_row::{BucketRow, result_hash};
pub use country_table::{Count, CountryTable};
pub use inputs::{InputObject, Inputs};
pub use key::{
    ATTRIBUTE_COUNTRY, ATTRIBUTE_ITEM, COUNTRIES_PARTITION, ITEM_ALIAS, ITEM_CURRENT, ITEM_MANIFEST_PREFIX,
    ItemKey, TABLE_DEFAULT,
};
pub use manifest::{Manifest, SegmentCounts};
pub use pointer::Pointer;
pub use run_facts::{RowCounts, RunFacts};

use crate::value::CountryKey;
use serde::Serialize;
use serde_dynamo::{AttributeValue, Item};

/// An invalid item of the table.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// An attribute is missing or has the wrong type.
    #[error("item is malformed")]
    Malformed(#[from] serde_dynamo::Error),
    /// An amount or a key is invalid.
    #[error("item is malformed: attribute {attribute} holds {value:?}")]
    Attribute {
        /// Its name.
        attribute: &'static str,
        /// What it holds.
        value: String,
    },
    /// It is too large for the table.
    #[error("item has {bytes} bytes, the table takes {max}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most the table takes.
        max: usize,
    },
}

/// Returns the item of `#countries` for a country, with its shown name.
#[must_use]
pub fn country_item(country: &CountryKey, shown: &str) -> Item {
    let mut item = ItemKey::listed_country(country).to_item();
    item.insert("country".to_owned(), AttributeValue::S(shown.to_owned()));
    item
}

/// Returns `body` as an item under `key`.
fn item_of<T: Serialize>(key: &ItemKey, body: &T) -> Item {
    let mut item: Item = serde_dynamo::to_item(body).expect("a struct of text, numbers and maps is an item");
    item.extend(key.to_item());
    item
}

/// Extends an [`Item`] by another.
trait Extend {
    fn extend(&mut self, other: Item);
}

impl Extend for Item {
    fn extend(&mut self, other: Item) {
        let other: std::collections::HashMap<String, AttributeValue> = other.into();
        self.as_mut().extend(other);
    }
}
