//! Whatever goes wrong is a problem document: its type, its status, its place.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Listener, PROBLEM_TYPE, Question, problem_of};
use stack::customer::{by_orders, with, without};
use stack::http::{Answer, Method};
use std::collections::BTreeSet;

fn published() -> (Stack, Listener) {
    Stack::serving(&[("Peru", 1, 2640.0)])
}

/// Checks that an answer is a problem of this type and status.
#[track_caller]
fn check(answer: &Answer, kind: &str, status: u16) -> Value {
    let named = problem_of(answer).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((named.as_str(), answer.status.as_u16()), (kind, status), "{answer:?}");
    answer.json()
}

/// Returns the places that a problem names, each of which has a code and a message.
fn places(problem: &Value) -> BTreeSet<&str> {
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors: {problem}"));
    for error in errors {
        assert!(["pointer", "code", "message"].iter().all(|name| error[name].is_string()), "{problem}");
    }
    let places: BTreeSet<_> = errors.iter().filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!(places.len(), errors.len(), "one fault a field: {problem}");
    places
}

const FIELDS: [&str; 6] =
    ["customer_id", "country_code", "last_order_ts", "first_order_ts", "total_orders", "segment_name"];

#[test]
fn all_faults_of_a_request_at_once() {
    let (_stack, listener) = published();
    let pointers = FIELDS.map(|field| format!("/{field}"));
    let all: BTreeSet<_> = pointers.iter().map(String::as_str).collect();
    for wrong in [
        json!({}),
        json!({ "customer_id": {}, "country_code": 7, "last_order_ts": [], "first_order_ts": true,
                "total_orders": {}, "segment_name": false }),
    ] {
        let answer = listener.ask(&Question::post("/voucher", &wrong));
        assert_eq!(places(&check(&answer, "invalid-request", 400)), all);
    }
    let negative = with(by_orders("Peru", 1), "total_orders", -5);
    let problem = check(&listener.ask(&Question::post("/voucher", &negative)), "invalid-request", 400);
    assert_eq!(problem["errors"][0]["pointer"], "/total_orders");
    assert_eq!(problem["errors"][0]["code"], "negative");
}

#[test]
fn each_fault_by_itself() {
    let (_stack, listener) = published();
    for field in FIELDS {
        let request = without(by_orders("Peru", 1), field);
        let problem = check(&listener.ask(&Question::post("/voucher", &request)), "invalid-request", 400);
        assert_eq!(places(&problem), [format!("/{field}").as_str()].into());
    }
    for (field, value) in [
        ("country_code", json!("#countries")),
        ("country_code", json!(" ")),
        ("country_code", json!("NULL")),
        ("country_code", json!("Pe\u{7}ru")),
        ("country_code", json!("a".repeat(129))),
        ("last_order_ts", json!("2018-02-29")),
        ("last_order_ts", json!("20/07/2018")),
        ("last_order_ts", json!(1_532_199_561)),
        ("first_order_ts", json!("yesterday")),
        ("first_order_ts", json!(format!("2018-01-01{}", " ".repeat(120)))),
        ("total_orders", json!(2.5)),
        ("total_orders", json!("many")),
        ("total_orders", json!(1_000_000_001_u64)),
        ("total_orders", json!(1e300)),
        ("segment_name", json!("no_segment")),
        ("segment_name", json!("s".repeat(65))),
        ("last_order_ts", json!("2018-07-22")),
        ("first_order_ts", json!("2018-06-07")),
        ("last_order_ts", json!("NaN")),
        ("as_of", json!("tomorrow")),
        ("as_of", json!("-")),
        ("as_of", json!(7)),
    ] {
        let request = with(by_orders("Peru", 1), field, value.clone());
        let answer = listener.ask(&Question::post("/voucher", &request));
        let problem = check(&answer, "invalid-request", 400);
        assert_eq!(places(&problem), [format!("/{field}").as_str()].into(), "{field} {value}");
    }
}

