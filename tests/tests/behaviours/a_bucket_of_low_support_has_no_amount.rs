//! `min_support` in the rules: a bucket with fewer counted events has no amount, and whoever shows
//! it says so, with the counts as they are.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::{by_days, by_orders, without};
use stack::etl::country;
use stack::history::Event;
use std::fs;

/// Peru: three events in `0-4`, two in `14-37`, one outside every bucket of orders, and all six in
/// `30-60` days.
const EVENTS: [Event; 6] = [
    ("Peru", 1, 40.0),
    ("Peru", 2, 40.0),
    ("Peru", 3, 12.5),
    ("Peru", 20, 75.0),
    ("Peru", 21, 75.0),
    ("Peru", 38, 12.5),
];

const FALLBACK: &str = "[fallback]\norder = [\"recency_segment\", \"country\"]";

/// Publishes with that many events asked for; 0 asks for none.
fn publish(stack: &Stack, min_support: u64, fallback: &str, more: &[&str]) -> Value {
    let location = stack.upload(&EVENTS, "history.parquet");
    let min_support = if min_support == 0 { String::new() } else { format!("min_support = {min_support}\n") };
    let rules = stack.rules(&format!("{min_support}{RULES_DEFAULT}\n{fallback}"));
    let line = [&["--rules", &rules, "--s3path", &location][..], more].concat();
    stack.etl().run(&line).exits(0).json()
}

fn ask(door: &dyn Door, path: &str, request: &Value) -> Value {
    let answer = door.ask(&Question::post(path, request));
    assert_eq!(answer.status, 200, "{}: {request}: {answer:?}", door.name());
    answer.json()
}

/// The row of a bucket, in a report or a lookup.
fn row<'a>(table: &'a Value, bucket: &str) -> &'a Value {
    let buckets = table["buckets"].as_array().expect("a list");
    buckets.iter().find(|row| row["bucket"] == bucket).unwrap_or_else(|| panic!("no {bucket} in {table:#}"))
}

#[test]
fn through_every_door() {
    let stack = Stack::new();
    publish(&stack, 3, "", &[]);
    for door in stack.api().doors() {
        for (request, amount, bucket, reason) in [
            (by_orders("Peru", 1), json!(40), json!("0-4"), Value::Null),
            (by_orders("Peru", 20), Value::Null, json!("14-37"), json!("low_support")),
            (by_orders("Peru", 7), Value::Null, json!("5-13"), json!("no_data")),
            (by_orders("Peru", 38), Value::Null, Value::Null, json!("no_bucket")),
            (by_days("Peru", 45), json!(12.5), json!("30-60"), Value::Null),
            (by_days("Peru", 70), Value::Null, json!("60-90"), json!("no_data")),
        ] {
            let answer = ask(door.as_ref(), "/voucher", &request);
            let found = ["voucher_amount", "bucket", "reason"].map(|name| answer[name].clone());
            assert_eq!(found, [amount.clone(), bucket, reason], "{}: {request}: {answer:#}", door.name());
            let as_float = if amount.is_null() { json!("Not available") } else { json!(amount.as_f64()) };
            let invoked = door.invoke(&request);
            let expected = json!({ "statusCode": 200, "body": { "voucher amount": as_float } });
            assert_eq!(invoked, expected, "{}: {request}", door.name());
        }
        let explain = ask(door.as_ref(), "/voucher?explain=true", &by_orders("Peru", 20));
        assert_eq!(explain["reason"], "low_support", "{explain:#}");
        let explain = &explain["explain"];
        for (name, value) in [("min_support", 3), ("support", 2), ("total", 2), ("share", 1), ("from", 14)] {
            assert_eq!(explain[name].as_f64(), Some(f64::from(value)), "{name}: {explain:#}");
        }
        assert!(explain.get("passed_over").is_none(), "nothing else is looked at: {explain:#}");
    }
}

#[test]
fn both_sides_of_the_border() {
    let stack = Stack::new();
    let listener = stack.api().always_fresh().listen();
    let without_bound = publish(&stack, 0, "", &[]);
    for (min_support, is_served) in [(0, true), (1, true), (2, true), (3, false), (1_000_000_000, false)] {
        let report = publish(&stack, min_support, "", &[]);
        let answer = ask(&listener, "/voucher?explain=true", &by_orders("Peru", 20));
        assert_eq!(answer["voucher_amount"] == 75, is_served, "{min_support}: {answer:#}");
        assert_eq!(answer["reason"] == "low_support", !is_served, "{min_support}: {answer:#}");
        assert_eq!(answer["explain"].get("min_support").is_some(), min_support > 0, "{answer:#}");
        let is_same = |name: &str| report[name] == without_bound[name];
        assert_eq!(is_same("rules_hash"), min_support == 0, "{min_support}");
        assert_eq!(is_same("result_hash"), is_served, "{min_support}: the hash covers what is served");
        assert_eq!(report["segments"], without_bound["segments"], "{min_support}: all are counted");
        assert_eq!(report.get("min_support").is_some(), min_support > 0, "{min_support}");
    }
}

