//! Columns of any type that are null throughout, and those that are not.

#[expect(dead_code, reason = "each test has a few of its own")]
mod common;

use common::{base, choice, counted, element, number, refused};
use mutants::base::ROWS;
use mutants::file::{File, field};
use mutants::mutate::nulls;
use mutants::thrift::{Struct, Value};

const COLUMNS: [&str; 5] = ["country_code", "timestamp", "last_order_ts", "total_orders", "voucher_amount"];

/// Returns a file with one column that is null in every row and has no statistics.
fn of_nulls(column: &str) -> File {
    let mut file = base("texts, no dictionary");
    let at = file.column(column);
    element(&mut file, column).set(3, number(1));
    file.groups[0][at] = vec![nulls(i64::try_from(ROWS).expect("few"))];
    file.metadata()[at].remove(12);
    file.lay_out();
    file
}

/// Declares another type for a column.
fn retype(file: &mut File, column: &str, physical: i64, converted: Option<i64>, logical: Option<i16>) {
    let element = element(file, column);
    for id in [2, 6, 7, 8, 10] {
        element.remove(id);
    }
    element.set(1, number(physical));
    if physical == 7 {
        element.set(2, number(12));
    }
    if let Some(converted) = converted {
        element.set(6, number(converted));
    }
    if let Some(logical) = logical {
        element.set(10, choice(logical));
    }
}

/// Types: physical, converted, logical.
const TYPES: [(&str, i64, Option<i64>, Option<i16>); 14] = [
    ("booleans", 0, None, None),
    ("integers", 1, None, None),
    ("integers of 64 bits", 2, None, None),
    ("96 bits", 3, None, None),
    ("doubles", 5, None, None),
    ("bytes", 6, None, None),
    ("BSON", 6, Some(20), None),
    ("fixed bytes", 7, None, None),
    ("intervals", 7, Some(21), None),
    ("times of day", 1, Some(7), None),
    ("dates", 1, Some(6), None),
    ("what is always null", 1, None, Some(11)),
    ("texts on integers", 1, Some(0), None),
    ("a physical type of a later version", 42, None, Some(77)),
];

#[test]
fn a_column_that_is_null_throughout_is_missing_whatever_its_type() {
    for column in COLUMNS {
        let expected = counted(&of_nulls(column).write());
        for (what, physical, converted, logical) in TYPES {
            let mut file = of_nulls(column);
            retype(&mut file, column, physical, converted, logical);
            let bytes = file.write();
            assert_eq!(counted(&bytes), expected, "{column} of {what}");
        }
    }
}

/// Pages decide, whatever the footer says.
#[test]
fn one_value_is_too_many() {
    let rows = i64::try_from(ROWS).expect("few");
    for (what, statistics) in [("nothing", None), ("all null", Some(rows)), ("a value", Some(rows - 1))] {
        for (name, physical, converted, logical) in TYPES {
            // Bare bytes are read as text.
            if matches!(name, "bytes") {
                continue;
            }
            let mut file = of_nulls("country_code");
            let at = file.column("country_code");
            retype(&mut file, "country_code", physical, converted, logical);
            if let Some(nulls) = statistics {
                let statistics = Struct { fields: vec![(3, Value::Int(6, nulls))] };
                file.metadata()[at].set(12, Value::Struct(statistics));
            }
            let is_told_at_once = statistics == Some(rows - 1);
            if !is_told_at_once {
                // A run of all nulls but one, and a run of one value.
                let page = &mut file.groups[0][at][0];
                let run = u8::try_from((rows - 1) << 1).expect("few");
                page.body = [&[4, 0, 0, 0, run, 0, 2, 1][..], &[0; 12]].concat();
                page.frame_plain();
                file.lay_out();
            }
            let what = format!("{name}, statistics of {what}");
            refused(&what, &file.write(), &["column \"country_code\"", "has type", "expected text"]);
        }
    }
}

/// A row of a nested column is null if its outermost level says so.
#[test]
fn nested_columns_of_nulls() {
    let rows = i64::try_from(ROWS).expect("few");
    let mut file = of_nulls("total_orders");
    let expected = counted(&file.write());
    let elements = file.footer.list(field::SCHEMA).expect("a schema");
    let at = elements
        .iter()
        .position(|element| matches!(element, Value::Struct(element) if element.get(4) == Some(&common::text("total_orders"))))
        .expect("the column");
    let group = |name: &str, repetition| {
        Value::Struct(Struct {
            fields: vec![(3, number(repetition)), (4, common::text(name)), (5, number(1))],
        })
    };
    let leaf = Struct { fields: vec![(1, number(0)), (3, number(1)), (4, common::text("element"))] };
    elements.splice(at..=at, [group("total_orders", 1), group("list", 2), Value::Struct(leaf)]);
    let column = file.column("element");
    let levels = |value: u8| {
        let run = [2, 0, 0, 0, u8::try_from(rows << 1).expect("few"), value];
        [[2, 0, 0, 0, run[4], 0], run].concat()
    };
    let page = file.groups[0][column][0].clone();
    for (value, is_read) in [(0, true), (1, false), (2, false), (3, false)] {
        let mut page = page.clone();
        page.body = levels(value);
        page.frame_plain();
        file.groups[0][column][0] = page;
        file.lay_out();
        if is_read {
            assert_eq!(counted(&file.write()), expected, "a list that is null");
        } else {
            refused("a list", &file.write(), &["\"total_orders\"", "a nested type"]);
        }
    }
}

/// A required column of a foreign type is refused before its pages are read.
#[test]
fn a_required_column_of_another_type_is_refused() {
    let mut file = of_nulls("country_code");
    retype(&mut file, "country_code", 0, None, None);
    element(&mut file, "country_code").set(3, number(0));
    refused("required", &file.write(), &["\"country_code\"", "Boolean", "expected text"]);
}
