//! `runs`: newest first, with what each of them is and was.

use serde_json::{Value, json};
use stack::Stack;
use stack::etl::run_id;
use stack::proxy::Request;
use stack::text::check_has;

fn publish(stack: &Stack, amount: f64) -> Value {
    stack.publish(&[("Peru", 6, amount), ("Peru", 6, amount), ("Peru", 50, 1.0), ("Peru", 3, -1.0)])
}

fn runs(stack: &Stack) -> Vec<Value> {
    stack.etl().runs("peru").exits(0).json()["runs"].as_array().expect("a list").clone()
}

fn states(stack: &Stack) -> Vec<(String, String)> {
    let text = |run: &Value, name: &str| run[name].as_str().expect("a text").to_owned();
    runs(stack).iter().map(|run| (text(run, "run_id"), text(run, "state"))).collect()
}

/// Kills a run as it is about to move its pointer.
fn crash(stack: &Stack) {
    let (proxy, gate) = stack.holding(Request::is_swap);
    let history = stack.folder().join("history.parquet").display().to_string();
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &history]);
    gate.wait_until_reached();
    running.kill();
}

#[test]
fn with_all_that_is_known() {
    let stack = Stack::new();
    let report = publish(&stack, 2640.0);
    let outcome = stack.etl().runs("peru").exits(0).json();
    let published_at = stack.table.pointer_attribute("peru", "published_at");
    let run = &outcome["runs"][0];
    assert!(run["started_at"].as_str() <= Some(published_at.as_str()), "{run:#}");
    assert_eq!(
        outcome,
        json!({
            "country": "Peru",
            "version": 1,
            "newest_run_id": report["run_id"],
            "runs": [{
                "run_id": report["run_id"],
                "state": "current",
                "started_at": run["started_at"],
                "published_at": published_at,
                "superseded_at": null,
                "rolled_back_at": null,
                "is_rolled_back": false,
                "version": report["version"],
                "rows": 4,
                "segments": report["segments"],
                "result_hash": report["countries"][0]["result_hash"],
                "rules_hash": report["rules_hash"],
                "inputs": report["inputs"],
            }],
        })
    );
}

#[test]
fn each_by_what_became_of_it() {
    let stack = Stack::new();
    let mut expected = Vec::new();
    for amount in [1.0, 2.0, 3.0, 4.0] {
        let report = publish(&stack, amount);
        expected.insert(0, run_id(&report).to_owned());
    }
    let _ = stack.etl().rollback("Peru", &[]).exits(0);
    crash(&stack);
    stack.table.set("peru", &format!("run#{}", expected[3]), "collecting_at", "2026-11-24T10:00:00.000Z");
    let states_now = states(&stack);
    let crashed = states_now[0].0.clone();
    expected.insert(0, crashed);
    let names = ["never_current", "previous", "current", "superseded", "collecting"].map(str::to_owned);
    let expected: Vec<_> = expected.into_iter().zip(names).collect();
    assert_eq!(states_now, expected);

    // The run that was rolled back from is that, and not merely superseded, when others come.
    check_has(&stack.etl().text("runs", "Peru", &[]), &["previous, rolled back"]);
    for amount in [5.0, 6.0] {
        let _ = publish(&stack, amount);
    }
    let states = states(&stack);
    let state = |id: &str| states.iter().find(|(other, _)| other == id).expect("it is there").1.as_str();
    assert_eq!([&expected[1].0, &expected[2].0].map(|id| state(id)), ["rolled_back", "superseded"]);
    assert_eq!(state(&expected[0].0), "never_current");
    assert_eq!((states[0].1.as_str(), states[1].1.as_str()), ("current", "previous"));
}

#[test]
fn as_a_table_for_people() {
    let stack = Stack::new();
    let report = publish(&stack, 2640.0);
    let text = stack.etl().text("runs", "Peru", &[]);
    let hash = report["countries"][0]["result_hash"].as_str().expect("a hash");
    check_has(&text, &["Peru · version 1\n", run_id(&report), " current ", &hash[..12], " 1 "]);
    assert!(!text.contains(&hash[..13]), "{text}");
}

#[test]
fn older_manifests_say_less() {
    let stack = Stack::new();
    let [first, _] = [1.0, 2.0].map(|amount| publish(&stack, amount));
    let _ = publish(&stack, 3.0);
    for name in ["country", "rules", "run", "published_at"] {
        stack.table.remove("peru", &format!("run#{}", run_id(&first)), name);
    }
    let run = runs(&stack)[2].clone();
    assert_eq!(
        (&run["state"], &run["version"], &run["published_at"]),
        (&json!("superseded"), &Value::Null, &Value::Null)
    );
    // Its id tells when it began.
    assert!(run["started_at"].as_str().is_some_and(|time| time.ends_with('Z')), "{run:#}");
}

#[test]
fn where_nothing_is_published() {
    let stack = Stack::new();
    let _ = publish(&stack, 1.0);
    stack.etl().runs("Latvia").fails(3, &["latvia", "peru"]);
}
