//! Finds odd things in a history, without being told where to look.

use super::input::ProfileInput;
use super::near::Near;
use super::years::{OddYear, Why, odd_years};
use crate::format::{count, number_of};
use counts::facts::top;
use counts::facts::{Example, Odd};
use counts::facts::{RowOddity, Unread};
use history::plan::ColumnKind;
use schemars::JsonSchema;
use segments::rules::Split;
use serde::Serialize;
use std::cmp::Reverse;
use std::fmt::Write;
use storage::shown;

/// Values of days since the last order are few if the span from the smallest to the largest has
/// this many times as many days, and at least a month.
const FEW_OF: u64 = 10;
const FEW_SPAN_MIN: u64 = 31;
/// Number of values that are named if there are few.
const FEW_NAMED: usize = 5;
/// Maximum number of bad values and spellings named in a sentence.
const NAMED_MAX: usize = 3;

/// Something odd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Oddity {
    /// What it is.
    pub oddity: OddityKind,
    /// The column, segment or measure.
    pub of: String,
    /// The year or country that it is about, where it is about one.
    pub value: Option<String>,
    /// The events concerned.
    pub events: u64,
    /// The same in a sentence.
    pub says: String,
    /// The first of them, where they are known one by one.
    pub examples: Vec<Example>,
}

/// What is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OddityKind {
    /// Events dated before their own last order.
    EventBeforeLastOrder,
    /// Events dated before their own first order.
    EventBeforeFirstOrder,
    /// The first order is later than the last.
    FirstOrderAfterLast,
    /// No orders, and yet the date of one.
    ZeroOrdersWithOrderDate,
    /// Orders, and no date of the last.
    OrdersWithoutOrderDate,
    /// No number of orders.
    BlankOrders,
    /// No value in another column.
    Missing,
    /// Values outside the grammar of their column.
    Bad,
    /// A year apart from the others, hardly used, or in the future.
    YearStandsOut,
    /// Values outside every bucket of a segment.
    OutsideEveryBucket,
    /// A measure that takes few values over a wide range.
    FewValues,
    /// A country that is spelled in several ways.
    SeveralSpellings,
    /// Countries whose keys differ by one letter from that of a more frequent one.
    NearCountries,
}

impl Oddity {
    /// Returns all oddities, most events first.
    pub(super) fn all(found: &ProfileInput<'_>, near: &Near<'_>, this_year: i32) -> Vec<Self> {
        let mut oddities = Vec::new();
        oddities.extend(rows(found));
        oddities.extend(unread(found));
        oddities.extend(years(found, this_year));
        oddities.extend(outside(found));
        oddities.extend(few_days(found));
        oddities.extend(spellings(found));
        oddities.extend(near_countries(near));
        oddities.sort_by_key(|oddity| (Reverse(oddity.events), oddity.oddity));
        oddities
    }

    fn new(oddity: OddityKind, of: &str, events: u64, says: &str) -> Self {
        let says = says.replace("{}", &number_of(events, "events"));
        Self { oddity, of: of.to_owned(), value: None, events, says, examples: Vec::new() }
    }

    fn with(self, odd: &Odd) -> Self {
        let examples = odd.examples().iter().cloned().map(|example| Example {
            file: shown(&example.file).into_owned(),
            country_code: example.country_code.as_deref().map(|country| shown(country).into_owned()),
            ..example
        });
        Self { examples: examples.collect(), ..self }
    }
}

fn rows(found: &ProfileInput<'_>) -> Vec<Oddity> {
    let odd = RowOddity::ALL.into_iter().zip(&found.facts.odd).filter(|(_, odd)| odd.events > 0);
    let oddity = |(oddity, odd): (RowOddity, &Odd)| {
        let (kind, of, says) = match oddity {
            RowOddity::EventBeforeLastOrder => {
                (OddityKind::EventBeforeLastOrder, "timestamp", "{} dated before their own last order")
            }
            RowOddity::EventBeforeFirstOrder => {
                (OddityKind::EventBeforeFirstOrder, "timestamp", "{} dated before their own first order")
            }
            RowOddity::FirstOrderAfterLast => (
                OddityKind::FirstOrderAfterLast,
                "first_order_ts",
                "{} whose first order is later than the last",
            ),
            RowOddity::ZeroOrdersWithOrderDate => (
                OddityKind::ZeroOrdersWithOrderDate,
                "total_orders",
                "{} with 0 orders although an order date exists",
            ),
            RowOddity::OrdersWithoutOrderDate => (
                OddityKind::OrdersWithoutOrderDate,
                "last_order_ts",
                "{} with orders and no date of the last",
            ),
            RowOddity::BlankOrders => {
                (OddityKind::BlankOrders, "total_orders", "{} with no number of orders")
            }
        };
        let mut found_here = Oddity::new(kind, of, odd.events, says).with(odd);
        if oddity == RowOddity::BlankOrders {
            let Unread { null, blank, .. } = found.facts.unread(ColumnKind::TotalOrders);
            let _ = write!(found_here.says, ": {} blank, {} null", count(*blank), count(*null));
        }
        found_here
    };
    odd.map(oddity).collect()
}

