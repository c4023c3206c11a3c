//! A profile names the oddities of a history, how many events each concerns, and the first of them,
//! without being told where to look; of a history without any it says so.

use arrow::array::{ArrayRef, Float64Array, StringArray};
use serde_json::{Value, json};
use stack::{Stack, history};
use std::path::Path;
use std::sync::Arc;

/// An event, as it stands in the file.
#[derive(Clone, Copy)]
struct Row {
    country: &'static str,
    timestamp: &'static str,
    last_order: &'static str,
    first_order: &'static str,
    orders: &'static str,
    amount: Option<f64>,
}

const CLEAN: Row = Row {
    country: "Peru",
    timestamp: "2018-07-21 18:59:21.102762",
    last_order: "2018-06-06",
    first_order: "2017-01-01",
    orders: "7.0",
    amount: Some(2_640.0),
};

fn write(file: &Path, rows: &[Row]) {
    let texts = |of: &dyn Fn(&Row) -> &'static str| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
    };
    let columns = vec![
        ("timestamp", texts(&|row| row.timestamp)),
        ("country_code", texts(&|row| row.country)),
        ("last_order_ts", texts(&|row| row.last_order)),
        ("first_order_ts", texts(&|row| row.first_order)),
        ("total_orders", texts(&|row| row.orders)),
        ("voucher_amount", Arc::new(rows.iter().map(|row| row.amount).collect::<Float64Array>()) as ArrayRef),
    ];
    history::write(file, columns);
}

fn profile(stack: &Stack, rows: &[Row]) -> (Value, String) {
    let file = stack.folder().join("history.parquet");
    write(&file, rows);
    let line = ["profile", "--s3path", file.to_str().expect("Unicode")];
    let text = stack.etl().execute(&line).exits(0).stdout;
    (stack.etl().execute(&[&line[..], &["--format", "json"]].concat()).exits(0).json(), text)
}

/// What the profile must call rows: the oddity, and what it is of.
type Names = &'static [(&'static str, &'static str)];

/// Rows that are odd, how many of them there are, and their names.
fn odd_rows() -> [(Row, usize, Names); 13] {
    let misdated = Row { timestamp: "2015-05-21 10:00:00", ..CLEAN };
    [
        (
            misdated,
            13,
            &[
                ("event_before_last_order", "timestamp"),
                ("event_before_first_order", "timestamp"),
                ("year_stands_out", "timestamp"),
                ("outside_every_bucket", "recency_segment"),
            ],
        ),
        (Row { orders: "  ", ..CLEAN }, 12, &[("blank_orders", "total_orders")]),
        (Row { orders: "0.0", ..CLEAN }, 11, &[("zero_orders_with_order_date", "total_orders")]),
        (Row { amount: None, ..CLEAN }, 10, &[("missing", "voucher_amount")]),
        (Row { amount: Some(-2.5), ..CLEAN }, 9, &[("bad", "voucher_amount")]),
        (Row { orders: "38", ..CLEAN }, 8, &[("outside_every_bucket", "frequent_segment")]),
        (Row { first_order: "2018-06-07", ..CLEAN }, 7, &[("first_order_after_last", "first_order_ts")]),
        (
            Row { last_order: "", ..CLEAN },
            6,
            &[("orders_without_order_date", "last_order_ts"), ("missing", "last_order_ts")],
        ),
        (Row { country: "PERU", ..CLEAN }, 5, &[("several_spellings", "country_code")]),
        (Row { country: "", ..CLEAN }, 4, &[("missing", "country_code")]),
        (Row { country: "a#b", ..CLEAN }, 3, &[("bad", "country_code")]),
        (Row { first_order: "2018-02-30", ..CLEAN }, 2, &[("bad", "first_order_ts")]),
        (Row { country: "Perru", ..CLEAN }, 1, &[("near_countries", "country_code")]),
    ]
}

