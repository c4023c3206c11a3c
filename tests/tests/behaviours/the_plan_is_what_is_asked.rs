//! `--explain` says what will be asked of S3, and nothing else is asked, with it or without.

use arrow::array::{ArrayRef, StringArray};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use stack::Stack;
use stack::history::{Event, columns, write_row_groups};
use stack::proxy::{Action, Proxy, Request};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A request for bytes: the object's URL, the first and the last byte.
type Read = (String, u64, u64);

/// Events of a row group that is worth a request for its dictionary.
const ROW_GROUP_EVENTS: usize = 60_000;

/// Reads that the proxy saw, in order, and its listings.
fn seen(proxy: &Proxy) -> (Vec<Read>, u64) {
    let read = |request: Request| {
        let path = request.path.split('?').next().expect("a path").trim_start_matches('/');
        let key = percent_decode_str(path).decode_utf8().expect("UTF-8");
        let (first, last) = request.range().expect("a range");
        (format!("s3://{key}"), first, last)
    };
    let mut reads: Vec<_> = proxy.seen(Request::is_get_object).into_iter().map(read).collect();
    reads.sort();
    (reads, proxy.seen(Request::is_list).len() as u64)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a number"))
}

/// Reads that a plan has, in order; the sums of the plan are held against them.
fn planned(plan: &Value) -> Vec<Read> {
    let mut reads = Vec::new();
    let mut requests: BTreeMap<&str, u64> = BTreeMap::new();
    let mut bytes = 0;
    for file in plan["details"].as_array().expect("a list") {
        let url = file["url"].as_str().expect("a text");
        for read in file["reads"].as_array().expect("a list") {
            let (first, last) = (number(&read["first"]), number(&read["last"]));
            *requests.entry(read["kind"].as_str().expect("a text")).or_default() += 1;
            bytes += last + 1 - first;
            reads.push((url.to_owned(), first, last));
        }
    }
    for kind in ["footer", "dictionary", "range"] {
        let counted = requests.get(kind).copied().unwrap_or_default();
        assert_eq!(number(&plan["requests"][kind]), counted, "{kind} in {plan:#}");
    }
    assert_eq!(number(&plan["requests"]["bytes"]), bytes);
    reads.sort();
    reads
}

/// Runs with and without `--explain` and returns the report of the former.
#[track_caller]
fn check(stack: &Stack, arguments: &[&str]) -> Value {
    let proxy = stack.proxy(|_| Action::Pass);
    let line = [&["--dry-run", "--explain"], arguments].concat();
    let report = stack.etl_through(&proxy).run(&line).exits(0).json();
    let plan = &report["plan"];
    let (reads, lists) = seen(&proxy);
    assert_eq!(planned(plan), reads, "{plan:#}");
    assert_eq!(number(&plan["requests"]["list"]), lists);
    assert_eq!(plan["rows"], report["rows"]["footer"]);
    assert_eq!(plan["row_groups"]["pruned_rows"], report["rows"]["pruned"]);
    assert_eq!(plan["pruned_files"], report["pruned_files"]);

    let proxy = stack.proxy(|_| Action::Pass);
    let without = stack.etl_through(&proxy).run(&[&["--dry-run"], arguments].concat()).exits(0).json();
    assert_eq!((reads, lists), seen(&proxy), "without --explain");
    assert!(without.get("plan").is_none());
    for member in ["result_hash", "rows", "segments", "inputs"] {
        assert_eq!(report[member], without[member], "{member}");
    }
    report
}

#[test]
fn of_a_large_file() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(400_000, 41), "sample.parquet");
    let report = check(&stack, &["--s3path", &location]);
    let plan = &report["plan"];
    assert_eq!(plan["details"][0]["columns"].as_array().map(Vec::len), Some(5), "{plan:#}");
    // One listing, and three looks for tables in the bucket.
    assert_eq!((number(&plan["requests"]["list"]), number(&plan["requests"]["footer"])), (4, 1));
    let ranges = number(&plan["requests"]["range"]);
    assert!((4..12).contains(&ranges), "{ranges} ranges of 1 to 2 MiB, for the file is small");
    let reads = planned(plan);
    let is_asked_once = reads.windows(2).all(|pair| pair[0].2 < pair[1].1);
    assert!(is_asked_once, "a byte is asked for twice: {reads:#?}");
}

#[test]
fn of_several_files() {
    let stack = Stack::new();
    for (rows, key) in [(60_000, "history/a"), (300, "history/b"), (90_000, "history/c/d")] {
        stack.bucket.upload(&stack.sample(rows, 42), key);
    }
    let report = check(&stack, &["--s3path", &stack.bucket.location("history/")]);
    let plan = &report["plan"];
    assert_eq!((number(&plan["files"]), number(&plan["requests"]["footer"])), (3, 3));
    let small = &plan["details"][1];
    assert_eq!(number(&small["requests"]["range"]), 0, "it came with its footer: {small:#}");
}

