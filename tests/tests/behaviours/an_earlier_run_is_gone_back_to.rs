//! `rollback`: the run before, or any that is whole, is current again with the rules that it was
//! made with; the API follows, the manifests have a record of it, and the next run is published as
//! ever.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::etl::run_id;
use stack::history::{Event, rules_with};
use std::thread::sleep;
use std::time::{Duration, Instant};

const SEEN_WITHIN: Duration = Duration::from_secs(30);
const PERU: [Event; 2] = [("Peru", 6, 2640.0), ("Peru", 20, 100.0)];
const OTHERWISE: [Event; 2] = [("PERU", 6, 1760.0), ("PERU", 20, 100.0)];
/// Other buckets of orders than the default: eleven orders are in none.
const BUCKET: &str = "\"5-13\", from = 5, below = 14";
const OTHER_BUCKET: &str = "\"5-9\", from = 5, below = 10";

fn manifest(stack: &Stack, report: &Value) -> Value {
    stack.table.manifest("peru", run_id(report))
}

fn pointer(stack: &Stack, name: &str) -> String {
    stack.table.pointer_attribute("peru", name)
}

/// Asks for a customer with so many orders: run, bucket, amount.
fn ask(listener: &Listener, orders: u64) -> [Value; 3] {
    let answer = listener.ask(&Question::post("/voucher", &by_orders("Peru", orders))).json();
    ["run_id", "bucket", "voucher_amount"].map(|name| answer[name].clone())
}

#[test]
fn the_one_before() {
    let stack = Stack::new();
    let first = stack.publish(&PERU);
    let before = stack.table.pointer("peru");
    let second = stack.publish_by(&rules_with(BUCKET, OTHER_BUCKET), &OTHERWISE);
    assert_eq!(manifest(&stack, &first)["published_at"], before["published_at"]);
    assert!(manifest(&stack, &first)["superseded_at"]["S"].is_string());

    let outcome = stack.etl().rollback("peru", &[]).exits(0).json();
    let pointed = stack.table.pointer("peru");
    for (name, expected) in [
        ("run_id", run_id(&first)),
        ("previous_run_id", run_id(&second)),
        ("newest_run_id", run_id(&second)),
        ("rolled_back_from", run_id(&second)),
        ("version", "3"),
        ("country", "Peru"),
        ("rules", before["rules"]["S"].as_str().expect("rules")),
        ("rules_hash", first["rules_hash"].as_str().expect("a hash")),
    ] {
        assert_eq!(pointer(&stack, name), expected, "{name}");
    }
    assert_eq!(
        outcome,
        json!({
            "country": "Peru",
            "run_id": first["run_id"],
            "rolled_back_from": second["run_id"],
            "version": 3,
            "published_at": pointed["published_at"]["S"],
            "rules_hash": first["rules_hash"],
        })
    );
    // The record: of the one that is current again nothing is said, of the other when.
    let [back, left] = [&first, &second].map(|report| manifest(&stack, report));
    assert!(back["superseded_at"].is_null() && back["rolled_back_at"].is_null(), "{back:#}");
    assert_eq!(back["published_at"], before["published_at"]);
    assert_eq!(
        (&left["superseded_at"], &left["rolled_back_at"]),
        (&pointed["published_at"], &pointed["published_at"])
    );
    assert_eq!(
        stack.etl().lookup("Peru").exits(0).json()["result_hash"],
        first["countries"][0]["result_hash"]
    );
    assert_eq!(stack.etl().verify().exits(0).json()["is_clean"], true);
}

