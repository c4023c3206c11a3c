//! Profiles of columns and countries.

use super::bins::date;
use super::input::ProfileInput;
use crate::format::count;
use chrono::{DateTime, Timelike};
use counts::facts::Distinct;
use counts::facts::Facts;
use counts::facts::Numbers;
use counts::facts::top;
use counts::partial::CountryCounts;
use history::plan::ColumnKind;
use schemars::JsonSchema;
use segments::value::Amount;
use serde::Serialize;
use std::borrow::Borrow;
use storage::shown;

/// Maximum number of values of a column, and of spellings of a country, that are shown.
const TOP_MAX: usize = 20;

/// A column of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ColumnProfile {
    /// Its name.
    pub column: &'static str,
    /// Rows with a value.
    pub values: u64,
    /// Rows without one: `null` and `blank` together.
    pub missing: u64,
    /// Rows of null, or whose file has no such column.
    pub null: u64,
    /// Rows of text with nothing but blanks in it.
    pub blank: u64,
    /// Rows of something else than such a value.
    pub bad: u64,
    /// Some of those, the first in alphabetical order.
    pub bad_values: Vec<String>,
    /// How many different values, by what they mean: `2.0` and `2` are one. Of `timestamp` moments,
    /// of the orders' times days.
    pub distinct: Distinct,
    /// The smallest value.
    pub smallest: Option<String>,
    /// The largest value.
    pub largest: Option<String>,
    /// The most frequent values; of times the days. Empty where more than 65,536 differ.
    pub top: Vec<TopValue>,
}

/// A value and its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TopValue {
    /// The value.
    pub value: String,
    /// Its events.
    pub events: u64,
}

/// A country of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CountryProfile {
    /// Its most frequent spelling.
    pub country: String,
    /// Its events.
    pub events: u64,
    /// How many spellings it has.
    pub spellings_number: u64,
    /// The most frequent of them.
    pub spellings: Vec<Spelling>,
}

/// A spelling of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Spelling {
    /// The spelling, without blanks around it.
    pub spelling: String,
    /// Its events.
    pub events: u64,
}

/// The values of a column that are neither missing nor bad.
struct Values {
    distinct: Distinct,
    range: Option<(String, String)>,
    top: Vec<TopValue>,
}

impl ColumnProfile {
    /// Returns the profiles of all columns.
    pub(super) fn all(found: &ProfileInput<'_>) -> Vec<Self> {
        let facts = found.facts;
        let kinds = [
            (ColumnKind::CountryCode, countries(found)),
            (ColumnKind::Timestamp, moments(facts)),
            (ColumnKind::LastOrderTs, days(&facts.last_order_days)),
            (ColumnKind::FirstOrderTs, days(&facts.first_order_days)),
            (ColumnKind::TotalOrders, orders(&facts.orders)),
            (ColumnKind::VoucherAmount, amounts(facts)),
        ];
        kinds.into_iter().map(|(kind, values)| Self::of(kind, facts, values)).collect()
    }

    fn of(kind: ColumnKind, facts: &Facts, Values { distinct, range, top }: Values) -> Self {
        let unread = facts.unread(kind);
        let missing = unread.null + unread.blank;
        let (smallest, largest) = range.unzip();
        Self {
            column: kind.name(),
            values: facts.rows - missing - unread.bad,
            missing,
            null: unread.null,
            blank: unread.blank,
            bad: unread.bad,
            bad_values: unread.texts(),
            distinct,
            smallest,
            largest,
            top,
        }
    }
}

impl CountryProfile {
    /// Returns the profiles of all countries, most events first.
    pub(super) fn all(found: &ProfileInput<'_>) -> Vec<Self> {
        let of = |counts: &CountryCounts| {
            let spellings = counts.spellings.iter().map(|(spelling, events)| (spelling.as_str(), *events));
            let top = top(spellings.collect(), TOP_MAX).into_iter();
            Self {
                country: shown(counts.shown().unwrap_or_default()).into_owned(),
                events: counts.events(),
                spellings_number: counts.spellings.len() as u64,
                spellings: top
                    .map(|(spelling, events)| Spelling { spelling: shown(spelling).into_owned(), events })
                    .collect(),
            }
        };
        let mut countries: Vec<_> = found.counts.countries.values().map(of).collect();
        countries
            .sort_unstable_by(|one, other| (other.events, &one.country).cmp(&(one.events, &other.country)));
        countries
    }
}

