//! `[fallback]` with `country`: the table has one more item for each country, its mode over all
//! events; without it there is none, and nothing else differs.

use segments::rules::{Fallback, RULES_DEFAULT, Rules};
use serde_json::{Value, json};
use stack::Stack;
use stack::etl::{country, run_id};

/// Peru: 40 three times, of which two events are outside every bucket of orders, and 12.5 twice;
/// Chile: one event, outside every bucket of orders. Neither of two amounts of 0 is one.
fn upload(stack: &Stack) -> String {
    let events = [
        ("Peru", 1, 12.5),
        ("PERU ", 4, 12.5),
        ("Peru", 0, 40.0),
        ("peru", 38, 40.0),
        ("Peru", 99, 40.0),
        ("Peru", 1, 0.0),
        ("Chile", 38, 7.0),
        ("", 1, 0.0),
    ];
    stack.upload(&events, "history/a.parquet")
}

fn publish(stack: &Stack, location: &str, fallback: &str) -> Value {
    let rules = stack.rules(&format!("{RULES_DEFAULT}\n{fallback}"));
    stack.etl().run(&["--rules", &rules, "--s3path", location]).exits(0).json()
}

/// The items of a country's run, without the run's id in their keys.
fn items(stack: &Stack, partition: &str, report: &Value) -> Vec<Value> {
    let prefix = format!("{}#", run_id(report));
    let mut items = stack.table.query(partition, &prefix);
    for item in &mut items {
        let key = item["item"]["S"].as_str().expect("a key")[prefix.len()..].to_owned();
        item["item"] = json!(key);
    }
    items.sort_by_key(|item| item["item"].to_string());
    items
}

#[test]
fn one_more_item_for_each_country() {
    let stack = Stack::new();
    let location = upload(&stack);
    let without = publish(&stack, &location, "");
    let before = ["peru", "chile"].map(|country| items(&stack, country, &without));
    let report = publish(&stack, &location, "[fallback]\norder = [\"frequent_segment\", \"country\"]");
    let n = |number: &str| json!({ "N": number });
    let null = json!({ "NULL": true });
    for (at, (partition, amount, support, total, runner_up)) in [
        ("peru", n("40"), n("3"), n("5"), (n("12.5"), n("2"))),
        ("chile", n("7"), n("1"), n("1"), (null.clone(), null)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut expected = before[at].clone();
        assert_eq!(expected.len(), 8, "{partition}: one for each bucket and no more");
        expected.push(json!({
            "country_code": { "S": partition },
            "item": "country#all",
            "voucher_amount": amount,
            "support": support,
            "total": total,
            "runner_up_amount": runner_up.0,
            "runner_up_support": runner_up.1,
        }));
        expected.sort_by_key(|item| item["item"].to_string());
        assert_eq!(items(&stack, partition, &report), expected);
        assert_eq!(stack.table.manifest(partition, run_id(&report))["item_count"], n("9"));
    }
    let rejected = json!({ "bad_voucher_amount": 1, "missing_country": 1 });
    assert_eq!(
        report["segments"]["country"],
        json!({ "counted": 6, "unclassified": 0, "rejected": rejected })
    );
    for name in ["frequent_segment", "recency_segment"] {
        assert_eq!(report["segments"][name], without["segments"][name]);
    }
    assert!(without["segments"]["country"].is_null());
}

#[test]
fn the_publication_carries_the_order_and_lookup_shows_the_row() {
    let stack = Stack::new();
    let report = publish(&stack, &upload(&stack), "[fallback]\norder = [\"country\", \"recency_segment\"]");
    let published = Rules::from_canonical(&stack.table.pointer_attribute("peru", "rules")).expect("rules");
    assert_eq!(published.fallback(), [Fallback::Country, Fallback::Segment("recency_segment".to_owned())]);
    assert_eq!(stack.table.pointer_attribute("peru", "rules_hash"), published.hash());
    let looked_up = stack.etl().lookup("Peru").exits(0).json();
    let peru = country(&report, "Peru");
    assert_eq!(looked_up["buckets"], peru["buckets"]);
    assert_eq!(looked_up["result_hash"], peru["result_hash"]);
    let last = looked_up["buckets"].as_array().and_then(|buckets| buckets.last()).expect("a bucket");
    assert_eq!((&last["segment"], &last["bucket"]), (&json!("country"), &json!("all")));
    assert_eq!((&last["voucher_amount"], &last["share"]), (&json!(40), &json!(0.6)));
}

#[test]
fn an_order_without_the_country_counts_nothing_more() {
    let stack = Stack::new();
    let location = upload(&stack);
    let report = publish(&stack, &location, "[fallback]\norder = [\"recency_segment\"]");
    assert_eq!(items(&stack, "peru", &report).len(), 8);
    let without = publish(&stack, &location, "");
    assert_eq!(report["result_hash"], without["result_hash"]);
    assert_ne!(report["rules_hash"], without["rules_hash"]);
}

#[test]
fn a_wrong_order_is_named_with_its_place() {
    let stack = Stack::new();
    let rules = format!("{RULES_DEFAULT}[fallback]\norder = [\"country\", \"shoe_size\"]\n");
    let line = 2 + RULES_DEFAULT.lines().count();
    let outcome = stack.etl().run(&["--rules", &stack.rules(&rules), "--s3path", "nowhere"]);
    outcome.fails(3, &[&format!("rules.toml:{line}: fallback.order[1]: \"shoe_size\"")]);
}
