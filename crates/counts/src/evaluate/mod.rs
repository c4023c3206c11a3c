//! Turns counts into answers: takes the mode of every bucket of every selected country, and checks
//! that no row was lost.

mod country;

use crate::error::CountError;
use crate::partial::{CountryCounts, PartialCounts};
use crate::run_counts::Total;
use anyhow::{Result, ensure};
use history::stream::Read;
use segments::reason::RejectReason;
use segments::rules::Rules;
use segments::selection::Selection;
use segments::table::{CountryTable, RowCounts, SegmentCounts, result_hash};
use segments::value::{Country, CountryKey};
use std::collections::{BTreeMap, BTreeSet};
use storage::listed;

/// The table of a run, before it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluatedTable {
    /// The selected countries, sorted by key.
    pub countries: Vec<CountryTable>,
    /// The outcomes of all selected rows, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// All rows of the input.
    pub rows: RowCounts,
    /// The hash of all rows of the table.
    pub result_hash: String,
    /// Counted events that a bucket needs to have an amount, if the rules set a minimum.
    pub min_support: Option<u64>,
}

/// Evaluates the counts of the whole input.
///
/// `pruned` are countries known only from paths that were not read.
///
/// # Errors
///
/// If a selected country is not in the input, or rows were lost or doubled, which would be a bug in
/// this program.
pub fn evaluate(
    Total { counts, read }: &Total,
    rules: &Rules,
    selection: &Selection,
    pruned: &BTreeSet<Country>,
) -> Result<EvaluatedTable> {
    let mut selected = selection.keys().into_iter().flatten();
    if let Some(unknown) = selected.find(|key| !counts.countries.contains_key(key)) {
        let pruned = pruned.iter().chain(&read.pruned_countries);
        return Err(unknown_country(unknown, counts, pruned).into());
    }
    let keys: BTreeSet<_> = counts.countries.keys().filter(|key| selection.has(key)).collect();
    let countries: Vec<_> =
        keys.into_iter().map(|key| country::country(key, &counts.countries[key], rules)).collect();
    let table = EvaluatedTable {
        segments: totals(&countries, counts, rules, selection.is_all()),
        rows: rows(&countries, counts, selection.is_all(), read),
        result_hash: result_hash(countries.iter().map(|country| (&country.key, &country.rows[..]))),
        countries,
        min_support: rules.min_support(),
    };
    table.check()?;
    Ok(table)
}

impl EvaluatedTable {
    /// Returns how many events are rejected, counted once for each segment that rejects them.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.segments.values().flat_map(|counts| counts.rejected.values()).sum()
    }

    /// Checks the invariant of every run: nothing is published unless every row is accounted for.
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
            // Rows without a country are in no country's counts.
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
) -> CountError {
    let mut names: BTreeMap<&CountryKey, &str> =
        pruned.map(|country| (&country.key, country.spelling.as_str())).collect();
    names.extend(counts.shown());
    let names: Vec<_> = names.into_values().collect();
    CountError::UnknownCountry { country: unknown.to_string(), found: listed(&names) }
}

#[cfg(test)]
mod tests;
