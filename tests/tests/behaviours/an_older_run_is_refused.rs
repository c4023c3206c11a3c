//! A run that began earlier and finishes later does not overwrite a newer one.

use serde_json::Value;
use stack::Stack;
use stack::etl::{Outcome, publications, run_id};
use std::path::Path;

/// Starts a run, holds it at its swap of `country`, does `meanwhile`, and lets it go on.
fn run_late(
    stack: &Stack,
    history: &Path,
    country: &'static str,
    meanwhile: impl FnOnce() -> Value,
) -> (Outcome, Value) {
    let (proxy, gate) = stack.holding(move |request| request.is_swap_of(country));
    let older = stack.etl_through(&proxy).start_run(&["--s3path", &history.display().to_string()]);
    gate.wait_until_reached();
    let newer = meanwhile();
    gate.open();
    (older.wait(), newer)
}

fn check_superseded(stack: &Stack, older: Outcome, newer: &Value) {
    let older = older.exits(6);
    assert!(publications(&older.json()).iter().all(|(_, publication)| *publication == "superseded"));
    let _ = older.error();
    for (name, _) in publications(newer) {
        stack.check_published(name, newer);
    }
}

#[test]
fn where_nothing_was_published_before() {
    let stack = Stack::new();
    let (old, new) = (stack.sample(2_000, 15), stack.sample(2_000, 16));
    let (older, newer) = run_late(&stack, &old, "australia", || stack.etl().publish(&new));
    check_superseded(&stack, older, &newer);
    assert_eq!(stack.table.pointer_attribute("peru", "version"), "1");
}

#[test]
fn on_top_of_an_earlier_publication() {
    let stack = Stack::new();
    let (old, new) = (stack.sample(2_000, 15), stack.sample(2_000, 16));
    let first = stack.etl().publish(&old);
    let (older, newer) = run_late(&stack, &old, "australia", || stack.etl().publish(&new));
    check_superseded(&stack, older, &newer);
    assert_eq!(stack.table.pointer_attribute("peru", "version"), "2");
    assert_eq!(stack.table.pointer_attribute("peru", "previous_run_id"), run_id(&first));
}

#[test]
fn only_for_the_countries_that_have_a_newer_one() {
    let stack = Stack::new();
    let (old, new) = (stack.sample(2_000, 15), stack.sample(2_000, 16).display().to_string());
    let (older, newer) = run_late(&stack, &old, "australia", || {
        stack.etl().run(&["--country", "Latvia", "--s3path", &new]).exits(0).json()
    });
    let older = older.exits(6).json();
    for (name, publication) in publications(&older) {
        let (expected, run) = if name == "Latvia" { ("superseded", &newer) } else { ("published", &older) };
        assert_eq!(publication, expected, "{name}");
        assert_eq!(stack.etl().lookup(name).exits(0).json()["run_id"], run["run_id"], "{name}");
    }
}
