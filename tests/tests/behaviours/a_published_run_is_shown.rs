//! `report`: a run of a country as far as the table has it, as JSON, text and a page.

use serde_json::{Value, json};
use stack::Stack;
use stack::etl::run_id;
use stack::history::Event;
use stack::page::check_is_self_contained;
use stack::schema;
use stack::text::check_has;
use std::fs;

/// In `0-4` 100 wins by one event of five; of the three that come next the smallest is the runner-up.
const BEFORE: [Event; 7] = events(200.0);
/// `5-13` answers otherwise, and with it `30-60`, in which all of these are.
const AFTER: [Event; 7] = events(250.0);

/// Those of `5-13` chose `amount`.
const fn events(amount: f64) -> [Event; 7] {
    [
        ("Peru", 1, 100.0),
        ("Peru", 1, 100.0),
        ("Peru", 1, 200.0),
        ("Peru", 1, 12.5),
        ("Peru", 1, 300.0),
        ("Peru", 6, amount),
        ("Peru", 40, 200.0),
    ]
}

/// Returns a report, which must keep to its schema and leave the table alone.
#[track_caller]
fn report(stack: &Stack, more: &[&str]) -> Value {
    let before = stack.table.scan();
    let report = stack.etl().report("peru", more).exits(0).json();
    assert_eq!(stack.table.scan(), before);
    schema::check(include_str!("../../../etl/report.schema.json"), &report);
    report
}

#[test]
fn the_current_run_beside_the_one_before() {
    let stack = Stack::new();
    let [before, after] = [stack.publish(&BEFORE), stack.publish(&AFTER)];
    let report = report(&stack, &[]);
    assert_eq!((&report["run_id"], &report["state"]), (&after["run_id"], &json!("current")));
    assert_eq!((&report["country"], &report["rows"]), (&json!("Peru"), &json!(7)));
    assert_eq!(report["segments"], after["segments"]);
    assert_eq!(report["inputs"], after["inputs"]);
    assert_eq!(
        report["buckets"][0],
        json!({
            "segment": "frequent_segment", "bucket": "0-4", "voucher_amount": 100, "support": 2, "total": 5,
            "share": 0.4, "runner_up_amount": 12.5, "runner_up_support": 1, "margin": 1, "other_amounts": 2,
        })
    );
    assert_eq!(report["buckets"].as_array().map(Vec::len), Some(8));
    assert_eq!(report["compared_with"], "previous");
    let changes = stack.etl().diff("Peru", &[]).exits(0).json();
    for member in ["before", "after", "weight", "unchanged", "buckets"] {
        assert_eq!(report["changes"][member], changes[member], "{member}");
    }
    assert_eq!(report["changes"]["before"]["run_id"], before["run_id"]);
}

#[test]
fn an_earlier_run_beside_the_current_one() {
    let stack = Stack::new();
    let [before, after] = [stack.publish(&BEFORE), stack.publish(&AFTER)];
    let report = report(&stack, &["--run", run_id(&before)]);
    assert_eq!((&report["run_id"], &report["state"]), (&before["run_id"], &json!("previous")));
    assert_eq!(report["compared_with"], "current");
    let change = &report["changes"];
    assert_eq!(change["before"]["run_id"], after["run_id"]);
    assert_eq!(change["buckets"][0]["after"]["voucher_amount"], 200);
}

#[test]
fn a_run_that_is_gone_hinders_nothing() {
    let stack = Stack::new();
    let first = stack.publish(&BEFORE);
    let alone = report(&stack, &[]);
    assert_eq!(alone["changes"], Value::Null);
    assert!(alone["not_compared"].as_str().is_some_and(|why| why.contains("has no run before")), "{alone:#}");

    let _ = stack.publish(&AFTER);
    let (item, manifest) =
        (format!("{}#frequent_segment#0-4", run_id(&first)), format!("run#{}", run_id(&first)));
    for (item, part) in [(&item, "is not whole"), (&manifest, "is not kept any more")] {
        stack.table.delete("peru", item);
        let report = report(&stack, &[]);
        assert_eq!(report["changes"], Value::Null);
        assert!(report["not_compared"].as_str().is_some_and(|why| why.contains(part)), "{report:#}");
    }
}

#[test]
fn for_people() {
    let stack = Stack::new();
    let [_, after] = [stack.publish(&BEFORE), stack.publish(&AFTER)];
    let page = stack.folder().join("peru.html");
    let shown = page.display().to_string();
    let text = stack.etl().text("report", "Peru", &["--html", &shown]);
    let parts = [
        &format!("Peru · run {} · current\n", run_id(&after)),
        "  0-4 · 100 is ahead of 12.5 by 1 of 5 events (20.0 %)\n",
        "    all others  2   40.0 %  ████████████████\n",
        "What changed against the run before\n",
        " 200 -> 250 ",
    ];
    check_has(&text, &parts);
    assert!(!text.contains('\u{1b}'), "{text}");
    let page = fs::read_to_string(&page).expect("written");
    check_is_self_contained(&page);
    let parts = [
        "<h1>What is published for Peru</h1>",
        "Only mode and runner-up of a bucket are published",
        "all others",
        "2 buckets answer differently, of 8 events",
        run_id(&after),
    ];
    check_has(&page, &parts);
}

#[test]
fn what_is_not_there_is_one_clear_line() {
    let stack = Stack::new();
    stack.etl().report("Peru", &[]).fails(3, &["nothing published"]);
    let first = stack.publish(&BEFORE);
    let page = stack.folder().join("peru.html");
    let shown = page.display().to_string();
    stack.etl().report("Latvia", &["--html", &shown]).fails(3, &["latvia", "peru"]);
    stack.etl().report("Peru", &["--run", "0193", "--html", &shown]).fails(3, &["no run 0193"]);
    assert!(!page.exists(), "what cannot be shown leaves no page");
    let nowhere = stack.folder().join("no/such/folder.html").display().to_string();
    stack.etl().report("Peru", &["--html", &nowhere]).fails(1, &[&nowhere]);
    stack.table.delete("peru", &format!("{}#frequent_segment#0-4", run_id(&first)));
    stack.etl().report("Peru", &[]).fails(3, &["is not whole"]);
}
