//! `--export`: the counts give the modes of the report, and the proof of concept's file has them.

use serde_json::{Value, json};
use stack::Stack;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// (segment, bucket) -> counts of amounts, in ten-thousandths so that they can be compared.
type Counts = BTreeMap<(String, String), BTreeMap<u64, u64>>;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "amounts are small and positive")]
fn ten_thousandths(amount: f64) -> u64 {
    (amount * 10_000.0).round() as u64
}

fn read_counts(file: &Path) -> Counts {
    let mut counts = Counts::new();
    let mut reader = csv::Reader::from_path(file).expect("the file is there");
    assert_eq!(reader.headers().expect("a header"), vec!["segment", "bucket", "voucher_amount", "count"]);
    for row in reader.records() {
        let row = row.expect("a row");
        let amount = ten_thousandths(row[2].parse().expect("an amount"));
        let bucket = counts.entry((row[0].to_owned(), row[1].to_owned())).or_default();
        let known = bucket.insert(amount, row[3].parse().expect("a count"));
        assert!(known.is_none(), "{row:?} is there twice");
    }
    counts
}

/// The most events, then the smaller amount.
fn mode(counts: &BTreeMap<u64, u64>) -> (u64, u64) {
    let best = counts.iter().max_by_key(|(amount, events)| (**events, std::cmp::Reverse(**amount)));
    best.map(|(amount, events)| (*amount, *events)).expect("an amount")
}

fn check(name: &str, country: &Value, folder: &Path) {
    let counts = read_counts(&folder.join(format!("{name}_counts.csv")));
    let answers = fs::read_to_string(folder.join(format!("{name}_customer_segment_data.json")))
        .expect("the file is there");
    let answers: Value = serde_json::from_str(&answers).expect("JSON");
    let in_thousandths = |value: &Value| ten_thousandths(value.as_f64().expect("a number"));
    for bucket in country["buckets"].as_array().expect("a list") {
        let text = |name: &str| bucket[name].as_str().expect("a text").to_owned();
        let cell = &counts[&(text("segment"), text("bucket"))];
        let (amount, support) = mode(cell);
        assert_eq!(
            (in_thousandths(&bucket["voucher_amount"]), &bucket["support"]),
            (amount, &json!(support)),
            "{name}"
        );
        assert_eq!(bucket["total"], json!(cell.values().sum::<u64>()), "{name}");
    }
    let in_file: BTreeMap<_, _> = answers
        .as_object()
        .expect("segments")
        .iter()
        .flat_map(|(segment, buckets)| {
            let buckets = buckets.as_object().expect("buckets").iter();
            buckets.map(|(bucket, amount)| ((segment.clone(), bucket.clone()), in_thousandths(amount)))
        })
        .collect();
    let expected: BTreeMap<_, _> = counts.iter().map(|(key, cell)| (key.clone(), mode(cell).0)).collect();
    assert_eq!(in_file, expected, "{name}");
    assert!(expected.keys().any(|(_, bucket)| bucket == "Unknown"), "{name}");
}

#[test]
fn every_country_has_both_files() {
    let stack = Stack::new();
    let sample = stack.sample(20_000, 12).display().to_string();
    let folder = stack.folder().join("out/deep");
    let export = folder.display().to_string();
    let report = stack.etl().run(&["--dry-run", "--export", &export, "--s3path", &sample]).exits(0).json();
    let countries = report["countries"].as_array().expect("a list");
    for country in countries {
        check(country["country"].as_str().expect("a name"), country, &folder);
    }
    assert_eq!(fs::read_dir(&folder).expect("the folder is there").count(), 2 * countries.len());
}

#[test]
fn a_country_cannot_leave_the_folder() {
    let stack = Stack::new();
    let history = stack.history(&[("../../Peru%", 1, 12.5)]);
    let export = stack.folder().join("out");
    let [shown, history] = [&export, &history].map(|path| path.display().to_string());
    let _ = stack.etl().run(&["--dry-run", "--export", &shown, "--s3path", &history]).exits(0);
    let mut names: Vec<_> = fs::read_dir(export)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["%2E.%2F..%2FPeru%25_counts.csv", "%2E.%2F..%2FPeru%25_customer_segment_data.json"]);
}
