//! Where the rules say where to look next, an answer says what gave the amount; elsewhere it does
//! not, and nothing is looked up elsewhere.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::{by_days, by_orders, with};

/// Peru: 40 for few orders, 75 for many, and all of them 45 days after the last order; most
/// events chose 40. Chile: nothing but an event outside every bucket of orders.
fn publish(stack: &Stack, fallback: &str) -> Value {
    let events = [("Peru", 1, 40.0), ("Peru", 2, 40.0), ("Peru", 20, 75.0), ("Chile", 38, 7.0)];
    stack.publish_by(&format!("{RULES_DEFAULT}\n{fallback}"), &events)
}

#[test]
fn through_every_door() {
    let stack = Stack::new();
    publish(&stack, "[fallback]\norder = [\"recency_segment\", \"country\"]");
    for door in stack.api().doors() {
        for (request, amount, bucket, matched, matched_bucket) in [
            (by_orders("Peru", 1), 40, json!("0-4"), "bucket", Value::Null),
            (by_orders("Peru", 20), 75, json!("14-37"), "bucket", Value::Null),
            (by_orders("Peru", 7), 40, json!("5-13"), "recency_segment", json!("30-60")),
            (by_orders("Peru", 38), 40, Value::Null, "recency_segment", json!("30-60")),
            (by_days("Peru", 45), 40, json!("30-60"), "bucket", Value::Null),
            (by_days("Peru", 70), 40, json!("60-90"), "country", Value::Null),
            (by_days("Peru", 29), 40, Value::Null, "country", Value::Null),
            (
                with(by_orders("Peru", 38), "last_order_ts", "2018-01-01"),
                40,
                Value::Null,
                "country",
                Value::Null,
            ),
            (by_orders("Chile", 7), 7, json!("5-13"), "recency_segment", json!("30-60")),
            (by_days("Chile", 200), 7, json!("180+"), "country", Value::Null),
        ] {
            let answer = door.ask(&Question::post("/voucher", &request));
            let place = format!("{}: {request}: {answer:?}", door.name());
            assert_eq!(answer.status, 200, "{place}");
            let answer = answer.json();
            let found =
                ["voucher_amount", "bucket", "matched", "matched_bucket"].map(|name| answer[name].clone());
            assert_eq!(found, [json!(amount), bucket, json!(matched), matched_bucket], "{place}");
            assert!(answer["reason"].is_null(), "{place}");
        }
    }
}

#[test]
fn and_not_where_the_rules_have_none() {
    let stack = Stack::new();
    publish(&stack, "");
    let listener = stack.api().listen();
    for (request, reason) in [(by_orders("Peru", 7), "no_data"), (by_orders("Peru", 38), "no_bucket")] {
        let answer = listener.ask(&Question::post("/voucher", &request)).json();
        assert_eq!(
            (&answer["voucher_amount"], &answer["reason"]),
            (&Value::Null, &json!(reason)),
            "{answer:#}"
        );
        assert!(answer.get("matched").is_none() && answer.get("matched_bucket").is_none(), "{answer:#}");
    }
    let answer = listener.ask(&Question::post("/voucher", &by_orders("Peru", 1))).json();
    assert_eq!(answer["voucher_amount"], 40);
    assert!(answer.get("matched").is_none(), "{answer:#}");
}
