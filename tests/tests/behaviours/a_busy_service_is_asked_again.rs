//! 503 from S3 and throttling by DynamoDB are waited out, and not for ever.

use stack::Stack;
use stack::etl::publications;
use stack::http::Answer;
use stack::proxy::{Action, Request};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What tells one request from another: DynamoDB's are in the body, S3's in path and range.
fn identity(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {} {body}", request.path, request.header("range").unwrap_or_default())
}

#[test]
fn every_request_is_refused_twice() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(3_000, 27), "sample.parquet");
    let expected = stack.etl().run(&["--dry-run", "--s3path", &location]).exits(0).json();
    let asked = Mutex::new(BTreeMap::<String, u32>::new());
    let proxy = stack.proxy(move |request| {
        let mut asked = asked.lock().expect("no test panics in here");
        let times = asked.entry(identity(request)).or_default();
        *times += 1;
        if *times > 2 {
            return Action::Pass;
        }
        Action::Answer(if request.header("x-amz-target").is_none() {
            Answer::s3_error(503, "SlowDown")
        } else if *times == 1 {
            Answer::dynamodb_error(400, "ProvisionedThroughputExceededException")
        } else {
            Answer::dynamodb_error(500, "InternalServerError")
        })
    });
    let line = ["--country", "Latvia", "--country", "Peru", "--s3path", &location];
    let report = stack.etl_through(&proxy).run(&line).exits(0).json();
    assert_eq!(publications(&report), [("Latvia", "published"), ("Peru", "published")]);
    let latvia = |report| stack::etl::country(report, "Latvia")["buckets"].clone();
    assert_eq!(latvia(&report), latvia(&expected));
    assert_eq!(stack.etl().lookup("Latvia").exits(0).json()["buckets"], latvia(&expected));
    for (what, is_meant) in [
        ("lists", Request::is_list as fn(&Request) -> bool),
        ("reads", Request::is_get_object),
        ("swaps", Request::is_swap),
        ("batches", |request: &Request| request.is("BatchWriteItem")),
    ] {
        let seen = proxy.seen(is_meant).len();
        assert!(seen >= 3 && seen.is_multiple_of(3), "{seen} {what}");
    }
}

#[track_caller]
fn check_gives_up(is_meant: fn(&Request) -> bool, answer: Answer) {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 27), "sample.parquet");
    let proxy = stack.failing(is_meant, move || Action::Answer(answer.clone()));
    let started = Instant::now();
    let outcome = stack.etl_through(&proxy).run(&["--s3path", &location]).exits(4);
    assert!(started.elapsed() < Duration::from_secs(30));
    let _ = outcome.error();
    assert!(proxy.seen(is_meant).len() > 1, "it is tried again");
    assert!(stack.table.pointer("peru").is_null());
}

#[test]
fn a_list_is_given_up_at_last() {
    check_gives_up(Request::is_list, Answer::s3_error(503, "SlowDown"));
}

#[test]
fn a_read_is_given_up_at_last() {
    check_gives_up(Request::is_get_object, Answer::s3_error(500, "InternalError"));
}

#[test]
fn a_batch_is_given_up_at_last() {
    let is_batch: fn(&Request) -> bool = |request| request.is("BatchWriteItem");
    check_gives_up(is_batch, Answer::dynamodb_error(400, "ThrottlingException"));
}

#[test]
fn a_slow_answer_is_waited_for() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 27), "sample.parquet");
    let proxy = stack.proxy(|_| Action::Delay(Duration::from_millis(100), Box::new(Action::Pass)));
    let report = stack.etl_through(&proxy).run(&["--country", "Peru", "--s3path", &location]).exits(0).json();
    assert_eq!(publications(&report), [("Peru", "published")]);
}
