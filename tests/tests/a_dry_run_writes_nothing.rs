//! `--dry-run` does everything but the write; with local input it needs no AWS at all.

use stack::Stack;
use stack::etl::publications;
use stack::proxy::Action;

#[test]
fn dynamodb_is_not_asked() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 11), "sample.parquet");
    let proxy = stack.proxy(|_| Action::Pass);
    let report = stack.etl_through(&proxy).run(&["--dry-run", "--s3path", &location]).exits(0).json();
    assert!(publications(&report).iter().all(|(_, publication)| *publication == "dry_run"));
    assert_eq!(report["countries"].as_array().map(Vec::len), Some(6));
    assert!(proxy.seen(|request| request.header("x-amz-target").is_some()).is_empty());
    assert!(proxy.seen(|request| request.method != "GET").is_empty(), "S3 is only read");
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
    let report = etl.run(&["--dry-run", "--s3path", &sample]).exits(0).json();
    assert_eq!(report["rows"]["footer"], 2_000);
}
