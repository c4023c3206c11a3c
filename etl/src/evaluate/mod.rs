//! Counts to answers: the mode of every bucket of every selected country, and the proof that no
//! row was lost on the way.

mod country;

use crate::error::InputError;
use crate::partial::{CountryCounts, PartialCounts};
use crate::stream::Read;
use anyhow::{Result, ensure};
use segments::reason::RejectReason;
use segments::rules::Rules;
use segments::table::{BucketRow, SegmentCounts, result_hash};
use segments::value::{Amount, Country, CountryKey};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The table of a run, before it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The selected countries, in order of key.
    pub countries: Vec<CountryTable>,
    /// What became of all selected rows, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// All rows of the input.
    pub rows: RowCounts,
    /// The hash of all rows of the table.
    pub result_hash: String,
}

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

/// Rows of the input: `footer` is the sum of all others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// Rows in the footers of the files read.
    pub footer: u64,
    /// Rows that were counted or rejected.
    pub selected: u64,
    /// Rows of countries that were not asked for.
    pub other_country: u64,
    /// Rows without a valid country, where countries were asked for.
    pub no_country: u64,
    /// Rows in row groups that were not read, with or without a country.
    pub pruned: u64,
}

/// Evaluates the counts of the whole input.
///
/// `pruned` are countries known only from paths that were not read, `read` is what the footers
/// of the others promised.
///
/// # Errors
///
/// If a selected country is not in the input, or rows were lost or doubled, which would be a
/// fault of this program.
pub fn evaluate(
    counts: &PartialCounts,
    rules: &Rules,
    selection: Option<&BTreeSet<CountryKey>>,
    pruned: &BTreeSet<Country>,
    read: &Read,
) -> Result<Table> {
    if let Some(unknown) = selection.iter().copied().flatten().find(|key| !counts.countries.contains_key(key))
    {
        let pruned = pruned.iter().chain(&read.pruned_countries);
        return Err(unknown_country(unknown, counts, pruned).into());
    }
    let keys =
        counts.countries.keys().filter(|key| selection.is_none_or(|selection| selection.contains(key)));
    let keys: BTreeSet<_> = keys.collect();
    let countries: Vec<_> =
        keys.into_iter().map(|key| country::country(key, &counts.countries[key], rules)).collect();
    let table = Table {
        segments: totals(&countries, counts, rules, selection.is_none()),
        rows: rows(&countries, counts, selection.is_none(), read),
        result_hash: result_hash(countries.iter().map(|country| (&country.key, &country.rows[..]))),
        countries,
    };
    table.check()?;
    Ok(table)
}

impl Table {
    /// The invariant of every run: nothing is published unless every row is accounted for.
    fn check(&self) -> Result<()> {
        let rows = &self.rows;
        let sum = rows.selected + rows.other_country + rows.no_country + rows.pruned;
        ensure!(
            sum == rows.footer,
            "{sum} rows are accounted for, the footers have {}: please report this",
            rows.footer
        );
        for (name, segment) in &self.segments {
            let events = segment.events();
            ensure!(
                events == rows.selected,
                "segment {name} accounts for {events} of {} rows: please report this",
                rows.selected
            );
        }
        Ok(())
    }
}

fn rows(countries: &[CountryTable], counts: &PartialCounts, is_all: bool, read: &Read) -> RowCounts {
    let all: u64 = counts.countries.values().map(CountryCounts::events).sum();
    let of_selected: u64 = countries.iter().map(|country| country.events).sum();
    let no_country = counts.missing_country + counts.bad_country;
    let (selected, no_country) =
        if is_all { (of_selected + no_country, 0) } else { (of_selected, no_country) };
    let (footer, pruned) = (read.footer_rows, read.pruned_rows);
    RowCounts { footer, selected, other_country: all - of_selected, no_country, pruned }
}

fn totals(
    countries: &[CountryTable],
    counts: &PartialCounts,
    rules: &Rules,
    is_all: bool,
) -> BTreeMap<String, SegmentCounts> {
    let mut totals = BTreeMap::new();
    for split in rules.splits() {
        let mut total = SegmentCounts::default();
        if is_all {
            // Rows without a country belong to no country's counts.
            let reasons = [
                (RejectReason::MissingCountry, counts.missing_country),
                (RejectReason::BadCountry, counts.bad_country),
            ];
            total.rejected.extend(reasons.into_iter().filter(|(_, events)| *events > 0));
        }
        for country in countries {
            total.add(&country.segments[split.name()]);
        }
        totals.insert(split.name().to_owned(), total);
    }
    totals
}

fn unknown_country<'a>(
    unknown: &CountryKey,
    counts: &'a PartialCounts,
    pruned: impl Iterator<Item = &'a Country>,
) -> InputError {
    let mut names: BTreeMap<&CountryKey, &str> =
        pruned.map(|country| (&country.key, country.spelling.as_str())).collect();
    names.extend(counts.shown());
    let names: Vec<_> = names.into_values().collect();
    InputError::UnknownCountry { country: unknown.to_string(), found: listed(&names) }
}

