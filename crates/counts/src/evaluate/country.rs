//! Builds the table of one country from its counts.

use crate::partial::{CountryCounts, Slot};
use segments::mode::Mode;
use segments::rules::{Rules, UNKNOWN};
use segments::table::{BucketRow, Count, CountryTable, SegmentCounts, result_hash};
use segments::value::{Amount, CountryKey};
use std::collections::BTreeMap;

pub(super) fn country(key: &CountryKey, counts: &CountryCounts, rules: &Rules) -> CountryTable {
    let splits: Vec<_> = rules.splits().map(|split| (split.name(), split.labels())).collect();
    let mut segments: BTreeMap<String, SegmentCounts> =
        splits.iter().map(|(name, _)| ((*name).to_owned(), SegmentCounts::default())).collect();
    let name = |segment: usize| splits[segment].0;
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
                splits[cell.segment].1[bucket]
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
    for (index, (name, labels)) in splits.iter().enumerate() {
        for (bucket, label) in labels.iter().enumerate() {
            rows.push(BucketRow {
                segment: (*name).to_owned(),
                bucket: (*label).to_owned(),
                mode: Mode::of(by_bucket.remove(&(index, bucket)).unwrap_or_default())
                    .held_to(rules.min_support()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partial::Cell;
    use segments::reason::RejectReason;
    use segments::rules::{COUNTRY_WIDE, COUNTRY_WIDE_BUCKET, RULES_DEFAULT};

    fn amount(text: &str) -> Amount {
        Amount::read(text).value().expect("an amount")
    }

    /// Two events of 5 orders with 10, three outside every bucket of orders with 7, and one without
    /// an amount.
    fn counts() -> CountryCounts {
        let cell = |segment, slot, text| Cell { segment, slot, amount: amount(text) };
        let mut counts = CountryCounts::default();
        counts.spellings.insert("Peru".to_owned(), 6);
        for (cell, events) in [
            (cell(0, Slot::Bucket(1), "10"), 2),
            (cell(0, Slot::Unclassified, "7"), 3),
            (cell(1, Slot::Unclassified, "10"), 2),
            (cell(1, Slot::Unclassified, "7"), 3),
            (cell(2, Slot::Bucket(0), "10"), 2),
            (cell(2, Slot::Bucket(0), "7"), 3),
        ] {
            counts.cells.insert(cell, events);
        }
        counts.rejected.extend((0..3).map(|segment| ((segment, RejectReason::MissingVoucherAmount), 1)));
        counts
    }

    #[test]
    fn the_country_wide_mode_counts_every_good_event_once_and_stands_last() {
        let rules = format!("{RULES_DEFAULT}[fallback]\norder = [\"country\"]");
        let rules = Rules::from_toml(&rules, "my.toml").expect("valid");
        let key: CountryKey = "Peru".parse().expect("a country");
        let table = country(&key, &counts(), &rules);
        assert_eq!(table.rows.len(), 9, "the buckets of two segments, and the country");
        let last = &table.rows[8];
        assert_eq!((last.segment.as_str(), last.bucket.as_str()), (COUNTRY_WIDE, COUNTRY_WIDE_BUCKET));
        assert_eq!((last.mode.voucher_amount, last.mode.support, last.mode.total), (Some(amount("7")), 3, 5));
        assert_eq!(last.mode.runner_up, Some((amount("10"), 2)));
        let counted = &table.segments[COUNTRY_WIDE];
        assert_eq!((counted.counted, counted.unclassified, counted.events()), (5, 0, 6));
        assert_eq!(table.result_hash, result_hash([(&key, &table.rows[..])]), "the hash covers it");

        let mut without = counts();
        without.cells.retain(|cell, _| cell.segment < 2);
        without.rejected.retain(|(segment, _), _| *segment < 2);
        let without = country(&key, &without, &Rules::default());
        assert_eq!(without.rows, table.rows[..8], "nothing else changes");
        assert!(!without.segments.contains_key(COUNTRY_WIDE));
        assert_ne!(without.result_hash, table.result_hash);
    }

    #[test]
    fn both_sides_of_min_support_for_buckets_and_the_country() {
        let key: CountryKey = "Peru".parse().expect("a country");
        let evaluated = |min_support: &str| {
            let rules = format!("{min_support}\n{RULES_DEFAULT}[fallback]\norder = [\"country\"]");
            country(&key, &counts(), &Rules::from_toml(&rules, "my.toml").expect("valid"))
        };
        let without = evaluated("");
        // The bucket of orders has 2 events, the country 5, all other buckets none.
        for (min_support, of_bucket, of_country) in
            [(1, true, true), (2, true, true), (3, false, true), (5, false, true), (6, false, false)]
        {
            let table = evaluated(&format!("min_support = {min_support}"));
            let mut expected = without.rows.clone();
            for (row, is_served) in [(1, of_bucket), (8, of_country)] {
                expected[row].mode.voucher_amount =
                    without.rows[row].mode.voucher_amount.filter(|_| is_served);
            }
            assert_eq!(table.rows, expected, "{min_support}");
            assert_eq!(table.result_hash == without.result_hash, of_bucket && of_country, "{min_support}");
            assert_eq!((table.counts, table.segments), (without.counts.clone(), without.segments.clone()));
        }
    }
}
