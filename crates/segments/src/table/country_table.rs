//! The table of one country as a run evaluated it, before or after it is published.

use super::{BucketRow, SegmentCounts};
use crate::value::{Amount, CountryKey};
use std::collections::BTreeMap;

/// The table of one country.
#[derive(Debug, Clone, PartialEq)]
pub struct CountryTable {
    /// The country.
    pub key: CountryKey,
    /// Its most frequent spelling.
    pub shown: String,
    /// Its events.
    pub events: u64,
    /// What became of them, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// One row for every bucket of the rules, empty ones too, and one for the country as a whole
    /// where the rules ask for it.
    pub rows: Vec<BucketRow>,
    /// What the modes were taken from, unclassified events included.
    pub counts: Vec<Count>,
    /// The hash of this country's rows.
    pub result_hash: String,
}

/// Events of one amount in one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The segment's name.
    pub segment: String,
    /// The bucket's label, or `Unknown`.
    pub bucket: String,
    /// The amount; 0 where the rules count missing ones.
    pub amount: Amount,
    /// The events.
    pub events: u64,
}
