//! An item that is not there is read again, consistently, and its pointer too; if it is still
//! missing that is a 503, not "no voucher".

use serde_json::json;
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::by_orders;
use stack::etl::run_id;
use stack::proxy::{Action, Proxy, Request};

fn peru(orders: u64) -> Question {
    Question::post("/voucher", &by_orders("Peru", orders))
}

/// Returns the sort keys that were read since the start, and whether consistently.
fn reads(proxy: &Proxy) -> Vec<(String, bool)> {
    let is_read = |request: &Request| request.is("GetItem");
    let read = |request: &Request| {
        let json = request.json();
        (json["Key"]["item"]["S"].as_str().expect("a key").to_owned(), json["ConsistentRead"] == true)
    };
    proxy.seen(is_read).iter().map(read).collect()
}

/// A table whose items can be read one by one alone, so that a country is not known whole.
fn without_queries(stack: &Stack) -> Proxy {
    stack.failing(|request| request.is("Query"), || Action::Drop)
}

#[test]
fn but_read_again_with_its_pointer() {
    let stack = Stack::new();
    let report = stack.publish(&[("Peru", 1, 2640.0)]);
    let item = format!("{}#frequent_segment#0-4", run_id(&report));
    stack.table.delete("peru", &item);
    let proxy = stack.proxy(|_| Action::Pass);
    let listener = stack.api_through(&proxy).listen();
    let answer = listener.ask(&peru(1));
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json()["type"], "urn:voucher-api:problem:unavailable");
    let reads = reads(&proxy);
    let (pointers, items): (Vec<_>, Vec<_>) = reads.iter().partition(|(key, _)| key == "current");
    assert!(pointers.len() >= 2 && pointers.iter().all(|(_, is_consistent)| *is_consistent), "{reads:?}");
    assert!(items.len() >= 2 && items.iter().all(|(key, _)| *key == item), "{reads:?}");
    assert_eq!(reads.last(), Some(&(item, true)), "{reads:?}");
    // In other buckets nothing is amiss.
    assert_eq!(listener.ask(&peru(7)).json()["reason"], "no_data");
}

#[test]
fn for_the_first_read_may_be_an_old_one() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    // A replica that has not heard of the item yet.
    let is_meant = |request: &Request| request.is_item_read() && request.json()["ConsistentRead"] != true;
    let proxy = stack.failing(is_meant, || Action::edit(|answer| answer.with_body("{}")));
    let answer = stack.api_through(&proxy).listen().ask(&peru(1));
    assert_eq!((answer.status.as_u16(), &answer.json()["voucher_amount"]), (200, &json!(2640)), "{answer:?}");
}

#[test]
fn and_the_run_may_have_been_replaced_meanwhile() {
    let stack = Stack::new();
    let first = stack.publish(&[("Peru", 1, 2640.0), ("Peru", 20, 75.0)]);
    let proxy = without_queries(&stack);
    let listener = stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600")).listen();
    assert_eq!(listener.ask(&peru(1)).json()["run_id"], first["run_id"]);
    let second = stack.publish(&[("Peru", 1, 1760.0), ("Peru", 20, 76.0)]);
    for item in stack.table.query("peru", &format!("{}#", run_id(&first))) {
        stack.table.delete("peru", item["item"]["S"].as_str().expect("a key"));
    }
    let answer = listener.ask(&peru(20)).json();
    assert_eq!((&answer["run_id"], &answer["voucher_amount"]), (&second["run_id"], &json!(76)));
    let answer = listener.ask(&peru(1)).json();
    assert_eq!((&answer["run_id"], &answer["voucher_amount"]), (&second["run_id"], &json!(1760)));
}

#[test]
fn and_the_rules_may_lack_the_segment_since_then() {
    let stack = Stack::new();
    let first = stack.publish(&[("Peru", 1, 2640.0)]);
    let proxy = without_queries(&stack);
    let listener = stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600")).listen();
    assert_eq!(listener.ask(&peru(38)).json()["run_id"], first["run_id"]);
    let rules = "[[segment]]
        name = \"loyal_segment\"
        measure = \"total_orders\"
        buckets = [{ label = \"0-4\", from = 0, below = 5 }, { label = \"5+\", from = 5 }]";
    stack.publish_by(rules, &[("Peru", 1, 1760.0)]);
    for item in stack.table.query("peru", &format!("{}#", run_id(&first))) {
        stack.table.delete("peru", item["item"]["S"].as_str().expect("a key"));
    }
    let answer = listener.ask(&peru(1));
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.json()["errors"][0]["code"], "unknown_segment", "{answer:?}");
}

#[test]
fn a_pointer_that_went_away_is_a_country_without_publication() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let listener = stack.api().always_fresh().listen();
    assert_eq!(listener.ask(&peru(1)).status, 200);
    stack.table.delete("peru", "current");
    let answer = listener.ask(&peru(1));
    assert_eq!(answer.status, 404, "{answer:?}");
    assert_eq!(answer.json()["type"], "urn:voucher-api:problem:country-not-published");
}
