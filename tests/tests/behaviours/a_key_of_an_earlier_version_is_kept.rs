//! Keys that an earlier version made otherwise, with their marks, stay in the table as they are until
//! a person deletes them: nobody is led to them, and nobody takes them for the new ones.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::by_orders;

const OLD: &str = "türkiye";

/// Türkiye is published under its key, and what an earlier version published under `türkiye`, of
/// another amount, is still there.
fn published() -> (Stack, Value) {
    let stack = Stack::new();
    stack.publish(&[("Türkiye", 20, 80.0), ("Vanuatu", 1, 5.0)]);
    for item in stack.table.query("turkiye", "") {
        put(&stack, item, "country_code", OLD);
    }
    put(&stack, stack.table.item("#countries", "turkiye"), "item", OLD);
    let report = stack.publish(&[("Türkiye", 20, 75.0), ("Vanuatu", 1, 5.0)]);
    (stack, report)
}

fn put(stack: &Stack, mut item: Value, attribute: &str, key: &str) {
    item[attribute] = json!({ "S": key });
    stack.table.call("PutItem", json!({ "Item": item }));
}

#[test]
fn and_never_served() {
    let (stack, _) = published();
    for door in stack.api().doors() {
        for name in ["Türkiye", "türkiye", "turkiye", "TÜRKİYE"] {
            let answer = door.ask(&Question::post("/voucher", &by_orders(name, 20)));
            assert_eq!(answer.json()["voucher_amount"], 75, "{}: {name}: {answer:?}", door.name());
        }
        let table = door.ask(&Question::get("/segments/t%C3%BCrkiye")).json();
        assert_eq!(table["run_id"].as_str(), Some(&*stack.table.pointer_attribute("turkiye", "run_id")));
    }
}

#[test]
fn and_named() {
    let (stack, report) = published();
    assert_eq!(report["kept_countries"], json!([OLD]), "{report}");
    assert_eq!(stack.etl().lookup("Türkiye").exits(0).json()["run_id"], report["run_id"]);
    let old = stack.table.pointer(OLD);
    stack.publish(&[("Türkiye", 20, 75.0)]);
    assert_eq!(stack.table.pointer(OLD), old, "nothing moves it");
    let verified = stack.etl().execute(&["verify", "--format", "json", "--table", &stack.table.name]).json();
    let keys: Vec<_> =
        verified["countries"].as_array().into_iter().flatten().map(|one| &one["country"]).collect();
    assert_eq!(keys, ["turkiye", OLD, "vanuatu"], "{verified}");
}

#[test]
fn and_listed_once_whatever_the_page() {
    let (stack, _) = published();
    let listener = stack.api().listen();
    for limit in [1, 2, 100] {
        let mut keys = Vec::new();
        let mut after = String::new();
        for _ in 0..4 {
            let page = listener.ask(&Question::get(&format!("/countries?limit={limit}{after}"))).json();
            let listed = page["countries"].as_array().cloned().unwrap_or_default();
            keys.extend(listed.iter().map(|one| one["country_code"].as_str().expect("text").to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={}", next.replace('ü', "%C3%BC"));
        }
        assert_eq!(keys, ["turkiye", OLD, "vanuatu"], "{limit}");
    }
}
