//! Row by row: the outcome of each event in each segment, and the modes of the counts.

use super::country::{Spelled, country};
use super::rules::{Measure, Rules, Segment};
use super::value::{Column, Read, Row};
use super::{day, number};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Every number and name of a result, with a unique name each, so that two results can be compared
/// cell by cell.
pub(crate) type Cells = BTreeMap<String, String>;

/// The outcome of an event in one segment.
pub(crate) enum Outcome {
    Counted { bucket: &'static str, amount: i64 },
    Rejected(&'static str),
}

#[derive(Default)]
struct Country {
    spellings: BTreeMap<String, u64>,
    counts: BTreeMap<(&'static str, &'static str, i64), u64>,
    rejected: BTreeMap<(&'static str, &'static str), u64>,
}

/// Computes the result for `rows`; `selection` holds keys of countries.
pub(crate) fn answer(rows: &[Row], rules: &Rules, selection: Option<&BTreeSet<String>>) -> Cells {
    let mut countries: BTreeMap<String, Country> = BTreeMap::new();
    let mut homeless: BTreeMap<(&'static str, &'static str), u64> = BTreeMap::new();
    let (mut selected, mut other_country, mut no_country) = (0, 0, 0);
    for row in rows {
        let (Spelled { key, spelling }, reason) = match country(&row[Column::Country as usize], rules) {
            Read::Good(country) => (country, ""),
            Read::Missing => (Spelled { key: String::new(), spelling: String::new() }, "missing_country"),
            Read::Bad => (Spelled { key: String::new(), spelling: String::new() }, "bad_country"),
        };
        match selection {
            Some(_) if !reason.is_empty() => no_country += 1,
            Some(selection) if !selection.contains(&key) => other_country += 1,
            _ => selected += 1,
        }
        if !reason.is_empty() {
            for segment in rules.segments.iter().filter(|_| selection.is_none()) {
                *homeless.entry((segment.name, reason)).or_default() += 1;
            }
        } else if selection.is_none_or(|selection| selection.contains(&key)) {
            count(countries.entry(key).or_default(), spelling, row, rules);
        }
    }
    let mut cells = Cells::new();
    for (name, rows) in [
        ("footer", rows.len()),
        ("selected", selected),
        ("other country", other_country),
        ("no country", no_country),
        ("pruned", 0),
    ] {
        cells.insert(format!("rows {name}"), rows.to_string());
    }
    for segment in &rules.segments {
        totals(segment.name, &countries, &homeless, &mut cells);
        for (key, country) in &countries {
            modes(key, country, segment, rules.min_support, &mut cells);
        }
    }
    for (key, country) in &countries {
        country_cells(key, country, &mut cells);
    }
    cells
}

fn count(country: &mut Country, spelling: String, row: &Row, rules: &Rules) {
    *country.spellings.entry(spelling).or_default() += 1;
    for segment in &rules.segments {
        match judge(row, segment, rules) {
            Outcome::Counted { bucket, amount } => {
                *country.counts.entry((segment.name, bucket, amount)).or_default() += 1;
            }
            Outcome::Rejected(reason) => *country.rejected.entry((segment.name, reason)).or_default() += 1,
        }
    }
}

/// Judges an event with a good country.
pub(crate) fn judge(row: &Row, segment: &Segment, rules: &Rules) -> Outcome {
    let value = |column: Column| &row[column as usize];
    let amount = match number::amount(value(Column::Amount), rules) {
        Read::Good(amount) => amount,
        Read::Missing if rules.missing_amount_is_zero => 0,
        Read::Missing => return Outcome::Rejected("missing_voucher_amount"),
        Read::Bad => return Outcome::Rejected("bad_voucher_amount"),
    };
    let measured = match segment.measure {
        Measure::TotalOrders => match number::orders(value(Column::Orders), rules) {
            Read::Good(orders) => Ok(orders),
            Read::Missing if rules.missing_orders_is_zero => Ok(0),
            Read::Missing => Err("missing_total_orders"),
            Read::Bad => Err("bad_total_orders"),
        },
        Measure::DaysSinceLastOrder => days_between(
            row,
            Column::LastOrder,
            ["missing_last_order_ts", "bad_last_order_ts", "event_before_last_order"],
            rules,
        ),
        Measure::DaysSinceFirstOrder => days_between(
            row,
            Column::FirstOrder,
            ["missing_first_order_ts", "bad_first_order_ts", "event_before_first_order"],
            rules,
        ),
        Measure::Nothing => Ok(0),
    };
    let measured = match measured {
        Ok(measured) => measured,
        Err(reason) => return Outcome::Rejected(reason),
    };
    let holds =
        |from: i64, below: Option<i64>| from <= measured && below.is_none_or(|below| measured < below);
    let bucket = segment.buckets.iter().find(|(_, from, below)| holds(*from, *below));
    Outcome::Counted { bucket: bucket.map_or("Unknown", |(label, _, _)| *label), amount }
}

fn days_between(
    row: &Row,
    order: Column,
    [missing, bad, before]: [&'static str; 3],
    rules: &Rules,
) -> Result<i64, &'static str> {
    let day = |column: Column| day::day(column, &row[column as usize], rules);
    let rejects_before = match order {
        Column::LastOrder => rules.rejects_before_last_order,
        _ => rules.rejects_before_first_order,
    };
    let event = match day(Column::Timestamp) {
        Read::Good(day) => day,
        Read::Missing => return Err("missing_timestamp"),
        Read::Bad => return Err("bad_timestamp"),
    };
    let order = match day(order) {
        Read::Good(day) => day,
        Read::Missing => return Err(missing),
        Read::Bad => return Err(bad),
    };
    // A negative number of days is in no bucket.
    if event < order && rejects_before { Err(before) } else { Ok(event - order) }
}

fn totals(
    segment: &'static str,
    countries: &BTreeMap<String, Country>,
    homeless: &BTreeMap<(&'static str, &'static str), u64>,
    cells: &mut Cells,
) {
    let mut totals: BTreeMap<String, u64> = BTreeMap::new();
    let counts = countries.values().flat_map(|country| &country.counts);
    for ((of, bucket, _), events) in counts.filter(|((of, ..), _)| *of == segment) {
        let name = if *bucket == "Unknown" { "unclassified" } else { "counted" };
        *totals.entry(format!("all {of} {name}")).or_default() += events;
    }
    let rejected = countries.values().flat_map(|country| &country.rejected).chain(homeless);
    for ((of, reason), events) in rejected.filter(|((of, _), _)| *of == segment) {
        *totals.entry(format!("all {of} {reason}")).or_default() += events;
    }
    cells.extend(totals.into_iter().map(|(name, events)| (name, events.to_string())));
}

/// One cell for every bucket of the rules, including empty ones. A bucket with too few events hides
/// its first amount, but shows the events of that amount.
fn modes(key: &str, country: &Country, segment: &Segment, min_support: u64, cells: &mut Cells) {
    for (label, _, _) in &segment.buckets {
        let here =
            country.counts.iter().filter(|((of, bucket, _), _)| of == &segment.name && bucket == label);
        let here: Vec<(i64, u64)> = here.map(|((_, _, amount), events)| (*amount, *events)).collect();
        let total: u64 = here.iter().map(|(_, events)| events).sum();
        let mut ranked: Vec<_> = here.into_iter().filter(|(amount, _)| *amount > 0).collect();
        ranked.sort_by_key(|(amount, events)| (Reverse(*events), *amount));
        let shown = |rank: usize| {
            let place = ranked.get(rank);
            place.map_or("nothing".to_owned(), |(amount, events)| {
                format!("{} ({events})", number::printed(*amount))
            })
        };
        let first = match ranked.first() {
            Some((_, events)) if total < min_support => format!("too few ({events})"),
            _ => shown(0),
        };
        let mode = format!("{first} of {total}, then {}", shown(1));
        cells.insert(format!("{key:?} {} {label} mode", segment.name), mode);
    }
}

fn country_cells(key: &str, country: &Country, cells: &mut Cells) {
    let events: u64 = country.spellings.values().sum();
    let shown = country.spellings.iter().max_by_key(|(spelling, events)| (**events, Reverse(*spelling)));
    let (shown, _) = shown.expect("a country has a row");
    cells.insert(format!("{key:?} shown"), format!("{shown:?} ({events})"));
    for ((segment, bucket, amount), events) in &country.counts {
        let name = format!("{key:?} {segment} {bucket} count of {}", number::printed(*amount));
        cells.insert(name, events.to_string());
    }
    for ((segment, reason), events) in &country.rejected {
        cells.insert(format!("{key:?} {segment} {reason}"), events.to_string());
    }
}
