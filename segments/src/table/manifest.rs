//! The manifest: what a run was made of, for one country.

use super::{ItemError, ItemKey, item_of};
use crate::reason::RejectReason;
use crate::value::CountryKey;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Input objects that a manifest lists by name; of more it has number, bytes and hash only.
const INPUTS_LISTED_MAX: usize = 100;

/// The item `run#<run_id>` of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The run.
    pub run_id: String,
    /// Events of this country in the input.
    pub rows: u64,
    /// What became of them, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// The hash of this country's rows of the table.
    pub result_hash: String,
    /// The hash of the rules.
    pub rules_hash: String,
    /// Items of this run, one a bucket, the manifest not included.
    pub item_count: u64,
    /// What was read.
    pub inputs: Inputs,
    /// When another run took its place, RFC 3339 in UTC; `None` while it is current, or if
    /// that was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<String>,
}

/// What became of events in one segment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentCounts {
    /// Events that count for a bucket.
    pub counted: u64,
    /// Events outside every bucket.
    pub unclassified: u64,
    /// Events left out, by reason; reasons that never applied are not named.
    pub rejected: BTreeMap<RejectReason, u64>,
}

/// The input of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Objects read.
    pub number: u64,
    /// Their sizes added up.
    pub bytes: u64,
    /// SHA-256 of one line `<url> <version> <bytes>` an object, sorted.
    pub sha256: String,
    /// The objects, sorted by URL, if there are at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<InputObject>,
}

/// One object of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputObject {
    /// Where it is.
    pub url: String,
    /// Which version of it was read: the ETag, or a local file's time of modification.
    pub version: String,
    /// Its size.
    pub bytes: u64,
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
}

impl SegmentCounts {
    /// Returns all events: counted, unclassified and rejected.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.counted + self.unclassified + self.rejected.values().sum::<u64>()
    }

    /// Adds another's events.
    pub fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.unclassified += other.unclassified;
        for (reason, events) in &other.rejected {
            *self.rejected.entry(*reason).or_default() += events;
        }
    }
}

impl Inputs {
    /// Returns the summary of `objects`, in any order.
    #[must_use]
    pub fn of(mut objects: Vec<InputObject>) -> Self {
        objects.sort_unstable();
        let mut lines = String::new();
        for InputObject { url, version, bytes } in &objects {
            // Writing to a `String` cannot fail.
            let _ = writeln!(lines, "{url} {version} {bytes}");
        }
        Self {
            number: objects.len() as u64,
            bytes: objects.iter().map(|object| object.bytes).sum(),
            sha256: crate::sha256_hex(lines.as_bytes()),
            list: if objects.len() <= INPUTS_LISTED_MAX { objects } else { Vec::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(number: u64) -> Vec<InputObject> {
        (0..number)
            .map(|index| InputObject {
                url: format!("s3://bucket/{index:03}"),
                version: format!("\"{index}\""),
                bytes: index,
            })
            .collect()
    }

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let country: CountryKey = "Peru".parse().expect("a country");
        let rejected =
            BTreeMap::from([(RejectReason::BadVoucherAmount, 2), (RejectReason::MissingTimestamp, 1)]);
        let counts = SegmentCounts { counted: 10, unclassified: 3, rejected };
        assert_eq!(counts.events(), 16);
        for superseded_at in [None, Some("2026-11-24T10:00:00Z".to_owned())] {
            let manifest = Manifest {
                run_id: "0193".to_owned(),
                rows: 16,
                segments: BTreeMap::from([("frequent_segment".to_owned(), counts.clone())]),
                result_hash: "ab".to_owned(),
                rules_hash: "cd".to_owned(),
                item_count: 8,
                inputs: Inputs::of(objects(2)),
                superseded_at,
            };
            assert_eq!(Manifest::from_item(manifest.to_item(&country)).expect("an item"), manifest);
        }
    }

    #[test]
    fn inputs_do_not_depend_on_their_order() {
        let mut reversed = objects(5);
        reversed.reverse();
        assert_eq!(Inputs::of(reversed), Inputs::of(objects(5)));
        let mut changed = objects(5);
        changed[2].version.push('x');
        assert_ne!(Inputs::of(changed).sha256, Inputs::of(objects(5)).sha256);
    }

    #[test]
    fn at_most_a_hundred_are_listed() {
        assert_eq!(Inputs::of(objects(100)).list.len(), 100);
        let many = Inputs::of(objects(101));
        assert_eq!((many.number, many.bytes, many.list.len()), (101, 5050, 0));
    }
}
