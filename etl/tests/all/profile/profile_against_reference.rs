//! Compares profiles of random rows, types and layouts with what the reference reads from every row.

use crate::any_history::any_file;
use crate::reference::{Column, Read, Row, Rules, Value, answer, day::day, day::moment, number};
use crate::{countries, files, harness};
use chrono::NaiveDate;
use history::Bounds;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::Path;

const FILES_MAX: usize = 3;
const DAY_NANOS: i128 = 86_400_000_000_000;

fn profiled(folder: &Path, rules: &Rules, threads: usize, bounds: Bounds) -> Json {
    let report = harness::profile(folder, &rules.to_toml(), threads, bounds);
    let mut report = serde_json::to_value(&report).expect("JSON");
    for member in ["profiled_at", "total_ms", "peak_rss_bytes"] {
        report.as_object_mut().expect("an object").remove(member);
    }
    report
}

/// The expected content of a column: its values as numbers with the same order, and their texts.
fn column(
    rows: &[Row],
    column: Column,
    read: impl Fn(&Value) -> Read<i128>,
    text: impl Fn(i128) -> String,
) -> Json {
    let values: Vec<_> = rows.iter().map(|row| &row[column as usize]).collect();
    let read_values: Vec<_> = values.iter().map(|value| read(value)).collect();
    let count = |is: &dyn Fn(&Read<i128>) -> bool| read_values.iter().filter(|value| is(value)).count();
    let good: BTreeSet<i128> = read_values
        .iter()
        .filter_map(|value| if let Read::Good(value) = value { Some(*value) } else { None })
        .collect();
    // Columns of floats without nulls use NaN for a missing value.
    let is_null = |value: &Value| match value {
        Value::Null => true,
        Value::Double(double) => double.is_nan(),
        Value::Float(float) | Value::Half(float) => float.is_nan(),
        _ => false,
    };
    let nulls = values.iter().filter(|value| is_null(value)).count();
    let missing = count(&|value| *value == Read::Missing);
    json!({
        "column": column.name(),
        "values": count(&|value| matches!(value, Read::Good(_))),
        "null": nulls,
        "blank": missing - nulls,
        "missing": missing,
        "bad": count(&|value| *value == Read::Bad),
        "distinct": {"values": good.len(), "is_exact": true},
        "smallest": good.first().map(|value| text(*value)),
        "largest": good.last().map(|value| text(*value)),
    })
}

fn map<T>(read: Read<T>, number: impl Fn(T) -> i128) -> Read<i128> {
    match read {
        Read::Missing => Read::Missing,
        Read::Bad => Read::Bad,
        Read::Good(value) => Read::Good(number(value)),
    }
}

fn date(days: i128) -> String {
    NaiveDate::from_epoch_days(i32::try_from(days).expect("a day")).expect("a date").to_string()
}

/// The expected number of each oddity of single events.
fn odd(rows: &[Row], rules: &Rules) -> Vec<(&'static str, usize)> {
    let good = |row: &Row, column: Column| match day(column, &row[column as usize], rules) {
        Read::Good(day) => Some(day),
        _ => None,
    };
    let [event, last, first] = [Column::Timestamp, Column::LastOrder, Column::FirstOrder]
        .map(|column| move |row: &Row| good(row, column));
    let is_less =
        |one: Option<i64>, other: Option<i64>| one.zip(other).is_some_and(|(one, other)| one < other);
    let orders = |row: &Row| number::orders(&row[Column::Orders as usize], rules);
    let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    vec![
        ("event_before_last_order", count(&|row| is_less(event(row), last(row)))),
        ("event_before_first_order", count(&|row| is_less(event(row), first(row)))),
        ("first_order_after_last", count(&|row| is_less(last(row), first(row)))),
        ("zero_orders_with_order_date", count(&|row| last(row).is_some() && orders(row) == Read::Good(0))),
        (
            "orders_without_order_date",
            count(&|row| last(row).is_none() && matches!(orders(row), Read::Good(1..))),
        ),
        ("blank_orders", count(&|row| orders(row) == Read::Missing)),
    ]
}

#[track_caller]
fn check(report: &Json, rows: &[Row], rules: &Rules) {
    assert_eq!(report["rows"], json!(rows.len()));
    let ten_thousandths = |value: i128| number::printed(i64::try_from(value).expect("an amount"));
    let days = |column| move |value: &Value| map(day(column, value, rules), i128::from);
    for expected in [
        column(rows, Column::Amount, |value| map(number::amount(value, rules), i128::from), ten_thousandths),
        column(
            rows,
            Column::Orders,
            |value| map(number::orders(value, rules), i128::from),
            |orders| orders.to_string(),
        ),
        column(rows, Column::LastOrder, days(Column::LastOrder), date),
        column(rows, Column::FirstOrder, days(Column::FirstOrder), date),
        column(
            rows,
            Column::Timestamp,
            |value| moment(Column::Timestamp, value, rules),
            |nanos| date(nanos.div_euclid(DAY_NANOS)),
        ),
    ] {
        let columns = report["columns"].as_array().expect("columns");
        let found = columns.iter().find(|column| column["column"] == expected["column"]).expect("the column");
        for (name, expected_value) in expected.as_object().expect("an object") {
            let found = match (&found[name], name.as_str()) {
                // Only the day of a moment is compared; its display is tested elsewhere.
                (Json::String(text), "smallest" | "largest") => json!(text.split(' ').next()),
                (found, _) => found.clone(),
            };
            assert_eq!(found, *expected_value, "{name} of {}", expected["column"]);
        }
    }
    let events = |oddity: &str, of: Option<&str>| {
        let oddities = report["oddities"].as_array().expect("oddities");
        let mut found = oddities
            .iter()
            .filter(|found| found["oddity"] == oddity && of.is_none_or(|of| found["of"] == of));
        found.next().map_or(0, |found| found["events"].as_u64().expect("a number"))
    };
    for (oddity, expected) in odd(rows, rules) {
        assert_eq!(events(oddity, None), expected as u64, "{oddity}");
    }
    let cells = answer(rows, rules, None);
    for segment in &rules.segments {
        let expected = cells.get(&format!("all {} unclassified", segment.name));
        let expected: u64 = expected.map_or(0, |events| events.parse().expect("a number"));
        assert_eq!(events("outside_every_bucket", Some(segment.name)), expected, "{}", segment.name);
    }
    countries::check(report, rows, rules);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rows_in_any_files(
        files in prop::collection::vec(any_file(), 1..=FILES_MAX),
        has_gaps in any::<bool>(),
        choice in 0..16_u8,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let rules = if has_gaps { Rules::with_gaps() } else { Rules::described() }.cleaned(choice);
        let mut all = Vec::new();
        for (at, (shape, rows)) in files.into_iter().enumerate() {
            files::write(&folder.path().join(format!("{at}.parquet")), &rows, &shape);
            all.extend(rows);
        }
        let report = profiled(folder.path(), &rules, 2, Bounds::default());
        check(&report, &all, &rules);
        // With other cuts and threads.
        prop_assert_eq!(&profiled(folder.path(), &rules, 1, harness::NARROW), &report);
        prop_assert_eq!(&profiled(folder.path(), &rules, 3, harness::NARROW), &report);
    }
}
