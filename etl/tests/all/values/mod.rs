//! How each kind of value is read, all the way from a file to the counts: tables of values in a
//! column and their meaning, on both sides of every border. The reference is checked against them
//! too. Each value is written to a file, among clean values, and looked up in the table of a run.

mod texts;

mod missing;

mod countries;

mod numbers;

mod floats;

mod times;

mod epochs;

mod unicode;

use crate::files::{self, Kind, Shape};
use crate::harness;
use crate::reference::answer::{Outcome, judge};
use crate::reference::country::Spelled;
use crate::reference::rules::{Measure, Segment};
use crate::reference::{Column, Read, Row, Rules, Value, country, number};
use chrono::NaiveDate;
use counts::EvaluatedTable;
use std::collections::BTreeSet;

/// The only segment.
const SEGMENT: &str = "measured";
/// All dates from this one on are in some bucket.
const FIRST_DATE: &str = "0000-01-01";
const LAST_DATE: &str = "9999-12-31";

/// Checks texts in a column of each text type.
#[track_caller]
pub(super) fn check_texts(column: Column, rules: &Rules, cases: &[(&str, &'static str)]) {
    let cases: Vec<_> = cases.iter().map(|(text, expected)| (Value::text(text), *expected)).collect();
    for kind in Kind::TEXTS {
        check(column, kind, rules, &cases);
    }
}

/// Checks values of one type against their meaning: `missing`, `bad`, or what the value counts as.
/// A date counts as its day in UTC; a country as its key, then its displayed form.
#[track_caller]
pub(super) fn check(column: Column, kind: Kind, rules: &Rules, cases: &[(Value, &'static str)]) {
    let rules = measuring(column, rules, cases);
    let rows: Vec<Row> = cases.iter().enumerate().map(|(at, (value, _))| row(column, value, at)).collect();
    let mut differences = Vec::new();
    for (row, (value, expected)) in rows.iter().zip(cases) {
        let found = by_reference(column, row, &rules);
        if found != *expected {
            differences.push(format!("{value:?} is {expected:?}, for the reference {found:?}"));
        }
    }
    for has_dictionary in [true, false] {
        let shape = Shape { kinds: kinds(column, kind), has_dictionary, ..Shape::default() };
        // Each country is in its own file, since several may have the same key.
        let files: Vec<&[Row]> =
            if column == Column::Country { rows.chunks(1).collect() } else { vec![&rows] };
        let found = files.into_iter().flat_map(|rows| {
            let table = table(rows, &shape, &rules);
            (0..rows.len()).map(move |at| in_table(column, &table, at)).collect::<Vec<_>>()
        });
        for (found, (value, expected)) in found.zip(cases) {
            if found != *expected {
                differences.push(format!("{value:?} is {expected:?}, for the ETL {found:?} of {kind:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{column:?}:\n{}", differences.join("\n"));
}

fn kinds(column: Column, kind: Kind) -> [Kind; 6] {
    let mut kinds = [Kind::Text; 6];
    kinds[column as usize] = kind;
    kinds
}

/// A row that is clean except for one column.
fn row(column: Column, value: &Value, at: usize) -> Row {
    let order = if column == Column::Timestamp { FIRST_DATE } else { "2018-06-01" };
    let texts = [&*format!("case {at}"), "7", "3", LAST_DATE, order, order];
    let mut row = texts.map(Value::text);
    row[column as usize] = value.clone();
    row
}

/// These rules with one bucket for each expected value, so that the bucket holds nothing else.
fn measuring(column: Column, rules: &Rules, cases: &[(Value, &'static str)]) -> Rules {
    let measure = match column {
        Column::Country | Column::Amount | Column::Orders => Measure::TotalOrders,
        Column::Timestamp | Column::LastOrder => Measure::DaysSinceLastOrder,
        Column::FirstOrder => Measure::DaysSinceFirstOrder,
    };
    let values: BTreeSet<&'static str> = cases
        .iter()
        .map(|(_, expected)| *expected)
        .filter(|value| !["missing", "bad"].contains(value))
        .collect();
    let buckets = match column {
        Column::Country | Column::Amount => vec![("any", 0, None)],
        _ => values
            .into_iter()
            .map(|label| {
                let from = measured(column, label);
                (label, from, Some(from + 1))
            })
            .collect(),
    };
    let buckets = if buckets.is_empty() { vec![("any", 0, None)] } else { buckets };
    Rules { segments: vec![Segment { name: SEGMENT, measure, buckets }], ..rules.clone() }.cleaned(1)
}

/// What is measured if a column has this value.
fn measured(column: Column, value: &str) -> i64 {
    let day = |date: &str| i64::from(date.parse::<NaiveDate>().expect("a date").to_epoch_days());
    match column {
        Column::Timestamp => day(value) - day(FIRST_DATE),
        Column::LastOrder | Column::FirstOrder => day(LAST_DATE) - day(value),
        _ => value.parse().expect("a number of orders"),
    }
}

fn by_reference(column: Column, row: &Row, rules: &Rules) -> String {
    let country = match country(&row[Column::Country as usize], rules) {
        Read::Missing => return "missing".to_owned(),
        Read::Bad => return "bad".to_owned(),
        Read::Good(country) => country,
    };
    match judge(row, &rules.segments[0], rules) {
        Outcome::Rejected(reason) => outcome(reason),
        Outcome::Counted { bucket, amount } => match column {
            Column::Country => {
                let Spelled { key, spelling } = country;
                format!("{key}, {spelling}")
            }
            Column::Amount => number::printed(amount),
            _ => bucket.to_owned(),
        },
    }
}

/// `missing` for `missing_country`.
fn outcome(reason: &str) -> String {
    reason.split('_').next().expect("a reason").to_owned()
}

fn table(rows: &[Row], shape: &Shape, rules: &Rules) -> EvaluatedTable {
    let folder = tempfile::tempdir().expect("a folder");
    files::write(&folder.path().join("a.parquet"), rows, shape);
    let result = harness::run(&[folder.path().to_owned()], &rules.to_toml(), None);
    result.unwrap_or_else(|error| panic!("{error:#}")).table
}

fn in_table(column: Column, table: &EvaluatedTable, at: usize) -> String {
    let country = match column {
        Column::Country => table.countries.first(),
        _ => table.countries.iter().find(|country| country.key.as_str() == format!("case {at}")),
    };
    let segments = country.map_or(&table.segments, |country| &country.segments);
    if let Some((reason, _)) = segments[SEGMENT].rejected.first_key_value() {
        return outcome(&reason.to_string());
    }
    let country = country.expect("what is not rejected is of a country");
    let count = country.counts.first().expect("what is not rejected counts");
    match column {
        Column::Country => format!("{}, {}", country.key.as_str(), country.shown),
        Column::Amount => count.amount.to_string(),
        _ => count.bucket.clone(),
    }
}
