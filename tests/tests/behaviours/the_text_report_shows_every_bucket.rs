//! Without `--format json`, run and lookup print tables for people: nothing in them is missing.

use serde_json::Value;
use stack::Stack;

/// A number as people read it: 1,234.
fn with_commas(number: &Value) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// Checks that the part of `text` on a country has a line for each of its buckets.
#[track_caller]
fn check(text: &str, country: &Value) {
    let name = country["country"].as_str().expect("a name");
    let (_, part) =
        text.split_once(&format!("{name} · ")).unwrap_or_else(|| panic!("{name} is not in {text}"));
    let mut lines = part.lines();
    for bucket in country["buckets"].as_array().expect("a list") {
        let label = bucket["bucket"].as_str().expect("a label").to_owned();
        let cells = [
            label,
            bucket["voucher_amount"].to_string(),
            with_commas(&bucket["support"]),
            with_commas(&bucket["total"]),
            format!("{:.1}", 100.0 * bucket["share"].as_f64().expect("a share")),
            bucket["runner_up_amount"].to_string(),
            with_commas(&bucket["runner_up_support"]),
        ];
        // In this order, and each line after the one before.
        let has_cells = |line: &&str| {
            let mut words = line.split_whitespace();
            cells.iter().all(|cell| words.any(|word| word == cell))
        };
        assert!(lines.find(has_cells).is_some(), "{name}: no line has {cells:?} in {part}");
    }
}

#[test]
fn of_a_run_and_of_a_lookup() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 13), "sample.parquet");
    let line = ["run", "--table", &stack.table.name, "--s3path", &location];
    let text = stack.etl().execute(&line).exits(0).stdout;
    let report = stack.etl().run(&["--dry-run", "--s3path", &location]).exits(0).json();
    for country in report["countries"].as_array().expect("a list") {
        check(&text, country);
        let name = country["country"].as_str().expect("a name");
        check(&stack.etl().text("lookup", name, &[]), country);
    }
    for (segment, counts) in report["segments"].as_object().expect("segments") {
        let numbers = [&counts["counted"], &counts["unclassified"]].map(with_commas);
        let is_complete =
            |line: &str| numbers.iter().all(|number| line.split_whitespace().any(|word| word == number));
        assert!(
            text.lines().any(|line| line.contains(segment.as_str()) && is_complete(line)),
            "{segment}: {text}"
        );
    }
    assert!(text.contains("20,000 rows") && text.contains("missing_voucher_amount"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours where there is no terminal");
}