/// Returns names for a message: all, or the first few and how many more.
pub(crate) fn listed(names: &[&str]) -> String {
    const NAMES_MAX: usize = 20;
    match names {
        [] => "none".to_owned(),
        few if few.len() <= NAMES_MAX => few.join(", "),
        many => format!("{} and {} more", many[..NAMES_MAX].join(", "), many.len() - NAMES_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partial::{Cell, Slot};
    use segments::mode::Mode;
    use segments::rules::UNKNOWN;
    use segments::value::Field;

    fn country_of(text: &str) -> Country {
        Country::read(text).value().expect("a country")
    }

    fn amount(text: &str) -> Amount {
        match Amount::read(text) {
            Field::Value(amount) => amount,
            _ => Amount::ZERO,
        }
    }

    /// Seven events of Peru: five counted, one unclassified and one rejected, in both segments;
    /// two of Chile; one without and one with a bad country.
    fn counts() -> PartialCounts {
        let mut counts = PartialCounts { missing_country: 1, bad_country: 1, ..PartialCounts::default() };
        counts.country(&country_of("Peru"), 3);
        counts.country(&country_of("PERU"), 1);
        let peru = counts.country(&country_of("peru "), 3);
        for segment in 0..2 {
            for (slot, text, events) in [
                (Slot::Bucket(0), "2640", 2),
                (Slot::Bucket(0), "12.5", 2),
                (Slot::Bucket(2), "2640", 1),
                (Slot::Unclassified, "2640", 1),
            ] {
                peru.cells.insert(Cell { segment, slot, amount: amount(text) }, events);
            }
            peru.rejected.insert((segment, RejectReason::BadVoucherAmount), 1);
        }
        let chile = counts.country(&country_of("Chile"), 2);
        for segment in 0..2 {
            chile.cells.insert(Cell { segment, slot: Slot::Bucket(1), amount: amount("1") }, 2);
        }
        counts
    }

    fn read(footer_rows: u64, pruned_rows: u64) -> Read {
        Read { footer_rows, pruned_rows, pruned_countries: BTreeSet::from([country_of("Norway")]) }
    }

    fn evaluated(selection: Option<&str>, footer: u64) -> Result<Table> {
        let selection = selection.map(|name| BTreeSet::from([country_of(name).key]));
        let pruned = BTreeSet::from([country_of("Latvia")]);
        evaluate(&counts(), &Rules::default(), selection.as_ref(), &pruned, &read(footer, 0))
    }

    #[test]
    fn all_countries() {
        let table = evaluated(None, 11).expect("every row is accounted for");
        assert_eq!(table.rows, RowCounts { footer: 11, selected: 11, ..RowCounts::default() });
        let keys: Vec<_> = table.countries.iter().map(|country| country.key.as_str()).collect();
        assert_eq!(keys, ["chile", "peru"]);
        let totals = &table.segments["frequent_segment"];
        assert_eq!((totals.counted, totals.unclassified), (7, 1));
        assert_eq!(totals.rejected.values().sum::<u64>(), 3);
        let peru = &table.countries[1];
        assert_eq!(peru.shown, "Peru", "three each of Peru and peru: the smaller one");
        assert_eq!(peru.rows.len(), 8, "every bucket, empty ones too");
        let first = &peru.rows[0];
        assert_eq!((first.bucket.as_str(), first.mode.total), ("0-4", 4));
        assert_eq!(first.mode.voucher_amount, Some(amount("12.5")), "the smaller of two equals");
        assert_eq!(peru.rows[1].mode, Mode::default());
        assert_eq!(peru.counts.iter().filter(|count| count.bucket == UNKNOWN).count(), 2);
    }

    #[test]
    fn one_country_has_the_same_rows_and_hash() {
        let all = evaluated(None, 11).expect("valid");
        let one = evaluated(Some("PERU"), 11).expect("valid");
        assert_eq!(
            one.rows,
            RowCounts { footer: 11, selected: 7, other_country: 2, no_country: 2, pruned: 0 }
        );
        assert_eq!(one.countries, all.countries[1..]);
        assert_eq!(one.result_hash, all.countries[1].result_hash);
        assert_ne!(one.result_hash, all.result_hash);
    }

    #[test]
    fn pruned_rows_are_accounted_for() {
        let selection = BTreeSet::from([country_of("Peru").key]);
        let with =
            |read: &Read| evaluate(&counts(), &Rules::default(), Some(&selection), &BTreeSet::new(), read);
        let rows = with(&read(14, 3)).expect("valid").rows;
        assert_eq!(rows, RowCounts { footer: 14, selected: 7, other_country: 2, no_country: 2, pruned: 3 });
        assert!(with(&read(14, 2)).is_err());
    }

    #[test]
    fn lost_rows_stop_the_run() {
        for footer in [10, 12] {
            assert!(evaluated(None, footer).is_err());
        }
        let mut counts = counts();
        counts.countries.get_mut(&country_of("peru").key).expect("there").rejected.clear();
        assert!(evaluate(&counts, &Rules::default(), None, &BTreeSet::new(), &read(11, 0)).is_err());
    }

    #[test]
    fn an_unknown_country_is_told_which_there_are() {
        let error = evaluated(Some("Narnia"), 11).expect_err("unknown");
        let Some(InputError::UnknownCountry { country, found }) = error.downcast_ref() else {
            panic!("{error:#}");
        };
        assert_eq!((country.as_str(), found.as_str()), ("narnia", "Chile, Latvia, Norway, Peru"));
    }
}
