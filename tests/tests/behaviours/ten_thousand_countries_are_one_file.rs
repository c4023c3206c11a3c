//! A file of very many countries is counted; of many, every one is published and looked up.

use arrow::array::{ArrayRef, StringArray};
use serde_json::Value;
use stack::Stack;
use stack::history::{Event, columns, write};
use std::path::PathBuf;
use std::sync::Arc;

/// Writes two events of each country: Country 0, Country 1 and so on.
fn history(stack: &Stack, countries: usize) -> PathBuf {
    let events: Vec<Event> = vec![("", 3, 2_640.0); 2 * countries];
    let mut columns = columns(&events);
    let names: ArrayRef =
        Arc::new((0..2 * countries).map(|row| Some(format!("Country {}", row / 2))).collect::<StringArray>());
    let country =
        columns.iter_mut().find(|(name, _)| *name == "country_code").expect("a column of countries");
    country.1 = names;
    let file = stack.folder().join("countries.parquet");
    write(&file, columns);
    file
}

fn countries(report: &Value) -> &Vec<Value> {
    report["countries"].as_array().expect("a list of countries")
}

#[test]
fn ten_thousand_are_counted() {
    let stack = Stack::new();
    let file = history(&stack, 10_000).display().to_string();
    let report = stack.etl().run(&["--dry-run", "--s3path", &file]).exits(0).json();
    assert_eq!(countries(&report).len(), 10_000);
    let bucket = &countries(&report)[9_999]["buckets"][0];
    assert_eq!((&bucket["voucher_amount"], &bucket["support"]), (&Value::from(2_640), &Value::from(2)));
}

#[test]
fn a_thousand_are_published_and_each_is_found() {
    let stack = Stack::new();
    let report = stack.etl().publish(history(&stack, 1_000));
    let is_published = |country: &&Value| country["publication"] == "published";
    assert_eq!(countries(&report).iter().filter(is_published).count(), 1_000);
    for number in [0, 1, 500, 999] {
        let published = stack.etl().lookup(&format!("country {number}")).exits(0).json();
        assert_eq!(published["country"], format!("Country {number}"));
        assert_eq!(published["run_id"], report["run_id"]);
    }
}
