//! `--request-payer` is said with every listing and every read of S3, and without it with none; an
//! object in an archive is named.

use stack::Stack;
use stack::http::Answer;
use stack::proxy::{Action, Proxy, Request};

/// Requests to S3 that the proxy saw, and those of them that say who pays.
fn seen(proxy: &Proxy) -> (usize, usize) {
    let is_read = |request: &Request| request.is_list() || request.is_get_object();
    let says = move |request: &Request| {
        is_read(request) && request.header("x-amz-request-payer") == Some("requester")
    };
    (proxy.seen(is_read).len(), proxy.seen(says).len())
}

#[test]
fn with_every_request_or_with_none() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(60_000, 73), "h/part-0.parquet");
    stack.etl().publish(&location);
    let table = ["--table", &stack.table.name];
    for command in [
        vec!["run", "--dry-run", "--s3path", &location],
        vec!["profile", "--s3path", &location],
        [&["reproduce", "--country", "Peru"][..], &table[..]].concat(),
    ] {
        for (flags, is_said) in
            [(&[][..], false), (&["--request-payer"], true), (&["--request-payer", "requester"], true)]
        {
            let proxy = stack.proxy(|_| Action::Pass);
            stack.etl_through(&proxy).execute(&[&command[..], flags].concat()).exits(0);
            let (all, saying) = seen(&proxy);
            assert!(all >= 2, "{command:?}");
            assert_eq!(saying, if is_said { all } else { 0 }, "{command:?} {flags:?}");
        }
    }
}

#[test]
fn an_object_in_an_archive_is_named() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(300, 74), "h/part-0.parquet");
    let body = "<Error><Code>InvalidObjectState</Code><Message>The operation is not valid for the object's \
                storage class</Message><StorageClass>GLACIER</StorageClass></Error>";
    let answer = move || Action::Answer(Answer::s3_error(403, "InvalidObjectState").with_body(body));
    let proxy = stack.failing(Request::is_get_object, answer);
    let outcome = stack.etl_through(&proxy).run(&["--dry-run", "--s3path", &location]);
    outcome.fails(4, &[&location, "GLACIER", "InvalidObjectState", "restore it first"]);
}