/// Missing orders are found row by row.
fn unread(found: &ProfileInput<'_>) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    for kind in ColumnKind::ALL {
        let (unread, name) = (found.facts.unread(kind), kind.name());
        let missing = unread.null + unread.blank;
        if missing > 0 && kind != ColumnKind::TotalOrders {
            oddities.push(Oddity::new(OddityKind::Missing, name, missing, &format!("{{}} without {name}")));
        }
        if unread.bad > 0 {
            let texts: Vec<_> =
                unread.texts().iter().take(NAMED_MAX).map(|text| format!("{text:?}")).collect();
            let such_as =
                if texts.is_empty() { String::new() } else { format!(", such as {}", texts.join(", ")) };
            let mut bad = Oddity::new(OddityKind::Bad, name, unread.bad, &format!("{{}} with a bad {name}"));
            bad.says.push_str(&such_as);
            oddities.push(bad);
        }
    }
    oddities
}

fn years(found: &ProfileInput<'_>, this_year: i32) -> Vec<Oddity> {
    let facts = found.facts;
    let columns = [
        (ColumnKind::Timestamp, &facts.event_days, true),
        (ColumnKind::LastOrderTs, &facts.last_order_days, false),
        (ColumnKind::FirstOrderTs, &facts.first_order_days, false),
    ];
    let oddity = |kind: ColumnKind, OddYear { year, events, why }| {
        let name = kind.name();
        let says = match why {
            Why::Future => format!("{{}} with a {name} of {year}, a year that has not begun"),
            Why::Apart => format!("{{}} with a {name} of {year}, with empty years between it and the others"),
            Why::Thin => format!("{{}} with a {name} of {year}, next to none beside other years"),
        };
        let oddity = Oddity::new(OddityKind::YearStandsOut, name, events, &says);
        Oddity { value: Some(year.to_string()), ..oddity }
    };
    let odd = columns.into_iter().flat_map(|(kind, days, is_odd_if_thin)| {
        let years = odd_years(&days.sorted(), this_year, is_odd_if_thin);
        years.into_iter().map(move |year| oddity(kind, year))
    });
    odd.collect()
}

/// Events outside every bucket, as a run counts them: only those with a good country and amount.
fn outside(found: &ProfileInput<'_>) -> Vec<Oddity> {
    let splits = found.rules.splits().zip(&found.facts.outside);
    let odd = splits.filter_map(|(split, odd)| {
        let Split::Segment(segment) = split else { return None };
        let events = found.table.segments.get(segment.name())?.unclassified;
        let says = format!("{{}} outside every bucket of {}", segment.name());
        let oddity = Oddity::new(OddityKind::OutsideEveryBucket, segment.name(), events, &says);
        (events > 0).then(|| oddity.with(odd))
    });
    odd.collect()
}

/// If a measure takes few values, the borders of its buckets were never near one.
fn few_days(found: &ProfileInput<'_>) -> Option<Oddity> {
    let days = &found.facts.days_since;
    let (smallest, largest) = days.range()?;
    let span = u64::from(smallest.abs_diff(largest)) + 1;
    let values = days.distinct().values;
    if span < FEW_SPAN_MIN || values.saturating_mul(FEW_OF) > span {
        return None;
    }
    let sorted = days.sorted();
    let events = sorted.iter().map(|(_, events)| events).sum();
    let most = top(sorted, FEW_NAMED);
    let named: Vec<_> = most.iter().map(|(days, events)| format!("{days} ({})", count(*events))).collect();
    let says = format!(
        "days since the last order take only {} values between {smallest} and {largest}, in {{}}; most often {}",
        count(values),
        named.join(", ")
    );
    Some(Oddity::new(OddityKind::FewValues, "days_since_last_order", events, &says))
}

/// The events of a country that do not have its usual spelling.
fn spellings(found: &ProfileInput<'_>) -> Vec<Oddity> {
    let several = found.counts.countries.values().filter(|counts| counts.spellings.len() > 1);
    let odd = several.filter_map(|counts| {
        let usual = counts.shown()?;
        let events = counts.events() - counts.spellings.get(usual).copied().unwrap_or_default();
        let others = counts.spellings.iter().filter(|(spelling, _)| *spelling != usual);
        let others = others.map(|(spelling, events)| (spelling.as_str(), *events)).collect();
        let named: Vec<_> =
            top(others, NAMED_MAX).into_iter().map(|(spelling, _)| shown(spelling).into_owned()).collect();
        let mut oddity = Oddity::new(OddityKind::SeveralSpellings, "country_code", events, "{} that spell ");
        let _ = write!(oddity.says, "{} otherwise: {}", shown(usual), named.join(", "));
        Some(Oddity { value: Some(shown(usual).into_owned()), ..oddity })
    });
    let mut odd: Vec<_> = odd.collect();
    odd.sort_by(|one, other| one.value.cmp(&other.value));
    odd
}

/// The events of countries that are one letter from a more frequent one; each country is named with
/// that one.
fn near_countries(near: &Near<'_>) -> Option<Oddity> {
    let (countries, events) = near.rarer();
    let named = near.first(NAMED_MAX);
    let (first, _) = named.first()?;
    let value = (countries == 1).then(|| first.clone());
    let named: Vec<_> = named.iter().map(|(rarer, frequent)| format!("{rarer} ({frequent})")).collect();
    let says = "{} of countries one letter from a more frequent one: ";
    let mut oddity = Oddity::new(OddityKind::NearCountries, "country_code", events, says);
    oddity.says.push_str(&named.join(", "));
    if let Some(more) = countries.checked_sub(NAMED_MAX as u64).filter(|more| *more > 0) {
        let _ = write!(oddity.says, " and {} more", count(more));
    }
    Some(Oddity { value, ..oddity })
}
