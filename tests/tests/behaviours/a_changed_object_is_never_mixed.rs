//! An object that changes while it is read fails the run; two versions are never one input.

use stack::Stack;
use stack::http::Answer;
use stack::proxy::{Action, Gate, Request};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Holds the read number `number` until the object has been overwritten.
#[track_caller]
fn check(number: usize) {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 25), "sample.parquet");
    let (gate, reads) = (Gate::closed(), AtomicUsize::new(0));
    let proxy = stack.proxy({
        let gate = gate.clone();
        move |request| {
            let is_meant = request.is_get_object() && reads.fetch_add(1, Ordering::Relaxed) >= number;
            if is_meant { Action::Hold(gate.clone()) } else { Action::Pass }
        }
    });
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &location]);
    gate.wait_until_reached();
    stack.bucket.upload(&stack.sample(20_000, 26), "sample.parquet");
    gate.open();
    let outcome = running.wait().exits(3);
    assert!(outcome.error().contains(&location), "{}", outcome.stderr);
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
    let proxy = stack.proxy(|request| {
        // It says that the object is another version by now, whatever it is.
        if request.is_list() && !request.is_look_for_tables() {
            Action::edit(|answer| {
                let listed = String::from_utf8(answer.body.to_vec()).expect("XML");
                let (before, rest) = listed.split_once("<ETag>").expect("an ETag");
                let (_, after) = rest.split_once("</ETag>").expect("its end");
                let changed =
                    format!("{before}<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag>{after}");
                answer.with_body(changed)
            })
        } else {
            Action::Pass
        }
    });
    let outcome = stack.etl_through(&proxy).run(&["--s3path", &location]).exits(3);
    assert!(outcome.error().contains(&location), "{}", outcome.stderr);
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
        let proxy = stack.proxy(move |request| {
            if request.is_get_object() && reads.fetch_add(1, Ordering::Relaxed) == number {
                Action::edit(|mut answer| {
                    let other = "\"0123456789abcdef0123456789abcdef\"".parse().expect("a header");
                    answer.headers.insert("etag", other);
                    answer
                })
            } else {
                Action::Pass
            }
        });
        let outcome = stack.etl_through(&proxy).run(&["--s3path", &location]).exits(3);
        assert!(outcome.error().contains(&location), "{}", outcome.stderr);
        assert!(stack.table.scan().is_empty());
    }
}

#[test]
fn an_object_that_is_gone_is_a_changed_one() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 25), "sample.parquet");
    let proxy = stack.proxy(|request| {
        if request.is_get_object() {
            Action::Answer(Answer::s3_error(404, "NoSuchKey"))
        } else {
            Action::Pass
        }
    });
    let outcome = stack.etl_through(&proxy).run(&["--s3path", &location]).exits(3);
    assert!(outcome.error().contains(&location), "{}", outcome.stderr);
    assert!(stack.table.scan().is_empty());
}
