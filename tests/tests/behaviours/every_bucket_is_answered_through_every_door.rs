//! End to end: a sample on S3 is run, and every border of every bucket of every segment of every
//! country is answered through each door as the ETL reported it.

use segments::rules::{Bucket, Rules, Segment};
use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer;
use std::collections::BTreeSet;

/// Returns the label of the bucket that holds `value`, counted by hand.
fn label_of(segment: &Segment, value: u64) -> Option<&str> {
    let holds = |from: u64, below: Option<u64>| from <= value && below.is_none_or(|below| value < below);
    let mut buckets = segment.buckets().iter();
    buckets.find(|bucket| holds(bucket.from(), bucket.below())).map(Bucket::label)
}

/// Returns the values on both sides of every border of a segment.
fn borders(segment: &Segment) -> BTreeSet<u64> {
    let ends = segment.buckets().iter().flat_map(|bucket| [Some(bucket.from()), bucket.below()]);
    ends.flatten().flat_map(|border| [border.checked_sub(1), Some(border)]).flatten().collect()
}

/// Returns what must be answered, by the ETL's report.
fn expected(report: &Value, country: &Value, segment: &Segment, value: u64) -> Value {
    let label = label_of(segment, value);
    let row =
        country["buckets"].as_array().expect("a list").iter().find(|row| {
            row["segment"] == segment.name() && row["bucket"].as_str() == label && label.is_some()
        });
    assert_eq!(row.is_some(), label.is_some(), "the report has a row for every bucket");
    let mut answer = json!({
        "voucher_amount": row.map(|row| &row["voucher_amount"]),
        "customer_id": 123,
        "country_code": country["country"],
        "segment_name": segment.name(),
        "bucket": label,
        "run_id": report["run_id"],
    });
    match row {
        None => answer["reason"] = json!("no_bucket"),
        Some(row) => assert!(row["voucher_amount"].is_number(), "the sample has every bucket: {row}"),
    }
    answer
}

fn check(door: &dyn Door, report: &Value) {
    let rules = Rules::default();
    let mut answered = 0;
    for country in report["countries"].as_array().expect("a list") {
        for segment in rules.segments() {
            for value in borders(segment) {
                let name = country["country"].as_str().expect("a name");
                let request = customer::by(segment.name(), name, value);
                let answer = door.ask(&Question::post("/voucher", &request));
                let place = format!("{}: {name} {} {value}: {answer:?}", door.name(), segment.name());
                assert_eq!(answer.status, 200, "{place}");
                assert_eq!(answer.json(), expected(report, country, segment, value), "{place}");
                answered += 1;
            }
        }
    }
    // Orders: 0, 4, 5, 13, 14, 37, 38; days: both sides of 30, 60, 90, 120 and 180.
    assert_eq!(answered, 6 * (7 + 10), "{}", door.name());
}

#[test]
fn as_the_etl_reported_it() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 3), "sample/sample.parquet");
    let report = stack.etl().publish(location);
    for door in stack.api().doors() {
        check(door.as_ref(), &report);
    }
}

#[test]
fn and_again_after_a_second_run() {
    let stack = Stack::new();
    let sample = stack.sample(20_000, 4);
    let api = stack.api().always_fresh();
    stack.etl().publish(&sample);
    let listener = api.listen();
    let first = listener.ask(&Question::post("/voucher", &customer::by_orders("Peru", 3))).json();
    let report = stack.etl().publish(&sample);
    assert_ne!(first["run_id"], report["run_id"]);
    check(&listener, &report);
}
