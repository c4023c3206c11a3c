//! The proof of concept was invoked with a bare event. It still can be, and by the function's
//! owner only: no path of the HTTP API leads there.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, INVOCATIONS, PROBLEM_TYPE, Question};
use stack::customer::{by_orders, with, without};
use stack::http::Method;

/// As the proof of concept was called: no `as_of`, and its own name for the segment.
fn event() -> Value {
    json!({
        "customer_id": 123,
        "country_code": "Peru",
        "last_order_ts": "2018-05-03 00:00:00",
        "first_order_ts": "2017-05-03 00:00:00",
        "total_orders": 15,
        "segment_name": "frequency_segment",
    })
}

fn published() -> Stack {
    let stack = Stack::new();
    stack.publish(&[("Peru", 15, 2640.0), ("Peru", 1, 12.5)]);
    stack
}

#[test]
fn through_every_door() {
    let stack = published();
    for door in stack.api().doors() {
        let check = |event: &Value, expected: Value| {
            let answer = door.invoke(event);
            assert_eq!(answer, expected, "{}: {event}", door.name());
            answer["body"]["voucher amount"].to_string()
        };
        let amount = |amount: f64| json!({ "statusCode": 200, "body": { "voucher amount": amount } });
        let none = json!({ "statusCode": 200, "body": { "voucher amount": "Not available" } });
        // A float, as Python's `json` printed it.
        assert_eq!(check(&event(), amount(2640.0)), "2640.0", "{}", door.name());
        check(&with(event(), "segment_name", "frequent_segment"), amount(2640.0));
        check(&with(event(), "total_orders", 1), amount(12.5));
        check(&with(event(), "total_orders", 15.0), amount(2640.0));
        check(&with(event(), "total_orders", 7), none.clone());
        check(&with(event(), "total_orders", 38), none.clone());
        check(&with(event(), "segment_name", "recency_segment"), none);
    }
}

#[test]
fn and_says_what_is_wrong() {
    let stack = published();
    for door in stack.api().doors() {
        for (event, kind, status) in [
            (with(event(), "total_orders", -1), "invalid-request", 400),
            (without(event(), "segment_name"), "invalid-request", 400),
            (json!({}), "invalid-request", 400),
            (json!([]), "invalid-request", 400),
            (json!("nonsense"), "invalid-request", 400),
            (json!(null), "invalid-request", 400),
            (with(event(), "country_code", "Atlantis"), "country-not-published", 404),
        ] {
            let answer = door.invoke(&event);
            assert_eq!(answer["statusCode"], status, "{}: {event}: {answer}", door.name());
            let problem = &answer["body"];
            assert_eq!(problem["type"], format!("{PROBLEM_TYPE}{kind}"), "{}: {answer}", door.name());
            assert_eq!(problem["status"], status, "{}: {answer}", door.name());
            assert!(problem["request_id"].is_string(), "{}: {answer}", door.name());
        }
    }
}

#[test]
fn and_says_that_the_table_is_away() {
    let stack = published();
    let api = stack.api().impatient().with("AWS_ENDPOINT_URL", Some("http://127.0.0.1:1"));
    for door in api.doors() {
        let answer = door.invoke(&event());
        assert_eq!(answer["statusCode"], 503, "{}: {answer}", door.name());
        assert_eq!(answer["body"]["type"], "urn:voucher-api:problem:unavailable", "{}", door.name());
    }
}

#[test]
fn but_not_from_outside() {
    let stack = published();
    let listener = stack.api().listen();
    let function = stack.api().deploy();
    let emulator = stack.api().emulate();
    let doors: [&dyn Door; 2] = [&function, &emulator];
    for door in doors {
        for path in ["/events", "/v1/events", INVOCATIONS, &format!("/v1{INVOCATIONS}")] {
            for method in [Method::POST, Method::GET] {
                let question = Question::new(method, path).json(event().to_string());
                let answer = door.ask(&question);
                assert_eq!(answer.status, 404, "{}: {} {path}: {answer:?}", door.name(), question.method);
                assert!(!String::from_utf8_lossy(&answer.body).contains("voucher amount"), "{path}");
            }
        }
        // Nor is a request of the HTTP API taken for a bare event, whatever its body.
        let answer =
            door.ask(&Question::post("/voucher", &with(by_orders("Peru", 1), "unheard_of", event())));
        assert_eq!((answer.status.as_u16(), &answer.json()["voucher_amount"]), (200, &json!(12.5)));
    }
    assert_eq!(listener.ask(&Question::post("/events", &event())).status, 404);
}