#[test]
fn a_fallback_goes_on_to_the_next() {
    let stack = Stack::new();
    let listener = stack.api().always_fresh().listen();
    publish(&stack, 3, FALLBACK, &[]);
    let passed = |segment: &str, bucket: &str, support: u64, total: u64| json!({ "segment": segment, "bucket": bucket, "reason": "low_support", "support": support, "total": total });
    let answer = ask(&listener, "/voucher?explain=true", &by_orders("Peru", 20));
    assert_eq!((&answer["voucher_amount"], &answer["matched"]), (&json!(12.5), &json!("recency_segment")));
    assert_eq!(answer["explain"]["passed_over"], json!([passed("frequent_segment", "14-37", 2, 2)]));
    assert_eq!(answer["explain"]["total"], 6, "the explanation is of what gave the amount");

    // Of the country too there are only six events.
    publish(&stack, 7, FALLBACK, &[]);
    let answer = ask(&listener, "/voucher?explain=true", &by_orders("Peru", 20));
    assert_eq!((&answer["voucher_amount"], &answer["reason"]), (&Value::Null, &json!("low_support")));
    assert!(answer.get("matched").is_none(), "{answer:#}");
    assert_eq!(
        answer["explain"]["passed_over"],
        json!([passed("recency_segment", "30-60", 2, 6), passed("country", "all", 2, 6)])
    );
    assert_eq!((&answer["explain"]["support"], &answer["explain"]["total"]), (&json!(2), &json!(2)));
    let outside = ask(&listener, "/voucher", &by_orders("Peru", 38));
    assert_eq!(outside["reason"], "no_bucket", "the reason is that of the asked segment: {outside:#}");
}

#[test]
fn the_table_and_its_readers() {
    let stack = Stack::new();
    let report = publish(&stack, 3, "", &[]);
    let peru = country(&report, "Peru");
    let expected = json!({
        "segment": "frequent_segment", "bucket": "14-37", "voucher_amount": null, "reason": "low_support",
        "support": 2, "total": 2, "share": 1.0, "runner_up_amount": null, "runner_up_support": null,
    });
    assert_eq!(row(peru, "14-37"), &expected);
    assert_eq!(row(peru, "5-13")["reason"], "no_data");
    assert!(row(peru, "0-4").get("reason").is_none(), "{peru:#}");
    assert_eq!(report["min_support"], 3);

    let run_id = report["run_id"].as_str().expect("an id");
    let item = stack.table.item("peru", &format!("{run_id}#frequent_segment#14-37"));
    assert_eq!(item["voucher_amount"], json!({ "NULL": true }));
    assert_eq!((&item["support"], &item["total"]), (&json!({ "N": "2" }), &json!({ "N": "2" })));

    let looked_up = stack.etl().lookup("Peru").exits(0).json();
    assert_eq!((&looked_up["buckets"], &looked_up["min_support"]), (&peru["buckets"], &json!(3)));
    let text = stack.etl().text("lookup", "Peru", &[]);
    let has_cells = |line: &str| ["14-37", "– (below 3)", "100.0 %"].iter().all(|cell| line.contains(cell));
    assert!(text.lines().any(has_cells), "{text}");

    let read_out = stack.api().listen().ask(&Question::get("/segments/Peru")).json();
    assert_eq!(read_out["min_support"], 3);
    let bucket = &read_out["segments"][0]["buckets"][2];
    for name in ["voucher_amount", "reason", "support", "total"] {
        assert_eq!(bucket[name], expected[name], "{name}: {bucket:#}");
    }

    let line = ["reproduce", "--format", "json", "--table", &stack.table.name, "--country", "Peru"];
    let reproduced = stack.etl().execute(&line).exits(0).json();
    assert_eq!(reproduced["buckets"], peru["buckets"]);
}

#[test]
fn exports_keep_the_counts_and_leave_the_answer_out() {
    let stack = Stack::new();
    let folder = stack.folder().join("out");
    publish(&stack, 3, "", &["--export", &folder.display().to_string()]);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect(name);
    let answers: Value = serde_json::from_str(&read("Peru_customer_segment_data.json")).expect("JSON");
    assert_eq!(
        answers,
        json!({ "frequent_segment": { "0-4": 40 }, "recency_segment": { "30-60": 12.5 } }),
        "neither `14-37` nor the one event outside every bucket"
    );
    let counts = read("Peru_counts.csv");
    for line in ["frequent_segment,14-37,75,2", "frequent_segment,Unknown,12.5,1"] {
        assert!(counts.lines().any(|counted| counted == line), "{line} is not in {counts}");
    }
}

#[test]
fn a_request_without_a_day_is_answered_alike() {
    let stack = Stack::new();
    publish(&stack, 3, "", &[]);
    let listener = stack.api().listen();
    let batch = json!([without(by_orders("Peru", 20), "as_of"), by_orders("Peru", 1)]);
    let answers = ask(&listener, "/vouchers", &batch);
    assert_eq!((&answers[0]["reason"], &answers[1]["voucher_amount"]), (&json!("low_support"), &json!(40)));
}
