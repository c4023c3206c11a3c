//! The rules may know a country by further names (`[countries]`): whoever asks for one of them, the
//! API or a command, is led to the country.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::etl::run_id;
use stack::history::{Event, rules_with};
use stack::http::Answer;
use stack::proxy::{Action, Proxy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const EVENTS: &[Event] =
    &[("Türkiye", 20, 75.0), ("Turkey", 20, 75.0), ("Turkey", 20, 80.0), ("Peru", 1, 2640.0)];
const NAMES: &str = "[countries]\n\"turkey\" = \"Türkiye\"\n\n[cleaning]";

/// Publishes by rules that know Turkey as a name of Türkiye.
fn publish(stack: &Stack) -> Value {
    stack.publish_by(&rules_with("[cleaning]", NAMES), EVENTS)
}

fn asked(country: &str) -> Question {
    Question::post("/voucher", &by_orders(country, 20))
}

/// Makes `name` lead to `key`.
fn lead(stack: &Stack, name: &str, key: &str) {
    stack.table.set(name, "alias", "country_key", key);
}

#[track_caller]
fn check_answer(answer: &Answer, amount: u64) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    assert_eq!(
        (&body["voucher_amount"], &body["country_code"]),
        (&json!(amount), &json!("Türkiye")),
        "{body}"
    );
}

#[test]
fn by_each_door() {
    let stack = Stack::new();
    publish(&stack);
    assert_eq!(stack.table.item("turkey", "alias")["country_key"]["S"], "turkiye");
    for (key, item) in [("turkiye", "alias"), ("peru", "alias"), ("turkey", "current")] {
        assert!(stack.table.item(key, item).is_null(), "{key} {item}");
    }
    for door in stack.api().doors() {
        for name in ["Turkey", " TURKEY\t", "Türkiye", "turkiye"] {
            check_answer(&door.ask(&asked(name)), 75);
        }
        let table = door.ask(&Question::get("/segments/Turkey")).json();
        assert_eq!(table, door.ask(&Question::get("/segments/T%C3%BCrkiye")).json(), "{}", door.name());
        assert_eq!(door.ask(&asked("Turkei")).status, 404, "{}", door.name());
        let listed = door.ask(&Question::get("/countries")).json();
        let keys: Vec<_> =
            listed["countries"].as_array().into_iter().flatten().map(|one| &one["country_code"]).collect();
        assert_eq!(keys, ["peru", "turkiye"], "{}", door.name());
    }
}

#[test]
fn at_the_cost_of_two_reads_more_until_it_is_due() {
    let stack = Stack::new();
    publish(&stack);
    let proxy = stack.proxy(|_| Action::Pass);
    let listener = stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600")).listen();
    let cost = |question: &Question| {
        let reads = || proxy.seen(|request| request.is("GetItem")).len();
        let before = reads();
        let status = listener.ask(question).status.as_u16();
        (status, reads() - before)
    };
    assert_eq!(cost(&asked("Turkey")), (200, 4), "its pointer, its alias, the country's pointer, the item");
    assert_eq!(cost(&asked("Turkey")), (200, 0));
    assert_eq!(cost(&asked("Türkiye")), (200, 0));
    assert_eq!(cost(&asked("Atlantis")), (404, 2));
    let batch = Question::post("/vouchers", &vec![by_orders("Turkey", 20); 100].into());
    assert_eq!(cost(&batch), (200, 0));
    let cold = stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600")).listen();
    let before = proxy.seen(|request| request.is("GetItem")).len();
    assert_eq!(cold.ask(&batch).status, 200);
    assert_eq!(
        proxy.seen(|request| request.is("GetItem")).len() - before,
        4,
        "a batch reads once what it needs"
    );
}

