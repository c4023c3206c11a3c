//! Rejects, read back from either format, and the reference's rejects for the same rows.

use crate::files::{Kind, Shape};
use crate::reference::answer::{Outcome, judge};
use crate::reference::number::with_point;
use crate::reference::{Read, Row, Rules, Value, country};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimeUnit};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

/// One line, as read back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) file: String,
    pub(crate) row_group: i64,
    pub(crate) row: i64,
    pub(crate) segment: String,
    pub(crate) reason: String,
    pub(crate) column: String,
    pub(crate) value: Option<String>,
    pub(crate) order_value: Option<String>,
}

/// Reads lines back and sorts them: their order is not promised.
pub(crate) fn read(path: &Path) -> Vec<Line> {
    let mut lines = if path.extension().is_some_and(|extension| extension == "parquet") {
        let file = File::open(path).expect("there");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet").build();
        reader.expect("parquet").flat_map(|batch| lines_of(&batch.expect("decoded"))).collect()
    } else {
        let text = fs::read_to_string(path).expect("UTF-8");
        assert!(text.is_empty() || text.ends_with('\n'), "each line ends");
        let lines = text.split_terminator('\n');
        lines.map(|line| serde_json::from_str(line).expect(line)).collect::<Vec<_>>()
    };
    lines.sort();
    lines
}

fn lines_of(batch: &RecordBatch) -> Vec<Line> {
    let column = |name| batch.column_by_name(name).unwrap_or_else(|| panic!("column {name}"));
    let text = |name, row| {
        let texts = column(name).as_string::<i32>();
        texts.is_valid(row).then(|| texts.value(row).to_owned())
    };
    let name = |name, row| text(name, row).expect("not null");
    let number = |name, row| column(name).as_primitive::<Int64Type>().value(row);
    let line = |row| Line {
        file: name("file", row),
        row_group: number("row_group", row),
        row: number("row", row),
        segment: name("segment", row),
        reason: name("reason", row),
        column: name("column", row),
        value: text("value", row),
        order_value: text("order_value", row),
    };
    assert_eq!(batch.num_columns(), 8);
    (0..batch.num_rows()).map(line).collect()
}

/// The expected lines for the rows of a file, in any order.
pub(crate) fn expected(
    file: &Path,
    (shape, rows): &(Shape, Vec<Row>),
    rules: &Rules,
    selection: Option<&BTreeSet<String>>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for segment in &rules.segments {
            let reason = match country(&row[0], rules) {
                Read::Missing if selection.is_none() => "missing_country",
                Read::Bad if selection.is_none() => "bad_country",
                Read::Good(country) if selection.is_none_or(|selection| selection.contains(&country.key)) => {
                    match judge(row, segment, rules) {
                        Outcome::Rejected(reason) => reason,
                        Outcome::Counted { .. } => continue,
                    }
                }
                _ => continue,
            };
            let (column, order_column) = columns(reason);
            let shown = |name: &str| {
                let at = NAMES.iter().position(|other| *other == name).expect("a column");
                shown(&row[at], shape.kinds[at])
            };
            let number = |number: usize| i64::try_from(number).expect("few rows");
            lines.push(Line {
                file: file.display().to_string(),
                row_group: number(at / shape.row_group_rows),
                row: number(at % shape.row_group_rows),
                segment: segment.name.to_owned(),
                reason: reason.to_owned(),
                value: shown(&column),
                column,
                order_value: order_column.and_then(shown),
            });
        }
    }
    lines
}

const NAMES: [&str; 6] =
    ["country_code", "voucher_amount", "total_orders", "timestamp", "last_order_ts", "first_order_ts"];

/// The column that a reason is about, and the order column that contradicts it, if any.
fn columns(reason: &str) -> (String, Option<&'static str>) {
    match reason {
        "event_before_last_order" => ("timestamp".to_owned(), Some("last_order_ts")),
        "event_before_first_order" => ("timestamp".to_owned(), Some("first_order_ts")),
        "missing_country" | "bad_country" => ("country_code".to_owned(), None),
        _ => (reason.split_once('_').expect("a reason").1.to_owned(), None),
    }
}

/// A value in its usual text form.
fn shown(value: &Value, kind: Kind) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::Float(number) | Value::Half(number) => format!("{number:?}"),
        Value::Decimal(digits, scale) => with_point(digits, *scale),
        Value::Instant(ticks, per_second) => {
            let nanos = ticks.rem_euclid(*per_second) * (1_000_000_000 / per_second);
            let nanos = u32::try_from(nanos).expect("less than a second");
            let zone = if matches!(kind, Kind::Timestamp(_, Some(_))) { "Z" } else { "" };
            match DateTime::from_timestamp(ticks.div_euclid(*per_second), nanos) {
                Some(instant) => format!("{}{zone}", instant.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f")),
                None => ticks.to_string(),
            }
        }
        Value::Date(days) => {
            let epoch = NaiveDate::default();
            let distance = Days::new(u64::from(days.unsigned_abs()));
            let date =
                if *days < 0 { epoch.checked_sub_days(distance) } else { epoch.checked_add_days(distance) };
            date.map_or_else(|| days.to_string(), |date| date.format("%Y-%m-%d").to_string())
        }
    };
    // Whole characters, at most 256 bytes.
    let mut kept = String::new();
    for character in text.chars() {
        if kept.len() + character.len_utf8() > 256 {
            break;
        }
        kept.push(character);
    }
    Some(kept)
}

#[test]
fn values_as_anybody_would_write_them() {
    let micros = Kind::Timestamp(TimeUnit::Microsecond, Some("America/Lima"));
    let year_9999 =
        NaiveDateTime::parse_from_str("9999-12-31 23:59:59", "%Y-%m-%d %H:%M:%S").expect("a time");
    for (value, kind, expected) in [
        (Value::text(" as it stands\t"), Kind::Text, " as it stands\t"),
        (Value::text(&"é".repeat(200)), Kind::Text, &*"é".repeat(128)),
        (Value::Integer(-5), Kind::Int8, "-5"),
        (Value::Double(f64::NAN), Kind::Float64, "NaN"),
        (Value::Double(1e300), Kind::Float64, "1e300"),
        (Value::Float(-2.5), Kind::Float32, "-2.5"),
        (Value::Decimal("-1250".to_owned(), 2), Kind::Decimal(9, 2), "-12.50"),
        (Value::Instant(1_500_000, 1_000_000), micros, "1970-01-01T00:00:01.500Z"),
        (Value::Instant(year_9999.and_utc().timestamp() + 1, 1), Kind::Int64, "+10000-01-01T00:00:00"),
        (Value::Instant(i64::MAX, 1), Kind::Int64, "9223372036854775807"),
        (Value::Date(-1), Kind::Date32, "1969-12-31"),
        (Value::Date(i32::MAX), Kind::Date32, "2147483647"),
    ] {
        assert_eq!(shown(&value, kind).as_deref(), Some(expected), "{value:?}");
    }
    assert_eq!(shown(&Value::Null, Kind::Text), None);
}
