//! `voucher-etl sample --out s3://…`: the bytes that a local file would have, as an object, or nothing.

use stack::Stack;
use std::fs;

/// So many that the upload is made in more than one part.
const ROWS: &str = "400000";

#[test]
fn the_object_has_the_bytes_of_the_file() {
    let stack = Stack::new();
    let on_disk = stack.folder().join("sample.parquet").display().to_string();
    let on_s3 = stack.bucket.location("a b/ü+%/sample.parquet");
    stack.bucket.put("a b/ü+%/sample.parquet", b"what was there before".to_vec());
    for out in [&on_disk, &on_s3] {
        let line = ["sample", "--rows", ROWS, "--seed", "3", "--codec", "snappy", "--out", out];
        stack.etl().execute(&line).exits(0);
    }
    let expected = fs::read(&on_disk).expect("it was written");
    assert!(expected.len() > 8 << 20, "{} bytes are one part", expected.len());
    let uploaded = stack.bucket.get("a b/ü+%/sample.parquet").expect("it was uploaded");
    assert!(uploaded == expected, "the bytes differ");
    assert!(!stack.bucket.has_uploads(), "an upload was left");
}

#[test]
fn a_bucket_that_is_missing_is_one_clear_line() {
    let stack = Stack::new();
    let flags = ["sample", "--rows", "10", "--out", "s3://no-such-bucket/sample.parquet"];
    stack.etl().execute(&flags).fails(4, &["write a sample to s3://no-such-bucket/sample.parquet"]);
}
