//! A new run is served as soon as its pointer is seen: at the next request where every request
//! looks, later where not; and a rolled back one is served again.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::by_orders;
use stack::etl::run_id;
use stack::history::rules_with;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SEEN_WITHIN: Duration = Duration::from_secs(30);

fn ask(door: &dyn Door) -> (Value, Value) {
    let answer = door.ask(&Question::post("/voucher", &by_orders("Peru", 1)));
    assert_eq!(answer.status, 200, "{}: {answer:?}", door.name());
    let answer = answer.json();
    (answer["run_id"].clone(), answer["voucher_amount"].clone())
}

#[test]
fn at_the_next_request() {
    let stack = Stack::new();
    let doors = stack.api().always_fresh().doors();
    for amount in [2640, 1760, 1980] {
        let report = stack.publish(&[("Peru", 1, f64::from(amount))]);
        for door in &doors {
            assert_eq!(ask(door.as_ref()), (report["run_id"].clone(), json!(amount)), "{}", door.name());
        }
    }
}

#[test]
fn when_it_is_due() {
    let stack = Stack::new();
    let first = stack.publish(&[("Peru", 1, 2640.0)]);
    let [lazy, soon] =
        ["3600", "1"].map(|seconds| stack.api().with("POINTER_REFRESH_SECONDS", Some(seconds)).listen());
    assert_eq!(
        (ask(&lazy), ask(&soon)),
        ((first["run_id"].clone(), json!(2640)), (first["run_id"].clone(), json!(2640)))
    );
    let second = stack.publish(&[("Peru", 1, 1760.0)]);
    assert_eq!(ask(&lazy), (first["run_id"].clone(), json!(2640)), "whole, and as it was");
    let deadline = Instant::now() + SEEN_WITHIN;
    while ask(&soon) != (second["run_id"].clone(), json!(1760)) {
        assert!(Instant::now() < deadline, "the new run is never seen");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn back_to_an_earlier_run() {
    let stack = Stack::new();
    let listener = stack.api().always_fresh().listen();
    let first = stack.publish(&[("Peru", 1, 2640.0)]);
    let second = stack.publish(&[("Peru", 1, 1760.0)]);
    assert_eq!(ask(&listener), (second["run_id"].clone(), json!(1760)));
    stack.table.set("peru", "current", "run_id", run_id(&first));
    stack.table.set("peru", "current", "previous_run_id", run_id(&second));
    stack.table.set_number("peru", "current", "version", "3");
    assert_eq!(ask(&listener), (first["run_id"].clone(), json!(2640)));
}

#[test]
fn with_the_rules_of_that_run() {
    let stack = Stack::new();
    let listener = stack.api().always_fresh().listen();
    stack.publish(&[("Peru", 6, 2640.0)]);
    let bucket = || listener.ask(&Question::post("/voucher", &by_orders("Peru", 6))).json()["bucket"].clone();
    assert_eq!(bucket(), "5-13");
    let rules = rules_with("\"5-13\", from = 5, below = 14", "\"5-9\", from = 5, below = 10");
    stack.publish_by(&rules, &[("Peru", 6, 2640.0)]);
    assert_eq!(bucket(), "5-9");
    let eleven = listener.ask(&Question::post("/voucher", &by_orders("Peru", 11))).json();
    assert_eq!((&eleven["voucher_amount"], &eleven["reason"]), (&Value::Null, &json!("no_bucket")));
}