#[test]
fn of_a_batch_by_its_place() {
    let (_stack, listener) = published();
    let good = by_orders("Peru", 1);
    let wrong = with(by_orders("Peru", 1), "total_orders", -5);
    let batch = json!([good, wrong, by_orders("Atlantis", 1), 7, good]);
    let answer = listener.ask(&Question::post("/vouchers", &batch));
    assert_eq!(answer.status, 200);
    let answers = answer.json();
    let kinds: Vec<_> = answers.as_array().expect("a list").iter().map(|one| &one["type"]).collect();
    let kind = |name: &str| json!(format!("{PROBLEM_TYPE}{name}"));
    assert_eq!(
        kinds,
        [
            &Value::Null,
            &kind("invalid-request"),
            &kind("country-not-published"),
            &kind("invalid-request"),
            &Value::Null
        ]
    );
    for (place, status) in [(1, 400), (2, 404), (3, 400)] {
        assert_eq!(answers[place]["status"], status, "{answers:#}");
    }
    // An answer is what it would be alone, and has a status too.
    let mut alone = listener.ask(&Question::post("/voucher", &good)).json();
    assert_eq!((&alone["voucher_amount"], &alone["status"]), (&json!(2640), &Value::Null), "{alone:#}");
    alone["status"] = json!(200);
    for place in [0, 4] {
        assert_eq!(answers[place], alone, "{answers:#}");
    }
    for body in [json!({}), json!("text"), Value::Array(vec![good; 101])] {
        check(&listener.ask(&Question::post("/vouchers", &body)), "invalid-request", 400);
    }
}

#[test]
fn what_is_no_request_at_all() {
    let (_stack, listener) = published();
    let good = by_orders("Peru", 1);
    let post = |body: &[u8]| Question::new(Method::POST, "/voucher").json(body.to_vec());
    for body in [&b"{"[..], b"", b"nonsense", b"{} {}", b"{\"a\":1,}", b"\xff\xfe", b"{\"a\":\"\xff\"}"] {
        check(&listener.ask(&post(body)), "malformed-json", 400);
    }
    check(
        &listener.ask(&Question::post("/voucher", &by_orders("Atlantis", 1))),
        "country-not-published",
        404,
    );
    check(&listener.ask(&Question::get("/segments/Atlantis")), "country-not-published", 404);
    check(&listener.ask(&Question::get("/nowhere")), "not-found", 404);
    for (question, allowed) in [
        (Question::get("/voucher"), "POST"),
        (Question::get("/v1/vouchers"), "POST"),
        (Question::post("/healthz", &good), "GET"),
        (Question::post("/v1/segments/Peru", &good), "GET"),
        (Question::new(Method::DELETE, "/countries"), "GET"),
    ] {
        let answer = listener.ask(&question);
        check(&answer, "method-not-allowed", 405);
        let allow = answer.headers["allow"].to_str().expect("text");
        assert!(allow.split(',').any(|method| method.trim() == allowed), "{}: {allow}", question.path);
    }
    check(&listener.ask(&post(&vec![b' '; (16 << 10) + 1])), "body-too-large", 413);
    let plain = Question::post("/voucher", &good).header("content-type", "text/plain");
    check(&listener.ask(&plain), "unsupported-media-type", 415);
}

#[test]
fn depth_is_bounded() {
    let (_stack, listener) = published();
    let nested = |depth: usize| {
        // The request itself is the outermost level.
        let value: Value =
            serde_json::from_str(&format!("{}{}", "[".repeat(depth - 1), "]".repeat(depth - 1)))
                .expect("it is JSON");
        Question::post("/voucher", &with(by_orders("Peru", 1), "unheard_of", value))
    };
    assert_eq!(listener.ask(&nested(16)).status, 200);
    let problem = check(&listener.ask(&nested(17)), "invalid-request", 400);
    assert_eq!(problem["errors"][0]["code"], "too_deep");
    for brackets in ["[", "{\"a\":"] {
        let deep = Question::new(Method::POST, "/voucher").json(brackets.repeat(3_000));
        check(&listener.ask(&deep), "invalid-request", 400);
    }
}
