//! An object that changes while it is read fails the run; two versions are never one input.

use stack::Stack;
use stack::http::Answer;
use stack::proxy::{Action, Request};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Holds the read number `number` until the object has been overwritten.
#[track_caller]
fn check(number: usize) {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 25), "sample.parquet");
    let reads = AtomicUsize::new(0);
    let (proxy, gate) = stack
        .holding(move |request| request.is_get_object() && reads.fetch_add(1, Ordering::Relaxed) >= number);
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &location]);
    gate.wait_until_reached();
    stack.bucket.upload(&stack.sample(20_000, 26), "sample.parquet");
    gate.open();
    let outcome = running.wait().fails(3, &[&location]);
    assert!(outcome.stdout.is_empty());
    assert!(stack.table.scan().is_empty());
}

#[test]
fn between_listing_and_footer() {
    check(0);
}

#[test]
fn between_footer_and_columns() {
    check(1);
}

#[test]
fn every_read_is_pinned() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 25), "sample.parquet");
    // It says that the object is another version by now, whatever it is.
    let change = |answer: Answer| {
        let listed = String::from_utf8(answer.body.to_vec()).expect("XML");
        let (before, rest) = listed.split_once("<ETag>").expect("an ETag");
        let (_, after) = rest.split_once("</ETag>").expect("its end");
        answer.with_body(format!("{before}<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag>{after}"))
    };
    let is_meant = |request: &Request| request.is_list() && !request.is_look_for_tables();
    let proxy = stack.failing(is_meant, move || Action::edit(change));
    stack.etl_through(&proxy).run(&["--s3path", &location]).fails(3, &[&location]);
    let reads = proxy.seen(Request::is_get_object);
    assert!(!reads.is_empty());
    let is_pinned = |read: &Request| read.header("if-match") == Some("\"0123456789abcdef0123456789abcdef\"");
    assert!(reads.iter().all(is_pinned), "{reads:#?}");
}

/// A server that does not know `If-Match` tells by the answer alone.
#[test]
fn every_answer_is_held_to_the_version() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 25), "sample.parquet");
    for number in [0, 1] {
        let reads = AtomicUsize::new(0);
        let change = |mut answer: Answer| {
            let other = "\"0123456789abcdef0123456789abcdef\"".parse().expect("a header");
            answer.headers.insert("etag", other);
            answer
        };
        let proxy = stack.failing(
            move |request| request.is_get_object() && reads.fetch_add(1, Ordering::Relaxed) == number,
            move || Action::edit(change),
        );
        stack.etl_through(&proxy).run(&["--s3path", &location]).fails(3, &[&location]);
        assert!(stack.table.scan().is_empty());
    }
}

#[test]
fn an_object_that_is_gone_is_a_changed_one() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 25), "sample.parquet");
    let proxy = stack.failing(Request::is_get_object, || Action::s3_error(404, "NoSuchKey"));
    stack.etl_through(&proxy).run(&["--s3path", &location]).fails(3, &[&location]);
    assert!(stack.table.scan().is_empty());
}
