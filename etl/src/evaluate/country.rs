//! The table of one country, from its counts.

use super::{Count, CountryTable};
use crate::partial::{CountryCounts, Slot};
use segments::mode::Mode;
use segments::rules::{Rules, UNKNOWN};
use segments::table::{BucketRow, SegmentCounts, result_hash};
use segments::value::{Amount, CountryKey};
use std::collections::BTreeMap;

pub(super) fn country(key: &CountryKey, counts: &CountryCounts, rules: &Rules) -> CountryTable {
    let mut segments: BTreeMap<String, SegmentCounts> = rules
        .segments()
        .iter()
        .map(|segment| (segment.name().to_owned(), SegmentCounts::default()))
        .collect();
    let name = |segment: usize| rules.segments()[segment].name();
    for ((segment, reason), events) in &counts.rejected {
        let rejected = &mut segments.entry(name(*segment).to_owned()).or_default().rejected;
        *rejected.entry(*reason).or_default() += events;
    }
    let cells: BTreeMap<_, _> = counts.cells.iter().collect();
    let mut by_bucket: BTreeMap<(usize, usize), Vec<(Amount, u64)>> = BTreeMap::new();
    let mut listed = Vec::with_capacity(cells.len());
    for (cell, events) in cells {
        let segment = segments.entry(name(cell.segment).to_owned()).or_default();
        let bucket = match cell.slot {
            Slot::Bucket(bucket) => {
                segment.counted += events;
                by_bucket.entry((cell.segment, bucket)).or_default().push((cell.amount, *events));
                rules.segments()[cell.segment].buckets()[bucket].label()
            }
            Slot::Unclassified => {
                segment.unclassified += events;
                UNKNOWN
            }
        };
        listed.push(Count {
            segment: name(cell.segment).to_owned(),
            bucket: bucket.to_owned(),
            amount: cell.amount,
            events: *events,
        });
    }
    let mut rows = Vec::new();
    for (index, segment) in rules.segments().iter().enumerate() {
        for (bucket, rule) in segment.buckets().iter().enumerate() {
            rows.push(BucketRow {
                segment: segment.name().to_owned(),
                bucket: rule.label().to_owned(),
                mode: Mode::of(by_bucket.remove(&(index, bucket)).unwrap_or_default()),
            });
        }
    }
    CountryTable {
        key: key.clone(),
        shown: counts.shown().unwrap_or(key.as_str()).to_owned(),
        events: counts.events(),
        segments,
        result_hash: result_hash([(key, &rows[..])]),
        rows,
        counts: listed,
    }
}
