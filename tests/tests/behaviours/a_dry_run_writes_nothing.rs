//! `--dry-run` does everything but the write, and only reads the table that it is compared with;
//! with local input it needs no AWS at all.

use serde_json::Value;
use stack::Stack;
use stack::etl::publications;
use stack::proxy::Action;

#[test]
fn the_table_is_only_read() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 11), "sample.parquet");
    let proxy = stack.proxy(|_| Action::Pass);
    let report = stack.etl_through(&proxy).run(&["--dry-run", "--s3path", &location]).exits(0).json();
    assert!(publications(&report).iter().all(|(_, publication)| *publication == "dry_run"));
    assert_eq!(report["countries"].as_array().map(Vec::len), Some(6));
    let of_dynamodb = proxy.seen(|request| request.header("x-amz-target").is_some());
    assert!(!of_dynamodb.is_empty());
    assert!(
        of_dynamodb.iter().all(|request| request.is("GetItem") || request.is("Query")),
        "{of_dynamodb:#?}"
    );
    assert!(
        proxy.seen(|request| request.method != "GET" && request.header("x-amz-target").is_none()).is_empty(),
        "S3 is only read"
    );
    assert!(stack.table.scan().is_empty());
    assert_eq!(stack.etl().publish(&location)["result_hash"], report["result_hash"]);
}

#[test]
fn local_input_needs_no_account() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 11).display().to_string();
    let mut etl = stack.etl();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"] {
        etl = etl.with(name, None);
    }
    let outcome = etl.run(&["--dry-run", "--s3path", &sample]).exits(0);
    let report = outcome.json();
    assert_eq!(report["rows"]["footer"], 2_000);
    let countries = report["countries"].as_array().expect("countries");
    assert!(countries.iter().all(|country| country["changes"] == Value::Null), "{report:#}");
    assert!(outcome.stderr.contains("nothing to compare with"), "{}", outcome.stderr);
}

#[test]
fn nor_does_a_table_that_cannot_be_read_fail_it() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 11).display().to_string();
    let outcome = stack.etl().on_table("nowhere").run(&["--dry-run", "--s3path", &sample]).exits(0);
    assert!(outcome.stderr.contains("nothing to compare with"), "{}", outcome.stderr);
    assert_eq!(outcome.json()["countries"][0]["changes"], Value::Null);
}