#[test]
fn the_api_follows_with_the_rules_of_that_run() {
    let stack = Stack::new();
    let [fresh, soon] =
        ["0", "1"].map(|seconds| stack.api().with("POINTER_REFRESH_SECONDS", Some(seconds)).listen());
    let first = stack.publish(&PERU);
    let second = stack.publish_by(&rules_with(BUCKET, OTHER_BUCKET), &OTHERWISE);
    for listener in [&fresh, &soon] {
        assert_eq!(ask(listener, 6), [second["run_id"].clone(), json!("5-9"), json!(1760)]);
    }
    let _ = stack.etl().rollback("Peru", &[]).exits(0);
    let expected = [first["run_id"].clone(), json!("5-13"), json!(2640)];
    assert_eq!(ask(&fresh, 6), expected);
    assert_eq!(ask(&fresh, 11), expected, "by the rules of the second run it is in no bucket");
    let deadline = Instant::now() + SEEN_WITHIN;
    while ask(&soon, 11) != expected {
        assert!(Instant::now() < deadline, "the rollback is never seen");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn and_forth_again() {
    let stack = Stack::new();
    let first = stack.publish(&PERU);
    let second = stack.publish(&OTHERWISE);
    for (version, report) in [("3", &first), ("4", &second), ("5", &first)] {
        let _ = stack.etl().rollback("Peru", &[]).exits(0);
        assert_eq!(
            (pointer(&stack, "run_id"), pointer(&stack, "version")),
            (run_id(report).to_owned(), version.to_owned())
        );
        assert_eq!(pointer(&stack, "newest_run_id"), run_id(&second));
    }
}

#[test]
fn one_that_is_named() {
    let stack = Stack::new();
    let reports = [2640.0, 1760.0, 880.0].map(|amount| stack.publish(&[("Peru", 6, amount)]));
    let oldest = run_id(&reports[0]);
    let outcome = stack.etl().rollback("Peru", &["--to", oldest]).exits(0).json();
    assert_eq!(outcome["rolled_back_from"], reports[2]["run_id"]);
    assert_eq!(pointer(&stack, "previous_run_id"), run_id(&reports[2]));

    // It is current already: that is no error, and nothing is written.
    let before = stack.table.scan();
    let outcome = stack.etl().rollback("Peru", &["--to", oldest]).exits(0).json();
    assert_eq!((&outcome["run_id"], &outcome["rolled_back_from"]), (&json!(oldest), &Value::Null));
    assert_eq!(stack.table.scan(), before);
    let text = |to: &str| stack.etl().text("rollback", "Peru", &["--to", to]);
    assert!(text(oldest).contains("is current already"));
    let expected =
        format!("run {} is current again, version 5; rolled back from {oldest}\n", run_id(&reports[2]));
    assert!(text(run_id(&reports[2])).ends_with(&expected));
}

#[test]
fn the_next_run_goes_on_top() {
    let stack = Stack::new();
    let first = stack.publish(&PERU);
    let second = stack.publish(&OTHERWISE);
    let _ = stack.etl().rollback("Peru", &[]).exits(0);
    let third = stack.publish(&OTHERWISE);
    let pointed = stack.table.pointer("peru");
    assert!(pointed["rolled_back_from"].is_null(), "{pointed:#}");
    assert_eq!(
        (&pointed["run_id"]["S"], &pointed["newest_run_id"]["S"]),
        (&third["run_id"], &third["run_id"])
    );
    assert_eq!(pointed["previous_run_id"]["S"], first["run_id"]);
    assert_eq!(pointed["version"]["N"], "4");
    assert_eq!(manifest(&stack, &first)["superseded_at"], pointed["published_at"]);
    assert_ne!(manifest(&stack, &second)["superseded_at"], pointed["published_at"]);
}

/// A manifest of before has no rules; those of the pointer do if they are the same.
#[test]
fn one_of_an_older_program() {
    let stack = Stack::new();
    let first = stack.publish(&PERU);
    let _ = stack.publish(&OTHERWISE);
    let item = format!("run#{}", run_id(&first));
    for name in ["country", "rules", "run", "published_at"] {
        stack.table.remove("peru", &item, name);
    }
    let _ = stack.etl().rollback("Peru", &[]).exits(0);
    assert_eq!(
        (pointer(&stack, "run_id"), pointer(&stack, "country")),
        (run_id(&first).to_owned(), "PERU".to_owned())
    );
    assert_eq!(stack.etl().lookup("Peru").exits(0).json()["buckets"], first["countries"][0]["buckets"]);
}
