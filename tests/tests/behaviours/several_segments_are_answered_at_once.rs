//! `segment_names` has an answer for each, and beside them, as `best` alone, the first one with an
//! amount.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Listener, Question, problem_of};
use stack::customer::{by_orders, with};

const BOTH: [&str; 2] = ["recency_segment", "frequent_segment"];

/// A customer with these orders, and fields in place of `segment_name`.
fn asking(orders: u64, fields: &Value) -> Value {
    let mut request = by_orders("Peru", orders);
    let request_fields = request.as_object_mut().expect("an object");
    request_fields.remove("segment_name");
    request_fields.extend(fields.as_object().expect("an object").clone());
    request
}

fn ask(listener: &Listener, orders: u64, fields: &Value) -> Value {
    let answer = listener.ask(&Question::post("/voucher", &asking(orders, fields)));
    assert_eq!(answer.status, 200, "{fields}: {answer:?}");
    answer.json()
}

/// The answer for one segment.
fn one(listener: &Listener, orders: u64, name: &str) -> Value {
    ask(listener, orders, &json!({ "segment_name": name }))
}

#[test]
fn each_as_if_asked_alone() {
    let (_stack, listener) = Stack::serving(&[("Peru", 1, 2640.0)]);
    for orders in [1, 7, 38] {
        let mut answer = ask(&listener, orders, &json!({ "segment_names": BOTH }));
        let answers = answer["answers"].take();
        for (answer, name) in answers.as_array().expect("a list").iter().zip(BOTH) {
            let alone = one(&listener, orders, name);
            for (member, value) in answer.as_object().expect("an object") {
                assert_eq!(value, &alone[member], "{name}: {member}");
            }
            let shared = ["customer_id", "country_code", "run_id"];
            let expected = alone.as_object().expect("an object").len() - shared.len();
            assert_eq!(answer.as_object().map(serde_json::Map::len), Some(expected), "{answer}");
        }
        answer.as_object_mut().expect("an object").remove("answers");
        assert_eq!(answer, ask(&listener, orders, &json!({ "segment_names": BOTH, "best": true })));
    }
    let explained = Question::post("/voucher?explain=true", &asking(1, &json!({ "segment_names": BOTH })));
    let explained = listener.ask(&explained).json();
    assert!(
        explained["answers"].as_array().expect("a list").iter().all(|answer| answer["explain"].is_object())
    );
}

#[test]
fn in_a_batch_too() {
    let (_stack, listener) = Stack::serving(&[("Peru", 1, 2640.0)]);
    let batch = json!([
        asking(1, &json!({ "segment_names": BOTH })),
        by_orders("Peru", 1),
        asking(1, &json!({ "best": true })),
        asking(1, &json!({ "segment_names": ["unheard_of"] })),
    ]);
    let answers = listener.ask(&Question::post("/vouchers", &batch)).json();
    assert_eq!(answers[0]["answers"].as_array().map(Vec::len), Some(2), "{answers:#}");
    assert_eq!(answers[1]["voucher_amount"], 2640);
    assert_eq!(answers[2]["voucher_amount"], 2640);
    assert_eq!(answers[3]["errors"][0]["pointer"], "/segment_names/0");
}

#[test]
fn the_best_is_the_first_with_an_amount() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let listener = stack.api().always_fresh().listen();
    // Without a fallback in the order of the rules; both segments have this customer.
    let first = one(&listener, 1, "frequent_segment");
    assert_eq!(ask(&listener, 1, &json!({ "best": true })), first);
    // No segment has an amount for this one: the answer is that of the first.
    let none = ask(&listener, 38, &json!({ "best": true, "segment_names": ["frequent_segment"] }));
    assert_eq!((&none["voucher_amount"], &none["reason"]), (&Value::Null, &json!("no_bucket")));
    // The names restrict it, in whatever order.
    let named = ask(&listener, 1, &json!({ "best": true, "segment_names": ["recency_segment"] }));
    assert_eq!(named, one(&listener, 1, "recency_segment"));
    // One that has none is passed over.
    let passed = ask(&listener, 38, &json!({ "best": true }));
    assert_eq!(passed, one(&listener, 38, "recency_segment"));
    assert!(passed["voucher_amount"].is_number(), "{passed}");

    let fallback = "\n[fallback]\norder = [\"recency_segment\", \"country\"]\n";
    let rules = format!("{RULES_DEFAULT}{fallback}");
    stack.publish_by(&rules, &[("Peru", 1, 2640.0)]);
    let best = ask(&listener, 1, &json!({ "best": true }));
    assert_eq!(best["segment_name"], "recency_segment", "the fallback's order counts: {best}");
}

#[test]
fn what_does_not_go_together_is_named() {
    let (_stack, listener) = Stack::serving(&[("Peru", 1, 2640.0)]);
    let name = "frequent_segment";
    for (fields, faults) in [
        (json!({}), vec![("/segment_name", "missing")]),
        (json!({ "best": false }), vec![("/segment_name", "missing")]),
        (json!({ "segment_name": name, "segment_names": [name] }), vec![("/segment_names", "not_together")]),
        (json!({ "segment_name": name, "best": true }), vec![("/best", "not_together")]),
        (json!({ "segment_names": [] }), vec![("/segment_names", "empty")]),
        (json!({ "segment_names": name }), vec![("/segment_names", "wrong_type")]),
        (json!({ "segment_names": [name, 7] }), vec![("/segment_names/1", "wrong_type")]),
        (json!({ "segment_names": [name, name] }), vec![("/segment_names/1", "duplicate")]),
        (json!({ "segment_names": vec![name; 17] }), vec![("/segment_names", "too_many")]),
        (
            json!({ "segment_names": ["x", name, "y"] }),
            vec![("/segment_names/0", "unknown_segment"), ("/segment_names/2", "unknown_segment")],
        ),
        (json!({ "best": "yes" }), vec![("/best", "wrong_type"), ("/segment_name", "missing")]),
    ] {
        let answer = listener.ask(&Question::post("/voucher", &asking(1, &fields)));
        assert_eq!(problem_of(&answer).as_deref(), Ok("invalid-request"), "{fields}");
        let problem = answer.json();
        let errors = problem["errors"].as_array().expect("a list").iter();
        let found: Vec<_> = errors
            .map(|error| (error["pointer"].as_str().unwrap_or(""), error["code"].as_str().unwrap_or("")))
            .collect();
        assert_eq!(found, faults, "{fields}");
    }
}

#[test]
fn the_bare_form_has_one_amount() {
    let (_stack, listener) = Stack::serving(&[("Peru", 1, 2640.0)]);
    let best = listener.invoke(&with(asking(1, &json!({})), "best", true));
    assert_eq!(best, json!({ "statusCode": 200, "body": { "voucher amount": 2640.0 } }));
    assert_eq!(listener.invoke(&asking(1, &json!({ "segment_names": BOTH }))), best);
}
