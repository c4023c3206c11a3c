//! Two runs that begin together: the later one is current for every country, and whole.

use serde_json::Value;
use stack::Stack;
use stack::etl::{Outcome, Running, publications};
use stack::history::country_key;
use stack::proxy::{Gate, Proxy, Request};
use std::collections::BTreeMap;

/// Checks that `report` is what is published, whole.
#[track_caller]
fn check_current(stack: &Stack, report: &Value) {
    for (name, publication) in publications(report) {
        assert_eq!(publication, "published", "{name}");
        stack.check_published(name, report);
    }
}

#[test]
fn the_later_run_is_current() {
    let stack = Stack::new();
    let histories =
        [(2_000, 18), (2_000, 19)].map(|(rows, seed)| stack.sample(rows, seed).display().to_string());
    let mut versions = BTreeMap::new();
    for _ in 1..=3 {
        let runs = histories.each_ref().map(|history| stack.etl().start_run(&["--s3path", history]));
        let outcomes = runs.map(Running::wait);
        assert!(outcomes.iter().all(|outcome| matches!(outcome.code, Some(0 | 6))), "{outcomes:#?}");
        let mut reports = outcomes.each_ref().map(Outcome::json);
        reports.sort_by_key(|report| report["run_id"].to_string());
        let [older, newer] = &reports;
        assert_ne!(newer["run_id"], older["run_id"]);
        check_current(&stack, newer);
        for (name, publication) in publications(older).into_iter().chain(publications(newer)) {
            assert!(["published", "superseded"].contains(&publication), "{name} is {publication}");
            *versions.entry(country_key(name)).or_insert(0) += u32::from(publication == "published");
        }
    }
    // One step a publication: none was lost, none counted twice.
    for (country, version) in versions {
        assert_eq!(stack.table.pointer_attribute(&country, "version"), version.to_string(), "{country}");
    }
}

/// A run that is held as it is about to move its first pointer.
fn start_held(stack: &Stack, history: &str) -> (Running, Gate, Proxy) {
    let (proxy, gate) = stack.holding(Request::is_swap);
    let running = stack.etl_through(&proxy).start_run(&["--s3path", history]);
    gate.wait_until_reached();
    (running, gate, proxy)
}

#[track_caller]
fn check_on_top(stack: &Stack, version_before: u32) {
    let history = stack.sample(2_000, 18).display().to_string();
    // Both have read the same pointers when they come to move them.
    let (older, older_gate, _older_proxy) = start_held(stack, &history);
    let (newer, newer_gate, _newer_proxy) = start_held(stack, &history);
    older_gate.open();
    let older = older.wait().exits(0).json();
    check_current(stack, &older);
    newer_gate.open();
    let newer = newer.wait().exits(0).json();
    check_current(stack, &newer);
    for (name, _) in publications(&newer) {
        let published = stack.etl().lookup(name).exits(0).json();
        assert_eq!(published["version"], version_before + 2, "{name}");
        assert_eq!(published["previous_run_id"], older["run_id"], "{name}");
    }
}

#[test]
fn the_later_run_goes_on_top_of_one_it_did_not_know() {
    check_on_top(&Stack::new(), 0);
}

#[test]
fn also_where_something_was_published_before() {
    let stack = Stack::new();
    stack.etl().publish(stack.sample(2_000, 19));
    check_on_top(&stack, 1);
}
