//! A request whose answer is lost went through: it is neither an error nor done twice.

use stack::Stack;
use stack::etl::{publications, run_id};
use stack::proxy::{Action, Proxy, Request};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A proxy that does `fault` to the first of each different request that `is_meant`.
fn first_of_each(
    stack: &Stack,
    is_meant: impl Fn(&Request) -> bool + Send + Sync + 'static,
    fault: impl Fn() -> Action + Send + Sync + 'static,
) -> Proxy {
    let known = Mutex::new(BTreeSet::new());
    let is_new = move |body: &[u8]| known.lock().expect("no test panics in here").insert(body.to_vec());
    stack.failing(move |request| is_meant(request) && is_new(&request.body), fault)
}

#[track_caller]
fn check(proxy: &Proxy, stack: &Stack, requests: usize, is_meant: impl Fn(&Request) -> bool) {
    let sample = stack.sample(2_000, 17);
    let first = stack.etl_through(proxy).publish(&sample);
    assert!(publications(&first).iter().all(|(_, publication)| *publication == "published"));
    let sent = proxy.seen(is_meant).len();
    assert_eq!(sent, requests, "each is sent again, once");
    for (name, _) in publications(&first) {
        let published = stack.check_published(name, &first);
        assert_eq!(published["version"], 1, "{name}");
        assert!(published["previous_run_id"].is_null(), "{name}");
    }
    assert_eq!(stack.table.scan().len(), 6 * (8 + 3));
}

#[test]
fn of_the_swaps() {
    let stack = Stack::new();
    let proxy = first_of_each(&stack, Request::is_swap, || Action::LoseAnswer);
    check(&proxy, &stack, 2 * 6, Request::is_swap);
}

#[test]
fn of_a_swap_on_top_of_another() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 17);
    let first = stack.etl().publish(&sample);
    let proxy = first_of_each(&stack, Request::is_swap, || Action::LoseAnswer);
    let second = stack.etl_through(&proxy).publish(&sample);
    assert!(publications(&second).iter().all(|(_, publication)| *publication == "published"));
    let published = stack.etl().lookup("Peru").exits(0).json();
    assert_eq!(published["version"], 2);
    assert_eq!((&published["run_id"], &published["previous_run_id"]), (&second["run_id"], &first["run_id"]));
    // The swap was seen to be ours, so the run before it was marked as in any other run.
    let manifest = stack.table.manifest("peru", run_id(&first));
    assert!(manifest["superseded_at"]["S"].is_string(), "{manifest:#}");
}

#[test]
fn of_the_batches() {
    let stack = Stack::new();
    let is_batch = |request: &Request| request.is("BatchWriteItem");
    let proxy = first_of_each(&stack, is_batch, || Action::LoseAnswer);
    check(&proxy, &stack, 2 * 3, is_batch);
}

#[test]
fn nor_is_a_request_that_never_arrived() {
    let stack = Stack::new();
    let is_write = |request: &Request| request.is("BatchWriteItem") || request.is_swap();
    let proxy = first_of_each(&stack, is_write, || Action::Drop);
    check(&proxy, &stack, 2 * (3 + 6), is_write);
}
