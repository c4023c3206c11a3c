//! The manifest: the facts of a run, for one country.

use super::size::{ITEM_BYTES_MAX, item_bytes};
use super::{Inputs, ItemError, ItemKey, RunFacts, item_of};
use crate::reason::RejectReason;
use crate::value::CountryKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;
use std::collections::BTreeMap;

/// Maximum bytes that a manifest grows by later: the times of changes to its run.
const LATER_BYTES_MAX: usize = 1 << 10;

/// The item `run#<run_id>` of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The run.
    pub run_id: String,
    /// Events of this country in the input.
    pub rows: u64,
    /// Their outcomes, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// The hash of this country's rows in the table.
    pub result_hash: String,
    /// The hash of the rules.
    pub rules_hash: String,
    /// Items of this run, one per bucket, without the manifest.
    pub item_count: u64,
    /// The input.
    pub inputs: Inputs,
    /// The country as shown. Older manifests may lack this and everything below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The canonical form of the rules, to roll back to the run and to count it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// The run as a whole, with all its countries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunFacts>,
    /// When it first became current; `None` if it never did, or if that was not recorded. This and
    /// all times are RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// When another run replaced it; `None` while it is current, or if that was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<String>,
    /// When it was last rolled back from; a rollback sets `superseded_at` to the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_at: Option<String>,
    /// When deletion of its items began: it can never be current again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collecting_at: Option<String>,
}

/// What became of events in one segment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SegmentCounts {
    /// Events that count for a bucket.
    pub counted: u64,
    /// Events outside every bucket.
    pub unclassified: u64,
    /// Events left out, by reason; reasons that never applied are not named.
    pub rejected: BTreeMap<RejectReason, u64>,
}

impl Manifest {
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
        item_of(&ItemKey::manifest(country, &self.run_id), self)
    }

    /// Returns the item of a new run. If it would be too large for the table, it leaves out the
    /// list of inputs.
    ///
    /// # Errors
    ///
    /// If it is too large even without the list.
    pub fn to_new_item(&self, country: &CountryKey) -> Result<Item, ItemError> {
        let fits = |item: &Item| item_bytes(item) + LATER_BYTES_MAX <= ITEM_BYTES_MAX;
        let item = self.to_item(country);
        if fits(&item) {
            return Ok(item);
        }
        let mut unlisted = self.clone();
        unlisted.inputs.list.clear();
        let item = unlisted.to_item(country);
        if fits(&item) {
            return Ok(item);
        }
        Err(ItemError::TooLarge { bytes: item_bytes(&item), max: ITEM_BYTES_MAX - LATER_BYTES_MAX })
    }

    /// Returns whether it was rolled back from, and nothing happened to it since.
    #[must_use]
    pub fn is_rolled_back(&self) -> bool {
        self.rolled_back_at.is_some() && self.rolled_back_at == self.superseded_at
    }
}

impl SegmentCounts {
    /// Returns all events: counted, unclassified and rejected.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.counted + self.unclassified + self.rejected.values().sum::<u64>()
    }

    /// Adds the events of `other`.
    pub fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.unclassified += other.unclassified;
        for (reason, events) in &other.rejected {
            *self.rejected.entry(*reason).or_default() += events;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::table::{InputObject, RowCounts};
    use serde_dynamo::AttributeValue;

    fn country() -> CountryKey {
        "Peru".parse().expect("a country")
    }

    /// Returns a manifest in its first form, with so many inputs whose names have so many bytes.
    fn manifest(inputs: usize, url_bytes: usize) -> Manifest {
        let rejected =
            BTreeMap::from([(RejectReason::BadVoucherAmount, 2), (RejectReason::MissingTimestamp, 1)]);
        let counts = SegmentCounts { counted: 10, unclassified: 3, rejected };
        assert_eq!(counts.events(), 16);
        let object =
            |at| InputObject { url: format!("{at:0>url_bytes$}"), version: "\"1\"".to_owned(), bytes: 7 };
        Manifest {
            run_id: "0193".to_owned(),
            rows: 16,
            segments: BTreeMap::from([("frequent_segment".to_owned(), counts)]),
            result_hash: "ab".to_owned(),
            rules_hash: "cd".to_owned(),
            item_count: 8,
            inputs: Inputs::of((0..inputs).map(object).collect()),
            country: None,
            rules: None,
            run: None,
            published_at: None,
            superseded_at: None,
            rolled_back_at: None,
            collecting_at: None,
        }
    }

    fn full() -> Manifest {
        let time = |hour: u32| Some(format!("2026-11-24T{hour:02}:00:00Z"));
        let facts = RunFacts {
            version: "0.1.0".to_owned(),
            started_at: "2026-11-24T09:00:00Z".to_owned(),
            result_hash: "ef".to_owned(),
            rows: RowCounts { footer: 20, selected: 16, other_country: 4, ..RowCounts::default() },
            pruned_files: 1,
        };
        Manifest {
            country: Some("Peru".to_owned()),
            rules: Some(Rules::default().canonical()),
            run: Some(facts),
            published_at: time(10),
            superseded_at: time(11),
            rolled_back_at: time(12),
            collecting_at: time(13),
            ..manifest(2, 10)
        }
    }

    #[test]
    fn what_is_read_back_is_what_was_written() {
        for manifest in [manifest(2, 10), full()] {
            assert_eq!(Manifest::from_item(manifest.to_item(&country())).expect("an item"), manifest);
        }
    }

    #[test]
    fn what_was_not_recorded_is_left_out() {
        let item = manifest(2, 10).to_item(&country());
        let names: Vec<_> = item.keys().collect();
        assert_eq!(names.len(), 9, "{names:?}");
        assert_eq!(full().to_item(&country()).keys().count(), 16);
    }

    #[test]
    fn the_last_thing_that_became_of_it() {
        let at = |hour: &str| Some(hour.to_owned());
        for (superseded_at, rolled_back_at, expected) in [
            (None, None, false),
            (at("10"), None, false),
            (at("10"), at("10"), true),
            // It became current again, and then another run replaced it.
            (at("11"), at("10"), false),
            (None, at("10"), false),
        ] {
            let manifest = Manifest { superseded_at, rolled_back_at, ..manifest(1, 1) };
            assert_eq!(manifest.is_rolled_back(), expected, "{manifest:?}");
        }
    }

    #[test]
    fn it_fits_into_the_table() {
        let listed = |manifest: &Manifest| {
            let item = manifest.to_new_item(&country()).expect("it fits");
            assert!(item_bytes(&item) + LATER_BYTES_MAX <= ITEM_BYTES_MAX);
            Manifest::from_item(item).expect("an item").inputs.list.len()
        };
        // The longest key on S3, and the longest path of a file.
        assert_eq!(listed(&manifest(100, 1_100)), 100);
        assert_eq!(listed(&manifest(100, 4_096)), 0);
        let rules = |bytes| Manifest { rules: Some("x".repeat(bytes)), ..manifest(100, 1_100) };
        assert_eq!(listed(&rules(256 << 10)), 100);
        assert_eq!(listed(&rules(300 << 10)), 0);
        let refused = rules(400 << 10).to_new_item(&country()).expect_err("too large");
        assert!(matches!(refused, ItemError::TooLarge { bytes, max } if bytes > max), "{refused}");
    }

    #[test]
    fn a_country_is_text() {
        let item = full().to_item(&country());
        assert_eq!(item.get("country"), Some(&AttributeValue::S("Peru".to_owned())));
    }
}
