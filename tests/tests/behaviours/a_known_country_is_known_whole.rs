//! The first request of a country has all its buckets read, so that none is missing while the table
//! is away; a new run is whole before the old one is let go.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::proxy::{Action, Gate, Proxy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const KNOWN_WITHIN: Duration = Duration::from_secs(30);
/// Orders of customers in each bucket of the segment, and the amounts below.
const ORDERS: [u64; 4] = [1, 7, 20, 38];

fn published() -> Stack {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0), ("Peru", 7, 12.5), ("Peru", 20, 75.0)]);
    stack
}

fn peru(orders: u64) -> Question {
    Question::post("/voucher", &by_orders("Peru", orders))
}

/// Waits until a listener has read all buckets, by a Query that was answered.
fn wait_until_read(proxy: &Proxy, queries: usize) {
    let deadline = Instant::now() + KNOWN_WITHIN;
    while proxy.seen(|request| request.is("Query")).len() < queries {
        assert!(Instant::now() < deadline, "the country is not read whole");
        sleep(Duration::from_millis(10));
    }
    // The answer is on its way.
    sleep(Duration::from_secs(1));
}

fn amounts(listener: &Listener) -> Vec<Value> {
    let amount = |orders: u64| {
        let answer = listener.ask(&peru(orders));
        assert_eq!(answer.status, 200, "{orders} orders: {answer:?}");
        answer.json()["voucher_amount"].clone()
    };
    ORDERS.into_iter().map(amount).collect()
}

fn detachable(stack: &Stack) -> (Proxy, Arc<AtomicBool>, Listener) {
    let (proxy, is_away) = stack.switched(false, |_| true, || Action::Drop);
    let listener = stack.api_through(&proxy).impatient().always_fresh().listen();
    (proxy, is_away, listener)
}

#[test]
fn after_one_request() {
    let stack = published();
    let (proxy, is_away, listener) = detachable(&stack);
    assert_eq!(listener.ask(&peru(1)).status, 200);
    wait_until_read(&proxy, 1);
    is_away.store(true, Ordering::Relaxed);
    assert_eq!(amounts(&listener), [json!(2640), json!(12.5), json!(75), Value::Null]);
    assert!(listener.ask(&peru(20)).headers.contains_key("x-stale-seconds"));
}

#[test]
fn which_waits_for_its_own_bucket_alone() {
    let stack = published();
    let (proxy, gate) = stack.holding(|request| request.is("Query"));
    let listener = stack.api_through(&proxy).listen();
    assert_eq!(listener.ask(&peru(1)).json()["voucher_amount"], 2640);
    // Another bucket is read by itself while all are still on their way.
    assert_eq!(listener.ask(&peru(20)).json()["voucher_amount"], 75);
    assert_eq!(proxy.seen(|request| request.is("Query")).len(), 1);
    gate.open();
}

#[test]
fn in_the_function_too() {
    let stack = published();
    let (proxy, is_away) = stack.switched(false, |_| true, || Action::Drop);
    let emulator = stack.api_through(&proxy).impatient().always_fresh().emulate();
    assert_eq!(emulator.ask(&peru(1)).status, 200);
    // One is the list of countries, which is read at the start.
    wait_until_read(&proxy, 2);
    // What arrived between two invocations is taken in the next one.
    assert_eq!(emulator.ask(&peru(1)).status, 200);
    is_away.store(true, Ordering::Relaxed);
    assert_eq!(emulator.ask(&peru(20)).json()["voucher_amount"], 75);
}

#[test]
fn a_new_run_is_whole_before_it_is_served() {
    let stack = published();
    let (proxy, is_away, listener) = detachable(&stack);
    assert_eq!(listener.ask(&peru(1)).status, 200);
    wait_until_read(&proxy, 1);
    stack.publish(&[("Peru", 1, 1.0), ("Peru", 7, 2.0), ("Peru", 20, 3.0)]);
    assert_eq!(listener.ask(&peru(1)).json()["voucher_amount"], 1);
    is_away.store(true, Ordering::Relaxed);
    assert_eq!(amounts(&listener), [json!(1), json!(2), json!(3), Value::Null]);
}

#[test]
fn and_the_old_one_is_served_while_the_new_one_cannot_be_read() {
    let stack = published();
    let (proxy, is_hung) =
        stack.switched(false, |request| request.is("Query"), || Action::Hold(Gate::closed()));
    let listener = stack.api_through(&proxy).impatient().always_fresh().listen();
    let first = listener.ask(&peru(1)).json();
    wait_until_read(&proxy, 1);
    let second = stack.publish(&[("Peru", 1, 1.0)]);
    is_hung.store(true, Ordering::Relaxed);
    let answer = listener.ask(&peru(1));
    assert_eq!((&answer.json()["run_id"], answer.status.as_u16()), (&first["run_id"], 200), "{answer:?}");
    assert!(answer.headers.contains_key("x-stale-seconds"), "{:?}", answer.headers);
    is_hung.store(false, Ordering::Relaxed);
    let deadline = Instant::now() + KNOWN_WITHIN;
    while listener.ask(&peru(1)).json()["run_id"] != second["run_id"] {
        assert!(Instant::now() < deadline, "the new run is never served");
        sleep(Duration::from_millis(100));
    }
}
