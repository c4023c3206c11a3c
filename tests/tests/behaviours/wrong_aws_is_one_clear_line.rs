//! AWS that refuses or is not there: one line that names the thing and the place, exit code 4,
//! in a bounded time, and nothing is published.

use stack::Stack;
use stack::etl::Etl;
use stack::proxy::{Action, Request};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Checks that a run and a lookup fail and name all of `names`.
#[track_caller]
fn check(stack: &Stack, etl: &Etl, names: &[&str]) {
    let location = stack.bucket.upload(&stack.sample(2_000, 29), "sample.parquet");
    let local = stack.sample(2_000, 29).display().to_string();
    let started = Instant::now();
    for outcome in [
        etl.run(&["--s3path", &local]),
        etl.run(&["--country", "Peru", "--s3path", &local]),
        etl.run(&["--s3path", &location]),
        etl.lookup("Peru"),
    ] {
        let outcome = outcome.fails(4, names);
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
        assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
    }
    assert!(started.elapsed() < Duration::from_secs(40), "it took {:?}", started.elapsed());
    assert!(stack.table.scan().is_empty(), "something is published");
}

#[test]
fn a_missing_table() {
    let stack = Stack::new();
    check(&stack, &stack.etl().on_table("no-such-table"), &["no-such-table", "us-east-1"]);
}

#[test]
fn no_credentials() {
    let stack = Stack::new();
    let etl = stack.etl().with("AWS_ACCESS_KEY_ID", None).with("AWS_SECRET_ACCESS_KEY", None);
    check(&stack, &etl, &["no credentials", "AWS_ACCESS_KEY_ID"]);
}

#[test]
fn no_region() {
    let stack = Stack::new();
    check(&stack, &stack.etl().with("AWS_REGION", None), &["no region", "AWS_REGION"]);
}

#[test]
fn an_endpoint_where_nobody_listens() {
    let stack = Stack::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let endpoint = format!("http://{}", listener.local_addr().expect("it has an address"));
    drop(listener);
    check(&stack, &stack.etl().with("AWS_ENDPOINT_URL", Some(&endpoint)), &[&endpoint]);
}

#[test]
fn a_wrong_region() {
    let stack = Stack::new();
    check(&stack, &stack.etl().with("AWS_REGION", Some("eu-west-1")), &["eu-west-1"]);
}

#[test]
fn a_bucket_that_refuses() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 29), "sample.parquet");
    for (status, code) in [(301, "PermanentRedirect"), (403, "AccessDenied"), (400, "ExpiredToken")] {
        for is_meant in [Request::is_list, Request::is_get_object] {
            let proxy = stack.failing(is_meant, move || Action::s3_error(status, code));
            stack.etl_through(&proxy).run(&["--s3path", &location]).fails(4, &[&location, code]);
        }
    }
    assert!(stack.table.scan().is_empty());
}

#[test]
fn a_table_that_refuses() {
    let stack = Stack::new();
    let local = stack.sample(2_000, 29).display().to_string();
    for (operation, code) in [
        ("Query", "AccessDeniedException"),
        ("BatchWriteItem", "UnrecognizedClientException"),
        ("UpdateItem", "ExpiredTokenException"),
    ] {
        let proxy =
            stack.failing(move |request| request.is(operation), move || Action::dynamodb_error(400, code));
        stack.etl_through(&proxy).run(&["--s3path", &local]).fails(4, &[&stack.table.name, code]);
        assert!(stack.table.pointer("peru").is_null(), "{operation}");
    }
}
