//! Whatever becomes of its answer, and whoever else writes: a rollback is made once, or it is not
//! made and says so.

use serde_json::{Value, json};
use stack::Stack;
use stack::etl::run_id;
use stack::http::Answer;
use stack::proxy::{Action, Gate, Proxy, Request};
use std::sync::atomic::{AtomicUsize, Ordering};

fn publish(stack: &Stack) -> [Value; 2] {
    [2640.0, 1760.0].map(|amount| stack.publish(&[("Peru", 6, amount)]))
}

fn pointer(stack: &Stack) -> [String; 3] {
    ["run_id", "previous_run_id", "version"].map(|name| stack.table.pointer_attribute("peru", name))
}

/// A proxy that does `fault` to the first `number` attempts to move a pointer back.
fn at_first(stack: &Stack, number: usize, fault: impl Fn() -> Action + Send + Sync + 'static) -> Proxy {
    let seen = AtomicUsize::new(0);
    stack
        .failing(move |request| request.is_rollback() && seen.fetch_add(1, Ordering::Relaxed) < number, fault)
}

#[track_caller]
fn check_made(stack: &Stack, [first, second]: &[Value; 2], outcome: &Value) {
    assert_eq!(pointer(stack), [run_id(first), run_id(second), "3"]);
    assert_eq!((&outcome["run_id"], &outcome["rolled_back_from"]), (&first["run_id"], &second["run_id"]));
    assert_eq!(outcome["version"], 3);
}

/// Checks that a rollback is made although its first attempts meet a fault; returns what was sent.
#[track_caller]
fn check_made_despite(number: usize, fault: impl Fn() -> Action + Send + Sync + 'static) -> Proxy {
    let stack = Stack::new();
    let reports = publish(&stack);
    let proxy = at_first(&stack, number, fault);
    let outcome = stack.etl_through(&proxy).rollback("Peru", &[]).exits(0).json();
    check_made(&stack, &reports, &outcome);
    proxy
}

#[test]
fn the_answer_is_lost_once() {
    check_made_despite(1, || Action::LoseAnswer);
}

#[test]
fn every_answer_is_lost() {
    check_made_despite(usize::MAX, || Action::LoseAnswer);
}

#[test]
fn the_request_is_lost() {
    check_made_despite(1, || Action::Drop);
}

#[test]
fn others_write_at_the_same_moment() {
    let conflict = || {
        let reasons = json!([{ "Code": "TransactionConflict" }, { "Code": "None" }, { "Code": "None" }]);
        let error = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "CancellationReasons": reasons,
        });
        Action::Answer(
            Answer::dynamodb_error(400, "TransactionCanceledException").with_body(error.to_string()),
        )
    };
    let proxy = check_made_despite(2, conflict);
    assert_eq!(proxy.seen(Request::is_rollback).len(), 3);
}

#[test]
fn the_table_refuses() {
    let stack = Stack::new();
    let _ = publish(&stack);
    let before = stack.table.scan();
    let refuse = || Action::dynamodb_error(400, "AccessDeniedException");
    let proxy = at_first(&stack, usize::MAX, refuse);
    stack.etl_through(&proxy).rollback("Peru", &[]).fails(4, &["AccessDeniedException"]);
    assert_eq!(stack.table.scan(), before);
}

/// What was to be rolled back from is not current any more, so nothing is: neither the new run, nor
/// to what is the previous one now.
#[test]
fn another_run_is_published_meanwhile() {
    let stack = Stack::new();
    let _ = publish(&stack);
    let (proxy, gate) = stack.holding(Request::is_rollback);
    std::thread::scope(|scope| {
        let rollback = scope.spawn(|| stack.etl_through(&proxy).rollback("Peru", &[]));
        gate.wait_until_reached();
        let third = stack.publish(&[("Peru", 6, 880.0)]);
        let before = stack.table.scan();
        gate.open();
        rollback.join().expect("it ends").fails(6, &[run_id(&third)]);
        assert_eq!(stack.table.scan(), before);
    });
}

/// Two operators see the same bad run: both are told that it is rolled back from.
#[test]
fn two_at_once() {
    let stack = Stack::new();
    let reports = publish(&stack);
    let (proxy, gate) = stack.holding(Request::is_rollback);
    std::thread::scope(|scope| {
        let late = scope.spawn(|| stack.etl_through(&proxy).rollback("Peru", &[]));
        gate.wait_until_reached();
        let outcome = stack.etl().rollback("Peru", &[]).exits(0).json();
        check_made(&stack, &reports, &outcome);
        let before = stack.table.scan();
        gate.open();
        let outcome = late.join().expect("it ends").exits(0).json();
        assert_eq!((&outcome["run_id"], &outcome["version"]), (&reports[0]["run_id"], &json!(3)));
        assert_eq!(outcome["rolled_back_from"], Value::Null);
        assert_eq!(stack.table.scan(), before);
    });
}

/// The pointer names the run that was to be left, but by another's will: that is not undone.
#[test]
fn the_answer_is_lost_and_somebody_undoes_it() {
    let stack = Stack::new();
    let reports = publish(&stack);
    let gate = Gate::closed();
    let attempts = AtomicUsize::new(0);
    let proxy = stack.proxy({
        let gate = gate.clone();
        move |request| match request.is_rollback().then(|| attempts.fetch_add(1, Ordering::Relaxed)) {
            None => Action::Pass,
            Some(0) => Action::LoseAnswer,
            Some(_) => Action::Hold(gate.clone()),
        }
    });
    std::thread::scope(|scope| {
        let late = scope.spawn(|| stack.etl_through(&proxy).rollback("Peru", &[]));
        gate.wait_until_reached();
        assert_eq!(pointer(&stack), [run_id(&reports[0]), run_id(&reports[1]), "3"]);
        let _ = stack.etl().rollback("Peru", &[]).exits(0);
        let before = stack.table.scan();
        gate.open();
        let outcome = late.join().expect("it ends").exits(0).json();
        assert_eq!(outcome["version"], 3, "it was made, once");
        assert_eq!(stack.table.scan(), before);
    });
}