fn countries(found: &ProfileInput<'_>) -> Values {
    let countries = &found.counts.countries;
    let shown_names =
        countries.values().filter_map(|counts| Some((counts.shown()?.to_owned(), counts.events())));
    let mut names: Vec<_> = shown_names.collect();
    names.sort_unstable();
    let range = names.first().zip(names.last());
    Values {
        distinct: Distinct { values: countries.len() as u64, is_exact: true },
        range: range.map(|((first, _), (last, _))| (shown(first).into_owned(), shown(last).into_owned())),
        top: values(top(names, TOP_MAX), |name| shown(&name).into_owned()),
    }
}

fn moments(facts: &Facts) -> Values {
    Values {
        distinct: facts.moments.values.distinct(),
        range: facts.moments.range.map(|(first, last)| (moment(first), moment(last))),
        ..days(&facts.event_days)
    }
}

fn days(days: &Numbers) -> Values {
    Values {
        distinct: days.distinct(),
        range: days.range().map(|(first, last)| (day(first), day(last))),
        top: values(top(days.sorted(), TOP_MAX), day),
    }
}

fn orders(orders: &Numbers) -> Values {
    let text = |number: i32| number.to_string();
    Values {
        distinct: orders.distinct(),
        range: orders.range().map(|(fewest, most)| (text(fewest), text(most))),
        top: values(top(orders.sorted(), TOP_MAX), text),
    }
}

fn amounts(facts: &Facts) -> Values {
    let text = |amount: Amount| amount.to_string();
    Values {
        distinct: facts.amounts.distinct(),
        range: facts.amounts.range().map(|(smallest, largest)| (text(smallest), text(largest))),
        top: values(top(facts.amounts.sorted(), TOP_MAX), text),
    }
}

fn values<V>(top: Vec<(V, u64)>, text: impl Fn(V) -> String) -> Vec<TopValue> {
    top.into_iter().map(|(value, events)| TopValue { value: text(value), events }).collect()
}

fn day(day: i32) -> String {
    date(day).map_or_else(String::new, |date| date.to_string())
}

/// Returns a moment as `2018-07-21 18:59:21.102762`; midnight as its day alone.
fn moment(nanos: i128) -> String {
    const SECOND_NANOS: i128 = 1_000_000_000;
    let seconds = i64::try_from(nanos.div_euclid(SECOND_NANOS)).unwrap_or_default();
    let rest = u32::try_from(nanos.rem_euclid(SECOND_NANOS)).unwrap_or_default();
    let Some(moment) = DateTime::from_timestamp(seconds, rest) else { return String::new() };
    let is_midnight = moment.num_seconds_from_midnight() == 0 && rest == 0;
    moment.format(if is_midnight { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S%.f" }).to_string()
}

/// Returns a number of distinct values, marked if it is an estimate: `≈ 283,330`.
pub(crate) fn distinct(distinct: impl Borrow<Distinct>) -> String {
    let distinct = distinct.borrow();
    let mark = if distinct.is_exact { "" } else { "≈ " };
    format!("{mark}{}", count(distinct.values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_as_they_are_written() {
        for (nanos, expected) in [
            (0, "1970-01-01"),
            (1, "1970-01-01 00:00:00.000000001"),
            (-1, "1969-12-31 23:59:59.999999999"),
            (1_532_199_561_102_762_000, "2018-07-21 18:59:21.102762"),
            (253_402_300_799_000_000_000, "9999-12-31 23:59:59"),
        ] {
            assert_eq!(moment(nanos), expected);
        }
    }
}
