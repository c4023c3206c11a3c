//! The table of one country as a run evaluated it, published or not.

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
    /// Their outcomes, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// One row for each bucket of the rules, empty ones too, and one for the whole country if the
    /// rules ask for it.
    pub rows: Vec<BucketRow>,
    /// The counts that the modes were taken from, including unclassified events.
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
