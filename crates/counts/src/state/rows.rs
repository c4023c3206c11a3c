//! Counts as the rows of a state entry, one row per count.

use crate::partial::{Cell, CountryCounts, PartialCounts, Slot};
use crate::run_counts::ObjectCounts;
use segments::reason::RejectReason;
use segments::rules::{Rules, Split};
use segments::value::{Amount, Field};
use serde::{Deserialize, Serialize};

/// What a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    /// Events with this spelling of a country.
    Spelling,
    /// Events in a bucket.
    Counted,
    /// Events outside every bucket.
    Unclassified,
    /// Events that a segment rejects, or that all do because they have no country.
    Rejected,
}

/// One count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) what: What,
    /// The country's key; `None` for events without a country.
    pub(super) country: Option<String>,
    pub(super) spelling: Option<String>,
    pub(super) segment: Option<String>,
    pub(super) bucket: Option<String>,
    pub(super) reason: Option<RejectReason>,
    /// As printed; 0 if the rules count missing amounts.
    pub(super) voucher_amount: Option<String>,
    pub(super) events: u64,
}

/// Returns the counts as rows, in a fixed order.
pub(super) fn of_counts(counts: &PartialCounts, rules: &Rules) -> Vec<Row> {
    let splits: Vec<Split<'_>> = rules.splits().collect();
    let name = |segment: usize| Some(splits[segment].name().to_owned());
    let mut rows = Vec::new();
    let no_country = [
        (RejectReason::MissingCountry, counts.missing_country),
        (RejectReason::BadCountry, counts.bad_country),
    ];
    let no_country = no_country.into_iter().filter(|(_, events)| *events > 0);
    rows.extend(
        no_country.map(|(reason, events)| Row { reason: Some(reason), ..row(What::Rejected, events) }),
    );
    for (key, counts) in &counts.countries {
        let country = || Some(key.as_str().to_owned());
        rows.extend(counts.spellings.iter().map(|(spelling, events)| Row {
            country: country(),
            spelling: Some(spelling.clone()),
            ..row(What::Spelling, *events)
        }));
        rows.extend(counts.rejected.iter().map(|((segment, reason), events)| Row {
            country: country(),
            segment: name(*segment),
            reason: Some(*reason),
            ..row(What::Rejected, *events)
        }));
        rows.extend(counts.cells.iter().map(|(cell, events)| {
            let (what, bucket) = match cell.slot {
                Slot::Bucket(bucket) => {
                    (What::Counted, Some(splits[cell.segment].labels()[bucket].to_owned()))
                }
                Slot::Unclassified => (What::Unclassified, None),
            };
            Row {
                country: country(),
                segment: name(cell.segment),
                bucket,
                voucher_amount: Some(cell.amount.to_string()),
                ..row(what, *events)
            }
        }));
    }
    rows.sort_unstable();
    rows
}

/// Reads counts back.
///
/// # Errors
///
/// What is wrong, if a row is invalid, or rows do not add up.
pub(super) fn to_counts(rows: &[Row], rules: &Rules) -> Result<PartialCounts, String> {
    let splits: Vec<Split<'_>> = rules.splits().collect();
    let mut counts = PartialCounts::default();
    for row in rows {
        add(row, rules, &splits, &mut counts)
            .ok_or_else(|| format!("{row:?} is not a count by these rules"))?;
    }
    counts.check().map_err(|error| error.to_string())?;
    for (key, counts) in &counts.countries {
        for (index, split) in splits.iter().enumerate() {
            let cells = counts.cells.iter().filter(|(cell, _)| cell.segment == index);
            let rejected = counts.rejected.iter().filter(|((segment, _), _)| *segment == index);
            let events = cells.map(|(_, events)| *events).chain(rejected.map(|(_, events)| *events));
            let events = events.fold(0, u64::saturating_add);
            let of_country =
                counts.spellings.values().fold(0, |sum: u64, events| sum.saturating_add(*events));
            if events != of_country {
                let name = split.name();
                return Err(format!("{name} of {key} accounts for {events} of {of_country} events"));
            }
        }
    }
    Ok(counts)
}

/// Adds a row; `None` if it is invalid.
fn add(row: &Row, rules: &Rules, splits: &[Split<'_>], counts: &mut PartialCounts) -> Option<()> {
    let Some(key) = &row.country else {
        let counted = match row.reason? {
            RejectReason::MissingCountry => &mut counts.missing_country,
            RejectReason::BadCountry => &mut counts.bad_country,
            _ => return None,
        };
        *counted = counted.checked_add(row.events)?;
        return Some(());
    };
    let segment = || splits.iter().position(|split| Some(split.name()) == row.segment.as_deref());
    let counts = counts
        .countries
        .entry(key.parse().ok().filter(|parsed: &segments::value::CountryKey| parsed.as_str() == key)?)
        .or_default();
    let counted = match row.what {
        What::Spelling => {
            let country = rules
                .read_country(row.spelling.as_deref()?)
                .value()
                .filter(|country| country.key.as_str() == key)?;
            counts.spellings.entry(country.spelling).or_default()
        }
        What::Rejected => counts.rejected.entry((segment()?, row.reason?)).or_default(),
        What::Counted | What::Unclassified => {
            let segment = segment()?;
            let slot = match (row.what, &row.bucket) {
                (What::Counted, Some(bucket)) => {
                    Slot::Bucket(splits[segment].labels().iter().position(|label| label == bucket)?)
                }
                (What::Unclassified, None) => Slot::Unclassified,
                _ => return None,
            };
            let amount = amount(row.voucher_amount.as_deref()?)?;
            counts.cells.entry(Cell { segment, slot, amount }).or_default()
        }
    };
    *counted = counted.checked_add(row.events)?;
    Some(())
}

fn amount(text: &str) -> Option<Amount> {
    match Amount::read(text) {
        Field::Value(amount) => Some(amount),
        _ => (text == Amount::ZERO.to_string()).then_some(Amount::ZERO),
    }
}

fn row(what: What, events: u64) -> Row {
    Row {
        what,
        country: None,
        spelling: None,
        segment: None,
        bucket: None,
        reason: None,
        voucher_amount: None,
        events,
    }
}

impl ObjectCounts {
    /// Returns the number of all counted events, with and without a country.
    pub(super) fn events(&self) -> u64 {
        let countries = self.counts.countries.values().map(CountryCounts::events);
        countries.sum::<u64>() + self.counts.missing_country + self.counts.bad_country
    }
}
