//! The pointer: the one item per country that names its current run.

use super::{ItemError, ItemKey, item_of};
use crate::rules::{CanonicalError, Rules};
use crate::value::CountryKey;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

/// The item `current` of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The served run.
    pub run_id: String,
    /// The run served before; `None` for a country's first.
    pub previous_run_id: Option<String>,
    /// The newest run that was ever current; a rollback does not lower it.
    pub newest_run_id: String,
    /// Number of moves of the pointer; every move is conditional on it.
    pub version: u64,
    /// When the pointer last moved, RFC 3339 in UTC.
    pub published_at: String,
    /// The country as shown.
    pub country: String,
    /// The canonical form of the run's rules.
    pub rules: String,
    /// Their hash.
    pub rules_hash: String,
    /// The run that was rolled back from, if the last move was a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_from: Option<String>,
}

impl Pointer {
    /// Reads the item.
    ///
    /// # Errors
    ///
    /// If an attribute is missing or of another type.
    pub fn from_item(item: Item) -> Result<Self, ItemError> {
        Ok(serde_dynamo::from_item(item)?)
    }

    /// Returns the item for `country`.
    #[must_use]
    pub fn to_item(&self, country: &CountryKey) -> Item {
        item_of(&ItemKey::current(country), self)
    }

    /// Returns the rules of the current run.
    ///
    /// # Errors
    ///
    /// If the published rules are invalid, which no run of ours publishes.
    pub fn rules(&self) -> Result<Rules, CanonicalError> {
        Rules::from_canonical(&self.rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let rules = Rules::default();
        let country: CountryKey = "Peru".parse().expect("a country");
        for previous_run_id in [None, Some("0192".to_owned())] {
            let pointer = Pointer {
                run_id: "0193".to_owned(),
                rolled_back_from: previous_run_id.clone(),
                previous_run_id,
                newest_run_id: "0193".to_owned(),
                version: 7,
                published_at: "2026-11-24T10:00:00Z".to_owned(),
                country: "Peru".to_owned(),
                rules: rules.canonical(),
                rules_hash: rules.hash(),
            };
            let read = Pointer::from_item(pointer.to_item(&country)).expect("an item");
            assert_eq!(read, pointer);
            assert_eq!(read.rules().expect("valid"), rules);
        }
        assert!(Pointer::from_item(ItemKey::current(&country).to_item()).is_err());
    }
}
