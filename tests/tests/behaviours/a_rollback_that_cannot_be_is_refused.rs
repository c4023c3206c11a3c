//! A rollback to what cannot be served is refused in one line, and nothing is written.

use stack::Stack;
use stack::etl::run_id;
use stack::history::{Event, rules_with};
use stack::proxy::Request;

const PERU: [Event; 2] = [("Peru", 6, 2640.0), ("Peru", 20, 100.0)];

#[track_caller]
fn check(stack: &Stack, more: &[&str], parts: &[&str]) {
    let before = stack.table.scan();
    let outcome = stack.etl().rollback("Peru", more).fails(3, parts);
    assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
    assert_eq!(stack.table.scan(), before);
}

#[test]
fn where_nothing_was_before() {
    let stack = Stack::new();
    check(&stack, &[], &["peru", "nothing published"]);
    let first = stack.publish(&PERU);
    check(&stack, &[], &["no run before", run_id(&first)]);
}

#[test]
fn a_run_that_is_not_there() {
    let stack = Stack::new();
    let [first, second] = [1, 2].map(|_| stack.publish(&PERU));
    check(&stack, &["--to", "0193"], &["no run 0193", run_id(&first), run_id(&second)]);
}

#[test]
fn a_run_that_is_being_deleted() {
    let stack = Stack::new();
    let [first, _second] = [1, 2].map(|_| stack.publish(&PERU));
    stack.table.set("peru", &format!("run#{}", run_id(&first)), "collecting_at", "2026-11-24T10:00:00.000Z");
    check(&stack, &[], &[run_id(&first), "being deleted"]);
}

#[test]
fn a_run_that_is_not_whole() {
    let stack = Stack::new();
    let [first, second, _third] = [1, 2, 3].map(|_| stack.publish(&PERU));
    let item = format!("{}#frequent_segment#5-13", run_id(&first));
    stack.table.delete("peru", &item);
    check(&stack, &["--to", run_id(&first)], &[run_id(&first), "not whole", &item, "missing"]);
    let manifest = format!("run#{}", run_id(&second));
    let hash = second["countries"][0]["result_hash"].as_str().expect("a hash");
    stack.table.set("peru", &manifest, "result_hash", "0123");
    check(&stack, &[], &[run_id(&second), "not whole", hash, "0123"]);
    stack.table.set("peru", &manifest, "result_hash", hash);
    let item = format!("{}#frequent_segment#5-13", run_id(&second));
    stack.table.set("peru", &item, "voucher_amount", "text");
    check(&stack, &[], &[run_id(&second), "not whole", &item, "malformed"]);
}

#[test]
fn a_run_that_is_not_published_yet() {
    let stack = Stack::new();
    let _ = stack.publish(&PERU);
    let history = stack.history(&PERU);
    let (proxy, gate) = stack.holding(Request::is_swap);
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &history.display().to_string()]);
    gate.wait_until_reached();
    let newest = stack.table.query("peru", "run#").pop().expect("a manifest");
    check(
        &stack,
        &["--to", newest["run_id"]["S"].as_str().expect("an id")],
        &["newer than any that was current"],
    );
    gate.open();
    let report = running.wait().exits(0).json();
    assert_eq!(stack.table.pointer_attribute("peru", "run_id"), run_id(&report));
}

#[test]
fn a_run_whose_rules_are_not_known() {
    let stack = Stack::new();
    let first = stack.publish(&PERU);
    let second = stack.publish_by(&rules_with("below = 38", "below = 39"), &PERU);
    let hashes = [&first, &second].map(|report| report["rules_hash"].as_str().expect("a hash"));
    let item = format!("run#{}", run_id(&first));
    let rules = stack.table.item("peru", &item)["rules"]["S"].as_str().expect("rules").to_owned();
    stack.table.set("peru", &item, "rules", &rules.replace("38", "37"));
    check(&stack, &[], &[run_id(&first), "do not match the hash"]);
    stack.table.remove("peru", &item, "rules");
    check(&stack, &[], &hashes);
}
