//! `verify`: a table is what was written, or each thing that differs is named.

use serde_json::{Value, json};
use stack::Stack;
use stack::etl::{Outcome, run_id};
use stack::history::rules_with;
use stack::proxy::Request;

fn publish(stack: &Stack, amount: f64) -> Value {
    stack.publish(&[("Peru", 6, amount), ("Chile", 6, amount)])
}

/// Checks that exactly these things differ, that each is an error of one line, and that nothing was
/// written.
#[track_caller]
fn check(stack: &Stack, expected: &[&[&str]]) -> Value {
    let before = stack.table.scan();
    let outcome = stack.etl().verify().exits(i32::from(!expected.is_empty()));
    assert_eq!(stack.table.scan(), before);
    let errors: Vec<_> = outcome.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, parts) in errors.iter().zip(expected) {
        assert!(parts.iter().all(|part| error.contains(part)), "{parts:?} are not in {error}");
    }
    let verified = outcome.json();
    assert_eq!(verified["is_clean"], expected.is_empty());
    verified
}

/// What is said of a run of Peru.
fn of_run(verified: &Value, run_id: &str) -> Value {
    let peru =
        verified["countries"].as_array().expect("a list").iter().find(|country| country["country"] == "peru");
    let runs = peru.expect("Peru")["runs"].as_array().expect("a list").clone();
    runs.into_iter().find(|run| run["run_id"] == run_id).expect("the run")
}

fn by_country(stack: &Stack, names: &[&str]) -> Outcome {
    let mut line = vec!["verify", "--format", "json", "--table", &stack.table.name];
    line.extend(names.iter().flat_map(|name| ["--country", name]));
    stack.etl().execute(&line)
}

#[test]
fn a_table_as_it_was_written() {
    let stack = Stack::new();
    let reports = [1.0, 2.0, 3.0].map(|amount| publish(&stack, amount));
    let verified = check(&stack, &[]);
    let countries = verified["countries"].as_array().expect("a list");
    assert_eq!(countries.iter().map(|country| &country["country"]).collect::<Vec<_>>(), ["chile", "peru"]);
    for country in countries {
        assert_eq!(country["run_id"], reports[2]["run_id"]);
        assert_eq!(country["runs"].as_array().map(Vec::len), Some(3));
    }
    let hash = &stack::etl::country(&reports[1], "Peru")["result_hash"];
    assert_eq!(
        of_run(&verified, run_id(&reports[1])),
        json!({
            "run_id": reports[1]["run_id"], "state": "previous", "verdict": "whole", "items": 8,
            "missing": [], "malformed": [], "extra": [],
            "published_result_hash": hash, "result_hash": hash,
        })
    );
    let text = stack.etl().execute(&["verify", "--table", &stack.table.name]).exits(0).stdout;
    assert!(
        text.ends_with(&format!("2 countries in table {}: nothing differs\n", stack.table.name)),
        "{text}"
    );
}

#[test]
fn each_thing_that_differs() {
    let stack = Stack::new();
    let [first, second, third] = [1.0, 2.0, 3.0].map(|amount| publish(&stack, amount));
    let [first, second, third] = [&first, &second, &third].map(run_id);
    let item = |run_id: &str, bucket: &str| format!("{run_id}#frequent_segment#{bucket}");

    // Another amount in the current run.
    stack.table.set_number("peru", &item(third, "5-13"), "voucher_amount", "999");
    let verified = check(&stack, &[&["peru", third, "result_hash"]]);
    assert_eq!(
        (of_run(&verified, third)["verdict"].clone(), of_run(&verified, second)["verdict"].clone()),
        (json!("differs"), json!("whole"))
    );

    // An item of the one before is gone, one that belongs nowhere is there.
    stack.table.delete("peru", &item(second, "0-4"));
    stack.table.set_number("peru", &item(second, "0-5"), "support", "1");
    let current: &[&str] = &["peru", third, "result_hash"];
    let verified = check(
        &stack,
        &[&["peru", second, &item(second, "0-4"), "missing", &item(second, "0-5"), "too many"], current],
    );
    let run = of_run(&verified, second);
    assert_eq!(
        (&run["missing"], &run["extra"]),
        (&json!([item(second, "0-4")]), &json!([item(second, "0-5")]))
    );

    // Of the oldest the manifest is gone.
    stack.table.delete("peru", &format!("run#{first}"));
    let before: &[&str] = &["peru", second, "missing"];
    check(&stack, &[before, current, &["peru", "8 items", "no manifest", first]]);
    assert_eq!(by_country(&stack, &["Chile"]).exits(0).json()["is_clean"], true);
    let outcome = by_country(&stack, &["Chile", "PERU"]).exits(1).json();
    assert_eq!(outcome["countries"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_pointer_that_leads_nowhere() {
    let stack = Stack::new();
    let report = publish(&stack, 1.0);
    stack.table.set("chile", "current", "rules_hash", "0123");
    stack.table.delete("peru", &format!("run#{}", run_id(&report)));
    check(
        &stack,
        &[
            &["chile", "the rules in the pointer"],
            &["peru", run_id(&report), "has no manifest"],
            &["peru", "8 items", "have no manifest"],
        ],
    );
}

#[test]
fn with_other_rules_in_an_earlier_run() {
    let stack = Stack::new();
    let first = stack.publish(&[("Peru", 6, 1.0)]);
    let rules = rules_with("\"5-13\", from = 5, below = 14", "\"5-9\", from = 5, below = 10");
    stack.publish_by(&rules, &[("Peru", 6, 1.0)]);
    assert_eq!(of_run(&check(&stack, &[]), run_id(&first))["verdict"], "whole");
    // An older program did not keep them; what cannot be held against rules is said to be so.
    stack.table.remove("peru", &format!("run#{}", run_id(&first)), "rules");
    assert_eq!(of_run(&check(&stack, &[]), run_id(&first))["verdict"], "unchecked");
}

/// Nobody was ever sent there, and a rollback refuses it.
#[test]
fn a_run_that_was_never_finished_does_not_differ() {
    let stack = Stack::new();
    let _ = publish(&stack, 1.0);
    let is_first_row = |request: &Request| request.batch().iter().any(|key| key.contains("_segment#"));
    let (proxy, gate) = stack.holding(is_first_row);
    let history = stack.folder().join("history.parquet").display().to_string();
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &history]);
    gate.wait_until_reached();
    running.kill();
    let crashed = stack.table.query("peru", "run#").pop().expect("a manifest")["run_id"]["S"].clone();
    let crashed = crashed.as_str().expect("an id");
    let run = of_run(&check(&stack, &[]), crashed);
    assert_eq!(
        (&run["verdict"], &run["state"], &run["items"]),
        (&json!("unfinished"), &json!("never_current"), &json!(0))
    );
    let _ = publish(&stack, 2.0);
    assert_eq!(of_run(&check(&stack, &[]), crashed)["verdict"], "unfinished", "superseded by now");
    stack.table.set("peru", &format!("run#{crashed}"), "collecting_at", "2026-11-24T10:00:00.000Z");
    assert_eq!(of_run(&check(&stack, &[]), crashed)["verdict"], "collecting");
}

#[test]
fn where_nothing_is_published() {
    let stack = Stack::new();
    stack.etl().verify().fails(3, &[&stack.table.name]);
    let _ = publish(&stack, 1.0);
    by_country(&stack, &["Peru", "Latvia"]).fails(3, &["latvia"]);
    let _ = stack.etl().on_table("nowhere").verify().exits(4);
}
