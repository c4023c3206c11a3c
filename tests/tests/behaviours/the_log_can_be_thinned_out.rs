//! `LOG_LEVEL` and `LOG_SAMPLE`: fewer lines, but every error.

use serde_json::Value;
use stack::Stack;
use stack::api::{Api, Door, Question};
use stack::customer::by_orders;
use stack::proxy::Action;

const REQUESTS: usize = 400;

fn peru() -> Question {
    Question::post("/voucher", &by_orders("Peru", 1))
}

/// Asks often, and returns the lines that are written until the end.
fn lines(api: &Api, question: &Question) -> Vec<Value> {
    let listener = api.listen();
    (0..REQUESTS).for_each(|_| drop(listener.ask(question)));
    let outcome = listener.stop("TERM").exits(0);
    outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn to_a_share() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let lines = lines(&stack.api().with("LOG_SAMPLE", Some("0.1")), &peru());
    // 40 are expected; the chance of another number than these is below one in a million.
    assert!((10..=80).contains(&lines.len()), "{} lines", lines.len());
    for line in &lines {
        assert_eq!((&line["sample"], &line["requests"]), (&0.1.into(), &10.0.into()), "{line}");
    }
}

#[test]
fn but_each_error_is_written() {
    let stack = Stack::new();
    let proxy = stack.proxy(|_| Action::dynamodb_error(400, "AccessDeniedException"));
    let api = stack.api_through(&proxy);
    for (name, value) in [("LOG_SAMPLE", "0.000001"), ("LOG_LEVEL", "error"), ("LOG_LEVEL", "warn")] {
        let lines = lines(&api.clone().with(name, Some(value)), &peru());
        assert_eq!(lines.len(), REQUESTS, "{name}={value}");
        for line in &lines {
            assert_eq!((&line["level"], &line["requests"]), (&"error".into(), &1.into()), "{line}");
        }
    }
}

#[test]
fn to_what_an_operator_should_look_at() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    assert_eq!(lines(&stack.api().with("LOG_LEVEL", Some("warn")), &peru()), Vec::<Value>::new());
}

/// An alarm looks at them.
#[test]
fn but_the_ages_of_the_runs_are_written() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let lines = lines(&stack.api().with("LOG_SAMPLE", Some("0.000001")), &Question::get("/readyz"));
    assert_eq!(lines.len(), REQUESTS);
}

#[test]
fn in_lambda_too() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let emulator = stack.api().with("LOG_LEVEL", Some("error")).emulate();
    assert_eq!(emulator.ask(&peru()).status, 200);
    assert_eq!(emulator.log(), Vec::<Value>::new());
    let emulator =
        stack.api().with("LOG_LEVEL", Some("error")).with("TABLE_NAME", Some("not-there")).emulate();
    assert_eq!(emulator.ask(&peru()).status, 503);
    assert_eq!(emulator.log().len(), 1, "{}", emulator.said());
}