#[test]
fn by_each_command() {
    let stack = Stack::new();
    let [first, second] = [publish(&stack), publish(&stack)].map(|run| run_id(&run).to_owned());
    let etl = stack.etl();
    let line = ["reproduce", "--format", "json", "--table", &stack.table.name, "--country", "Turkey"];
    assert_eq!(etl.execute(&line).exits(0).json()["country"], "Türkiye");
    for (name, outcome) in [
        ("lookup", etl.lookup("Turkey")),
        ("runs", etl.runs("TURKEY")),
        ("diff", etl.diff("Turkey", &[])),
        ("report", etl.report("Turkey", &[])),
        ("rollback", etl.rollback("Turkey", &[])),
    ] {
        let told = outcome.exits(0).json();
        assert_eq!(told["country"], "Türkiye", "{name}: {told}");
    }
    assert_eq!(stack.table.pointer_attribute("turkiye", "run_id"), first, "rolled back from {second}");
    let line = ["verify", "--format", "json", "--table", &stack.table.name, "--country", "Turkey"];
    let verified = etl.execute(&line).exits(0).json();
    assert_eq!(verified["countries"][0]["country"], "turkiye", "{verified}");
    assert!(etl.lookup("Turkei").exits(3).stderr.contains("turkei"), "it is named as it was asked for");
}

#[test]
fn unless_something_is_published_under_it() {
    let stack = Stack::new();
    stack.publish(EVENTS);
    let run = publish(&stack);
    assert_eq!(run["kept_countries"], json!(["Turkey"]), "{run}");
    let listener = stack.api().always_fresh().listen();
    let answer = listener.ask(&asked("Turkey")).json();
    assert_eq!((&answer["country_code"], &answer["voucher_amount"]), (&json!("Turkey"), &json!(75)));
    assert_eq!(stack.etl().lookup("Turkey").exits(0).json()["country"], "Turkey");
    assert_eq!(stack.etl().verify().exits(0).json()["is_clean"], true, "an alias is of no run");
    stack.table.delete("turkey", "current");
    check_answer(&listener.ask(&asked("Turkey")), 75);
    // It is listed still, and is no country.
    let listed = listener.ask(&Question::get("/countries")).json();
    assert_eq!(listed["countries"].as_array().map(Vec::len), Some(2), "{listed}");
}

#[test]
fn and_no_further() {
    let stack = Stack::new();
    publish(&stack);
    lead(&stack, "ottoman", "turkey");
    lead(&stack, "loop", "loop");
    lead(&stack, "nowhere", "atlantis");
    let listener = stack.api().always_fresh().listen();
    for name in ["ottoman", "loop", "nowhere"] {
        assert_eq!(listener.ask(&asked(name)).status, 404, "{name}");
        let _ = stack.etl().lookup(name).exits(3);
    }
    // An alias is looked at again like a pointer.
    lead(&stack, "ottoman", "turkiye");
    check_answer(&listener.ask(&asked("ottoman")), 75);
    lead(&stack, "ottoman", "peru");
    assert_eq!(listener.ask(&asked("ottoman")).json()["country_code"], "Peru");
    stack.table.delete("ottoman", "alias");
    assert_eq!(listener.ask(&asked("ottoman")).status, 404);
    lead(&stack, "ottoman", "#countries");
    assert_eq!(listener.ask(&asked("ottoman")).status, 503, "a damaged table is no answer");
}

/// A table that can be taken away, and a listener that looks at it with every request.
fn detachable(stack: &Stack) -> (Proxy, Arc<AtomicBool>, Listener) {
    let (proxy, switch) = stack.switched(false, |_| true, || Action::Drop);
    let listener = stack.api_through(&proxy).impatient().always_fresh().listen();
    (proxy, switch, listener)
}

#[test]
fn while_the_table_is_away() {
    let stack = Stack::new();
    publish(&stack);
    let (_proxy, is_away, listener) = detachable(&stack);
    check_answer(&listener.ask(&asked("Turkey")), 75);
    is_away.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        let answer = listener.ask(&asked("Turkey"));
        check_answer(&answer, 75);
        assert!(answer.headers.contains_key("x-stale-seconds"), "{answer:?}");
    }
    assert_eq!(listener.ask(&asked("Atlantis")).status, 503, "what is not known is not known to be nothing");
}
