//! `--rejects` on S3 and on disk: all of them or nothing, before anything is published.

use arrow::array::{ArrayRef, StringArray};
use segments::rules::RULES_DEFAULT;
use serde_json::Value;
use stack::proxy::{Action, Request};
use stack::{Stack, history, scripts};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// (segment, reason) -> events.
type Counts = BTreeMap<(String, String), u64>;

/// The counts of a report.
fn reported(report: &Value) -> Counts {
    let segments = report["segments"].as_object().expect("segments");
    let rejected = segments.iter().flat_map(|(segment, counts)| {
        let reasons = counts["rejected"].as_object().expect("reasons");
        reasons
            .iter()
            .map(|(reason, events)| ((segment.clone(), reason.clone()), events.as_u64().expect("a count")))
    });
    rejected.collect()
}

/// The counts of kept rejects, by DuckDB.
#[track_caller]
fn by_duckdb(rejects: &Path) -> Counts {
    let counts = scripts::by_duckdb("rejects.py", &[rejects]);
    let mut reader = csv::Reader::from_reader(&counts[..]);
    let records = reader.records().map(|record| record.expect("a record"));
    records
        .map(|record| ((record[0].to_owned(), record[1].to_owned()), record[2].parse().expect("a number")))
        .collect()
}

/// Rules that reject most of what can be rejected.
fn strict_rules(stack: &Stack) -> String {
    let replaced = RULES_DEFAULT
        .replace("missing_total_orders = 0 ", "missing_total_orders = \"reject\" ")
        .replace("event_before_last_order = \"unclassified\"", "event_before_last_order = \"reject\"");
    let [before, after] = [RULES_DEFAULT, &replaced].map(|rules| rules.matches(" = \"reject\"").count());
    assert_eq!(after, before + 2, "{replaced}");
    stack.rules(&replaced)
}

/// A history of which no event counts; of each something long is kept.
fn rejected_history(stack: &Stack, rows: usize) -> String {
    let events = vec![("Peru", 3, 1.0); rows];
    let mut columns = history::columns(&events);
    let amounts = (0..rows).map(|row| Some(format!("{row:x}-{}", "no amount ".repeat(30))));
    let (_, amount) = columns.iter_mut().find(|(name, _)| *name == "voucher_amount").expect("a column");
    *amount = Arc::new(amounts.collect::<StringArray>()) as ArrayRef;
    let file = stack.folder().join("rejected.parquet");
    history::write(&file, columns);
    file.display().to_string()
}

#[test]
fn as_many_as_are_counted_in_both_forms_and_places() {
    let stack = Stack::new();
    let rules = strict_rules(&stack);
    let location = stack.bucket.upload(&stack.sample(60_000, 41), "history/sample.parquet");
    for extension in ["parquet", "jsonl"] {
        let key = format!("rejects/a b/ü+%.{extension}");
        let on_s3 = stack.bucket.location(&key);
        let on_disk = stack.folder().join(format!("rejects.{extension}")).display().to_string();
        let mut counts = Vec::new();
        for place in [&on_s3, &on_disk] {
            let line = ["--s3path", &location, "--rules", &rules, "--rejects", place];
            let report = stack.etl().run(&line).exits(0).json();
            let expected = reported(&report);
            assert!(expected.len() >= 4 && expected.values().sum::<u64>() > 1_000, "{expected:?}");
            assert_eq!(report["rejects"]["path"], **place);
            assert_eq!(report["rejects"]["events"], expected.values().sum::<u64>());
            counts.push(expected);
        }
        assert_eq!(by_duckdb(Path::new(&on_disk)), counts[1]);
        let object = stack.bucket.get(&key).expect("an object");
        let copy = stack.folder().join(format!("copy.{extension}"));
        fs::write(&copy, object).expect("written");
        assert_eq!(by_duckdb(&copy), counts[0]);
    }
    assert!(!stack.bucket.has_uploads());
}

#[test]
fn in_parts_and_within_the_memory_budget() {
    let stack = Stack::new();
    let history = rejected_history(&stack, 210_000);
    let proxy = stack.proxy(|_| Action::Pass);
    let place = stack.bucket.location("rejects.jsonl");
    let budget = ["--memory-budget", "160MiB", "--threads", "1", "--max-reject-ratio", "1"];
    let line = [&["--dry-run", "--s3path", &history, "--rejects", &place], &budget[..]].concat();
    let report = stack.etl_through(&proxy).run(&line).exits(0).json();
    assert_eq!(report["rejects"]["events"], 420_000);
    let object = stack.bucket.get("rejects.jsonl").expect("an object");
    assert!(object.len() > 160 << 20, "more than there is memory");
    assert_eq!(object.split(|byte| *byte == b'\n').count(), 420_000 + 1, "each line ends");
    let parts = proxy.seen(|request| request.path.contains("partNumber="));
    assert_eq!(parts.len(), object.len().div_ceil(8 << 20));
    let peak = report["peak_rss_bytes"].as_u64().expect("on Linux");
    assert!(peak <= 160 << 20, "{} MiB", peak >> 20);
}

