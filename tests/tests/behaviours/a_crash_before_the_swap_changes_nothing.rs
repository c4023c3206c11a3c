//! A run that is killed when all its items are written, but no pointer moved, was never there.

use stack::Stack;
use stack::etl::run_id;
use stack::proxy::Request;
use std::path::Path;

/// Starts a run and kills it as it is about to move its first pointer.
fn crash(stack: &Stack, history: &Path) {
    let (proxy, gate) = stack.holding(Request::is_swap);
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &history.display().to_string()]);
    gate.wait_until_reached();
    running.kill();
}

#[test]
fn readers_see_the_run_before() {
    let stack = Stack::new();
    let first = stack.etl().publish(stack.sample(2_000, 21));
    let before = stack.etl().lookup("Peru").exits(0).json();
    crash(&stack, &stack.sample(2_000, 22));
    assert_eq!(stack.etl().lookup("Peru").exits(0).json(), before);

    // Its items are there, under a manifest that the next run finds and gives a day.
    let first_id = run_id(&first);
    let manifests = stack.table.query("peru", "run#");
    assert_eq!(manifests.len(), 2);
    let crashed = manifests.iter().find(|manifest| manifest["run_id"]["S"] != first_id).expect("two runs");
    let crashed_id = crashed["run_id"]["S"].as_str().expect("an id");
    assert!(crashed["superseded_at"].is_null());
    assert_eq!(stack.table.query("peru", &format!("{crashed_id}#")).len(), 8);
    let next = stack.etl().publish(stack.sample(2_000, 22));
    let after = stack.etl().lookup("Peru").exits(0).json();
    assert_eq!((&after["run_id"], &after["version"]), (&next["run_id"], &2.into()));
    assert_eq!(after["previous_run_id"], first_id);
    let crashed = stack.table.manifest("peru", crashed_id);
    assert!(crashed["superseded_at"]["S"].is_string(), "{crashed:#}");
    assert_eq!(stack.table.query("peru", &format!("{crashed_id}#")).len(), 8, "its day has just begun");
}

#[test]
fn a_first_run_leaves_nothing_to_look_up() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 22);
    crash(&stack, &sample);
    assert!(stack.table.pointer("peru").is_null());
    let _ = stack.etl().lookup("Peru").exits(3);
    let next = stack.etl().publish(&sample);
    let after = stack.etl().lookup("Peru").exits(0).json();
    assert_eq!((&after["run_id"], &after["version"]), (&next["run_id"], &1.into()));
}