#[test]
fn what_is_odd_and_nothing_else() {
    let stack = Stack::new();
    let odd = odd_rows();
    let mut rows = vec![CLEAN; 200];
    // Days since the last order lie close together and are as many.
    for (row, last_order) in rows.iter_mut().zip(LAST_ORDERS.split_whitespace().cycle()) {
        row.last_order = last_order;
    }
    for (row, number, _) in &odd {
        rows.extend(vec![*row; *number]);
    }
    let (report, text) = profile(&stack, &rows);
    let found = report["oddities"].as_array().expect("a list");
    let mut expected_number = 0;
    for (_, events, names) in odd {
        for (oddity, of) in names {
            let named = |found: &&Value| found["oddity"] == *oddity && found["of"] == *of;
            let found = found.iter().find(named).unwrap_or_else(|| panic!("{oddity} of {of} in {report:#}"));
            assert_eq!(found["events"], events, "{found:#}");
            expected_number += 1;
        }
    }
    // The days that misdated events lie before are far from all others.
    assert!(found.iter().any(|found| found["oddity"] == "few_values"), "{report:#}");
    assert_eq!(found.len(), expected_number + 1, "nothing else is odd: {report:#}");
    for sentence in [
        "13 events dated before their own last order",
        "13 events with a timestamp of 2015",
        "11 events with 0 orders although an order",
        "12 blank, 0 null",
        "such as \"-2.5\"",
        "such as \"a#b\"",
        "otherwise: PERU",
        "one letter from a more frequent one: Perru (Peru)",
    ] {
        let unbroken = report["oddities"].to_string();
        let escaped = sentence.replace('"', "\\\"");
        assert!(unbroken.contains(&escaped), "{sentence}: {unbroken}");
    }
    assert!(text.contains("13 events dated before their own last order"), "{text}");
    assert!(text.contains("\n[countries]\n\"perru\" = \"Peru\"\n"), "{text}");
}

const LAST_ORDERS: &str = "
    2018-05-22 2018-05-23 2018-05-24 2018-05-25 2018-05-26 2018-05-27 2018-05-28 2018-05-29 2018-05-30
    2018-05-31 2018-06-01 2018-06-02 2018-06-03 2018-06-04 2018-06-05 2018-06-06 2018-06-07 2018-06-08
    2018-06-09 2018-06-10 2018-06-11 2018-06-12 2018-06-13 2018-06-14 2018-06-15 2018-06-16 2018-06-17
    2018-06-18 2018-06-19 2018-06-20";

#[test]
fn the_first_events_are_shown_as_they_were_read() {
    let stack = Stack::new();
    let mut rows = vec![CLEAN; 9];
    for (row, country) in [(3, "Latvia"), (5, "Peru"), (6, "Latvia"), (8, "Peru")] {
        rows[row] = Row { country, orders: "0", ..CLEAN };
    }
    let (report, text) = profile(&stack, &rows);
    let [odd] = &report["oddities"].as_array().expect("a list")[..] else { panic!("{report:#}") };
    let examples = odd["examples"].as_array().expect("a list");
    assert_eq!(examples.iter().map(|example| &example["row"]).collect::<Vec<_>>(), [3, 5, 6]);
    let expected = json!({
        "file": examples[0]["file"], "row_group": 0, "row": 3, "country_code": "Latvia",
        "timestamp": "2018-07-21", "last_order_ts": "2018-06-06", "first_order_ts": "2017-01-01",
        "total_orders": 0, "voucher_amount": "2640",
    });
    assert_eq!(examples[0], expected);
    assert!(examples[0]["file"].as_str().is_some_and(|file| file.ends_with("history.parquet")), "{odd:#}");
    assert!(text.contains("Latvia, event 2018-07-21"), "{text}");
}

#[test]
fn a_clean_history_has_no_oddity() {
    let stack = Stack::new();
    let (report, text) = profile(&stack, &[CLEAN; 5]);
    assert_eq!(report["oddities"], json!([]));
    assert!(text.contains("Nothing was found"), "{text}");
}
