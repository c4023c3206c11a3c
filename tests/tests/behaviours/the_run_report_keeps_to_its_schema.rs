//! `etl/run-report.schema.json` describes every report that a run gives, and nothing more.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;
use stack::proxy::Action;
use stack::schema;

const SCHEMA: &str = include_str!("../../../etl/run-report.schema.json");

#[track_caller]
fn check(report: &Value) {
    schema::check(SCHEMA, report);
}

#[test]
fn reports_of_every_kind() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 41), "sample.parquet");
    let etl = stack.etl();
    check(&etl.run(&["--dry-run", "--s3path", &location]).exits(0).json());
    check(&etl.publish(&location));
    let other = stack.sample(2_000, 42).display().to_string();
    let with_changes =
        etl.run(&["--dry-run", "--explain", "--country", "Peru", "--s3path", &other]).exits(0).json();
    assert!(with_changes["countries"][0]["changes"]["buckets"][0]["before"].is_object(), "{with_changes:#}");
    assert!(with_changes["plan"]["details"][0]["columns"].is_array(), "{with_changes:#}");
    check(&with_changes);
    check(&etl.run(&["--explain", "--s3path", &location]).exits(0).json());
}

#[test]
fn reports_of_runs_that_were_not_published() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 43).display().to_string();
    let (proxy, gate) = stack.holding(|request| request.is_swap_of("peru"));
    let older = stack.etl_through(&proxy).start_run(&["--s3path", &sample]);
    gate.wait_until_reached();
    let _ = stack.etl().run(&["--country", "Peru", "--s3path", &sample]).exits(0);
    gate.open();
    let superseded = older.wait().exits(6).json();
    assert_eq!(stack::etl::country(&superseded, "Peru")["publication"], "superseded");
    check(&superseded);
    let refuse = || Action::dynamodb_error(400, "AccessDeniedException");
    let proxy = stack.failing(|request| request.is_swap_of("latvia"), refuse);
    let failed = stack.etl_through(&proxy).run(&["--s3path", &sample]).exits(4).json();
    assert_eq!(stack::etl::country(&failed, "Latvia")["publication"], "failed");
    assert_eq!(stack::etl::country(&failed, "Peru")["publication"], "not_attempted");
    check(&failed);
    let limits = ["--max-reject-ratio", "0", "--max-reject-ratio", "missing_voucher_amount=0", "--min-rows"];
    let stopped = stack.etl().run(&[&limits[..], &["3000", "--s3path", &sample]].concat()).exits(5).json();
    assert_eq!(stopped["limits"]["exceeded"].as_array().map(Vec::len), Some(3), "{stopped:#}");
    check(&stopped);
}

#[test]
fn a_report_with_buckets_of_low_support() {
    let stack = Stack::new();
    let rules = stack.rules(&format!("min_support = 30\n{RULES_DEFAULT}"));
    let sample = stack.sample(2_000, 44).display().to_string();
    let report = stack.etl().run(&["--rules", &rules, "--s3path", &sample]).exits(0).json();
    assert!(report.to_string().contains("\"low_support\""), "{report:#}");
    check(&report);
}

#[test]
fn what_the_schema_does_not_know_is_refused() {
    let stack = Stack::new();
    let report = stack.publish(&[("Peru", 1, 100.0), ("Peru", 1, -1.0)]);
    check(&report);
    let validator = schema::of(SCHEMA);
    for (pointer, member) in [
        ("", "colour"),
        ("/inputs", "colour"),
        ("/inputs/list/0", "colour"),
        ("/rows", "colour"),
        ("/segments/frequent_segment", "colour"),
        ("/countries/0", "colour"),
        ("/countries/0/buckets/0", "colour"),
        ("/limits", "colour"),
        ("/timings_ms", "colour"),
    ] {
        let mut other = report.clone();
        other.pointer_mut(pointer).expect("it is there")[member] = json!(1);
        assert!(!validator.is_valid(&other), "{member} in {pointer:?}");
    }
    for (pointer, value) in [
        ("/run_id", json!(1)),
        ("/rows/footer", json!(-1)),
        ("/countries/0/publication", json!("perhaps")),
        ("/countries/0/buckets/0/voucher_amount", json!("100")),
    ] {
        let mut other = report.clone();
        *other.pointer_mut(pointer).expect("it is there") = value;
        assert!(!validator.is_valid(&other), "{pointer}");
    }
    let mut less = report.clone();
    less.as_object_mut().expect("an object").remove("result_hash");
    assert!(!validator.is_valid(&less));
}