#[test]
fn no_rejects_are_an_object_too() {
    let stack = Stack::new();
    let history = stack.history(&[("Peru", 3, 2640.0)]).display().to_string();
    for name in ["rejects.jsonl", "rejects.parquet"] {
        let place = stack.bucket.location(name);
        let report = stack.etl().run(&["--s3path", &history, "--rejects", &place]).exits(0).json();
        assert_eq!(report["rejects"]["events"], 0);
        let object = stack.bucket.get(name).expect("an object");
        assert_eq!(object.is_empty(), name == "rejects.jsonl");
    }
}

/// The request that begins, fills, completes or gives up an upload.
fn is_upload(request: &Request) -> bool {
    request.path.contains("uploads") || request.path.contains("uploadId=")
}

#[test]
fn an_upload_that_fails_publishes_nothing() {
    let stack = Stack::new();
    let history = rejected_history(&stack, 30_000);
    let place = stack.bucket.location("rejects.jsonl");
    let fails: [fn(&Request) -> bool; 3] = [
        |request| request.path.contains("uploads"),
        |request| request.path.contains("partNumber=2"),
        |request| request.method == "POST" && request.path.contains("uploadId="),
    ];
    for fails in fails {
        let proxy = stack.failing(fails, || Action::s3_error(403, "AccessDenied"));
        let line = ["--s3path", &history, "--rejects", &place];
        let outcome = stack.etl_through(&proxy).run(&line).fails(4, &[&place, "AccessDenied"]);
        assert!(outcome.stdout.is_empty());
        assert!(stack.table.pointer("peru").is_null());
        assert!(stack.table.scan().is_empty(), "not even an item");
        assert_eq!(stack.bucket.get("rejects.jsonl"), None);
        assert!(!stack.bucket.has_uploads(), "it is given up");
    }
    let line = ["--s3path", &history, "--rejects", "s3://no-such-bucket/a.parquet"];
    stack.etl().run(&line).fails(4, &["NoSuchBucket"]);
    let nowhere = stack.folder().join("no/such/folder/a.parquet").display().to_string();
    stack.etl().run(&["--s3path", &history, "--rejects", &nowhere]).fails(1, &[&nowhere]);
    assert!(stack.table.scan().is_empty());
}

#[test]
fn a_publication_that_fails_leaves_them() {
    let stack = Stack::new();
    let history = stack.sample(5_000, 42).display().to_string();
    let place = stack.bucket.location("rejects.parquet");
    let proxy = stack.failing(Request::is_swap, || Action::dynamodb_error(400, "AccessDeniedException"));
    let outcome = stack.etl_through(&proxy).run(&["--s3path", &history, "--rejects", &place]).exits(4);
    let report = outcome.json();
    let copy = stack.folder().join("copy.parquet");
    fs::write(&copy, stack.bucket.get("rejects.parquet").expect("an object")).expect("written");
    assert_eq!(by_duckdb(&copy), reported(&report));
}

/// Stops a run by `stop` while a part is on its way.
#[track_caller]
fn check_stopped(stop: fn(stack::etl::Running)) -> Stack {
    let stack = Stack::new();
    let history = rejected_history(&stack, 30_000);
    let place = stack.bucket.location("rejects.jsonl");
    let (proxy, gate) = stack.holding(|request| request.path.contains("partNumber=2"));
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &history, "--rejects", &place]);
    gate.wait_until_reached();
    stop(running);
    assert_eq!(stack.bucket.get("rejects.jsonl"), None);
    assert!(stack.table.scan().is_empty());
    assert!(!proxy.seen(is_upload).is_empty());
    stack
}

#[test]
fn a_killed_run_leaves_no_object() {
    check_stopped(stack::etl::Running::kill);
}

#[test]
fn an_interrupted_run_gives_its_upload_up() {
    let stack = check_stopped(|running| {
        running.signal("INT");
        let _ = running.wait().exits(130);
    });
    assert!(!stack.bucket.has_uploads());
}

#[test]
fn on_disk_a_stopped_run_leaves_no_file() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 43), "sample.parquet");
    let out = stack.folder().join("out");
    fs::create_dir(&out).expect("a folder");
    let place = out.join("rejects.parquet");
    for is_killed in [false, true] {
        let (proxy, gate) = stack.holding(|request| request.range().is_some_and(|(first, _)| first < 1_000));
        let line = ["--s3path", &location, "--rejects", &place.display().to_string()];
        let running = stack.etl_through(&proxy).start_run(&line);
        gate.wait_until_reached();
        if is_killed {
            running.kill();
            assert!(!place.exists(), "what is left of it has another name");
        } else {
            running.signal("TERM");
            let _ = running.wait().exits(130);
            assert_eq!(fs::read_dir(&out).expect("listed").count(), 0);
        }
    }
}