#[test]
fn of_what_stands_beside_data() {
    let stack = Stack::new();
    let first = stack.bucket.upload(&stack.sample(300, 45), "a/b/history/year=2018/part-0.parquet");
    let second = stack.bucket.upload(&stack.sample(300, 46), "a/b/history/year=2019/part-0.parquet");
    for (key, bytes) in
        [("a/b/history/_SUCCESS", ""), ("a/b/history/year=2018_$folder$", ""), ("a/b/history/x.crc", "crc")]
    {
        stack.bucket.put(key, bytes.as_bytes().to_vec());
    }
    let report = check(&stack, &["--s3path", &stack.bucket.location("a/b/history/")]);
    assert_eq!(
        report["left_out"]["kinds"],
        serde_json::json!({ "hidden": 1, "folder_marker": 1, "checksum": 1 })
    );
    assert_eq!(report["plan"]["left_out"], report["left_out"]);
    // Above it lie two folders and the bucket.
    assert_eq!(number(&report["plan"]["requests"]["list"]), 1 + 3 * 3);
    // In each folder one looks once, whatever lies in it.
    let report = check(&stack, &["--s3path", &first, "--s3path", &second, "--s3path", &first]);
    assert_eq!(number(&report["plan"]["requests"]["list"]), 3 + 3 * (2 + 4));
}

#[test]
fn of_folders() {
    let stack = Stack::new();
    let events: &[Event] = &[("", 1, 100.0), ("", 2, 100.0)];
    for folder in ["Peru", "Costa%20Rica", "Chile"] {
        stack.upload_to_folder(events, &format!("history/country_code={folder}/part-0.parquet"));
    }
    let location = stack.bucket.location("history/");
    let report = check(&stack, &["--country", "peru", "--s3path", &location]);
    let plan = &report["plan"];
    assert_eq!((number(&plan["files"]), number(&plan["pruned_files"])), (1, 2));
    assert_eq!(plan["pruned_files_of"], serde_json::json!(["Chile", "Costa Rica"]));
    assert_eq!(plan["details"][0]["columns"][0]["is_in_folder"], true);
}

#[test]
fn of_row_groups_of_other_countries() {
    let stack = Stack::new();
    let file = stack.folder().join("history");
    let row_group = |country: &'static str| {
        let events = vec![(country, 1, 100.0); ROW_GROUP_EVENTS];
        let mut columns = columns(&events);
        // Nearly all of them different, as in a real history, so that they take some space.
        let times = (0..ROW_GROUP_EVENTS).map(|event| Some(format!("2018-07-21 18:59:21.{event:06}")));
        let times: ArrayRef = Arc::new(times.collect::<StringArray>());
        columns[0].1 = times;
        columns
    };
    write_row_groups(&file, ["Peru", "Chile", " PERU "].map(row_group).into());
    let location = stack.bucket.upload(&file, "history.parquet");

    let report = check(&stack, &["--country", "peru", "--s3path", &location]);
    let plan = &report["plan"];
    assert_eq!(number(&plan["row_groups"]["kept"]), 2, "{plan:#}");
    assert_eq!(
        plan["details"][0]["pruned"],
        serde_json::json!([{ "row_group": 1, "rows": ROW_GROUP_EVENTS, "countries": ["Chile"] }])
    );
    assert_eq!(number(&plan["requests"]["dictionary"]), 2, "Peru is no likely spelling of the other two");
    assert_eq!(number(&report["rows"]["pruned"]), ROW_GROUP_EVENTS as u64);
    assert_eq!(number(&report["rows"]["selected"]), 2 * ROW_GROUP_EVENTS as u64);

    let all = check(&stack, &["--s3path", &location]);
    assert_eq!(number(&all["plan"]["requests"]["dictionary"]), 0, "all countries are wanted");
}

#[test]
fn the_text_comes_before_the_report() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(300, 43), "sample.parquet");
    let outcome = stack.etl().execute(&["run", "--dry-run", "--explain", "--s3path", &location]).exits(0);
    let (plan, report) = outcome.stdout.split_once("\n\n").expect("two texts");
    assert!(plan.starts_with(&format!("Plan\n{location}: 300 rows, 4 row groups\n")), "{plan}");
    assert!(plan.ends_with("in 5 requests: 4 listings, 1 footer"), "{plan}");
    assert!(report.starts_with("Run "), "{report}");
}
