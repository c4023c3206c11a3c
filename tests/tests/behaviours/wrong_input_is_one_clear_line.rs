//! Input that cannot be used: one line that names the thing and the place, exit code 3, and
//! nothing is published.

use arrow::array::{ArrayRef, BooleanArray};
use stack::Stack;
use stack::history::{Event, columns, write};
use std::fs;
use std::sync::Arc;

const EVENTS: [Event; 2] = [("Peru", 1, 100.0), ("Latvia", 2, 2.5)];

/// Checks that a run on `location` fails, names all of `names`, and publishes nothing.
#[track_caller]
fn check(stack: &Stack, more: &[&str], location: &str, names: &[&str]) {
    let line = [more, &["--s3path", location]].concat();
    let outcome = stack.etl().run(&line).fails(3, names);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
    assert!(stack.table.scan().is_empty(), "something is published");
}

fn upload(stack: &Stack, columns: Vec<(&'static str, ArrayRef)>, key: &str) -> String {
    let file = stack.folder().join("history.parquet");
    write(&file, columns);
    stack.bucket.upload(&file, key)
}

#[test]
fn an_unknown_country() {
    let stack = Stack::new();
    let location = stack.upload(&EVENTS, "a.parquet");
    check(&stack, &["--country", "Atlantis"], &location, &["atlantis", "Latvia", "Peru"]);
    // One that is there does not make up for one that is not.
    check(&stack, &["--country", "Peru", "--country", "Atlantis"], &location, &["atlantis"]);
}

#[test]
fn nothing_there() {
    let stack = Stack::new();
    stack.upload(&EVENTS, "a.parquet");
    for key in ["missing.parquet", "missing/", "*.csv"] {
        let location = stack.bucket.location(key);
        check(&stack, &[], &location, &[&location]);
    }
    check(&stack, &[], "s3://no-such-bucket-here/a.parquet", &["no-such-bucket-here"]);
    let local = stack.folder().join("missing.parquet").display().to_string();
    check(&stack, &[], &local, &[&local]);
}

#[test]
fn no_parquet() {
    let stack = Stack::new();
    let whole = fs::read(stack.sample(2_000, 28)).expect("the sample is there");
    let mut without_end = whole.clone();
    without_end.truncate(whole.len() / 2);
    let mut garbled_footer = whole.clone();
    let end = garbled_footer.len() - 8;
    garbled_footer[end - 2_000..end].fill(0xA5);
    let mut endless_footer = whole.clone();
    endless_footer[end..end + 4].fill(0xFF);
    for (key, bytes) in [
        ("empty.parquet", Vec::new()),
        ("text.parquet", b"timestamp,country_code\n".repeat(100)),
        ("without-end.parquet", without_end),
        ("garbled-footer.parquet", garbled_footer),
        ("endless-footer.parquet", endless_footer),
    ] {
        let location = stack.bucket.put(key, bytes);
        check(&stack, &[], &location, &[&location]);
    }
    // Nor does a good object make up for a bad one.
    stack.bucket.put("all/good.parquet", whole);
    let bad = stack.bucket.put("all/bad.parquet", b"PAR1".to_vec());
    check(&stack, &[], &stack.bucket.location("all/"), &[&bad]);
}

#[test]
fn damaged_pages() {
    let stack = Stack::new();
    let mut bytes = fs::read(stack.sample(2_000, 28)).expect("the sample is there");
    // The pages are in the first half, the footer is not.
    let middle = bytes.len() / 2;
    bytes[4..middle].fill(0x5A);
    let location = stack.bucket.put("damaged.parquet", bytes);
    check(&stack, &[], &location, &[&location]);
}

#[test]
fn a_missing_column() {
    let stack = Stack::new();
    for missing in ["timestamp", "country_code", "last_order_ts", "total_orders", "voucher_amount"] {
        let mut columns = columns(&EVENTS);
        columns.retain(|(name, _)| *name != missing);
        let location = upload(&stack, columns, &format!("without-{missing}.parquet"));
        check(&stack, &[], &location, &[&location, missing]);
    }
}

#[test]
fn a_column_of_a_wrong_type() {
    let stack = Stack::new();
    for wrong in ["timestamp", "country_code", "last_order_ts", "total_orders", "voucher_amount"] {
        let mut columns = columns(&EVENTS);
        let column = columns.iter_mut().find(|(name, _)| *name == wrong).expect("it is there");
        column.1 = Arc::new(BooleanArray::from(vec![true, false]));
        let location = upload(&stack, columns, &format!("wrong-{wrong}.parquet"));
        check(&stack, &[], &location, &[&location, wrong]);
    }
}

#[test]
fn rules_that_are_none() {
    let stack = Stack::new();
    let location = stack.upload(&EVENTS, "a.parquet");
    let rules = stack.folder().join("my-rules.toml");
    let shown = rules.display().to_string();
    check(&stack, &["--rules", &shown], &location, &[&shown]);
    fs::write(&rules, "[[segment]]\nname = \"a\"\nmeasure = \"luck\"\nbuckets = []\n").expect("written");
    check(&stack, &["--rules", &shown], &location, &[&shown]);
}
