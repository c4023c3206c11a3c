//! One set of requests goes through the plain listener, through API Gateway and through AWS's
//! emulator: statuses, bodies and the headers that clients act on are equal.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::Question;
use stack::customer::{by_days, by_orders, with, without};
use stack::http::{Answer, Method};

const BODY_MAX: usize = 16 << 10;
const BATCH_BODY_MAX: usize = 512 << 10;

/// What must be equal: all but what differs from one request, or one second, to the next.
fn comparable(answer: &Answer) -> Value {
    let mut body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    forget(&mut body);
    let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
    json!({
        "status": answer.status.as_u16(),
        "content-type": header("content-type").map(|kind| kind.split(';').next()),
        "allow": header("allow"),
        "retry-after": header("retry-after"),
        "cache-control": header("cache-control"),
        "body": body,
    })
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !["request_id", "age_seconds"].contains(&name.as_str()));
            members.values_mut().for_each(forget);
        }
        Value::Array(elements) => elements.iter_mut().for_each(forget),
        _ => {}
    }
}

/// Checks that all doors answer alike, and with these statuses.
fn check(stack: &Stack, questions: &[(Question, u16)]) {
    let doors = stack.api().doors();
    for (question, status) in questions {
        let answers = doors.each_ref().map(|door| door.ask(question));
        let [first, ..] = &answers;
        let of =
            format!("{} {} {:.200}", question.method, question.path, String::from_utf8_lossy(&question.body));
        assert_eq!(first.status, *status, "{of}: {first:?}");
        for (door, answer) in doors.iter().zip(&answers) {
            assert_eq!(comparable(answer), comparable(first), "{}: {of}", door.name());
            let id = answer.headers.get("x-request-id").unwrap_or_else(|| panic!("{}: {of}", door.name()));
            assert!(!id.is_empty(), "{}: {of}", door.name());
        }
    }
}

/// Peru: 2640 for few orders, nothing for 5 to 13; and a country with a blank and one with an
/// umlaut in its name.
fn published() -> Stack {
    let stack = Stack::new();
    stack.publish(&[
        ("Peru", 1, 2640.0),
        ("Peru", 2, 2640.0),
        ("Peru", 3, 12.5),
        ("Costa Rica", 20, 1000.0),
        ("Türkiye", 20, 75.0),
    ]);
    stack
}

/// A body of exactly so many bytes around a request.
fn padded(request: &Value, bytes: usize) -> String {
    let text = request.to_string();
    format!("{text}{}", " ".repeat(bytes - text.len()))
}

#[test]
fn to_customers() {
    let post = |request: &Value| Question::post("/voucher", request);
    let peru = by_orders("Peru", 3);
    let questions = [
        post(&peru),
        Question::post("/v1/voucher", &peru),
        post(&by_orders("Peru", 7)),
        post(&by_orders("Peru", 38)),
        post(&by_orders(" pERU\t", 3)),
        post(&by_orders("Costa Rica", 20)),
        post(&by_orders("türkiye", 20)),
        post(&by_days("Peru", 45)),
        post(&by_days("Peru", 29)),
        post(&with(by_days("Peru", 45), "as_of", "2018-07-21T23:30:00-01:00")),
        post(&without(by_days("Peru", 45), "as_of")),
        post(&with(peru.clone(), "segment_name", "frequency_segment")),
        post(&with(peru.clone(), "unheard_of", json!({ "a": [1] }))),
        Question::new(Method::POST, "/voucher").json(padded(&peru, BODY_MAX)),
        post(&peru).header("content-type", "application/json; charset=utf-8"),
        Question::post("/voucher?explain=true", &peru),
        Question::post("/v1/voucher?explain=true", &by_orders("Peru", 7)),
        Question::post("/voucher?explain=false", &peru),
        Question::post("/vouchers", &json!([])),
        Question::post("/vouchers", &json!([peru, {}, by_orders("Atlantis", 3), by_orders("Peru", 38)])),
        Question::post("/v1/vouchers?explain=true", &json!([peru, by_days("Peru", 45)])),
        Question::post("/vouchers", &Value::Array(vec![peru.clone(); 100])),
    ];
    check(&published(), &questions.map(|question| (question, 200)));
}

#[test]
fn to_requests_that_are_wrong() {
    let peru = by_orders("Peru", 3);
    let raw = |body: &str| Question::new(Method::POST, "/voucher").json(body.to_owned());
    let all_wrong = json!({
        "customer_id": [], "country_code": "#countries", "last_order_ts": "yesterday",
        "first_order_ts": 7.5, "total_orders": -5, "segment_name": "no_segment",
    });
    check(
        &published(),
        &[
            (Question::post("/voucher", &all_wrong), 400),
            (Question::post("/voucher", &json!({})), 400),
            (Question::post("/voucher", &json!([])), 400),
            (Question::post("/voucher", &with(peru.clone(), "as_of", "tomorrow")), 400),
            (Question::post("/voucher", &with(by_days("Peru", 45), "as_of", "2018-06-01")), 400),
            (
                Question::post(
                    "/voucher",
                    &with(without(peru.clone(), "as_of"), "last_order_ts", "2999-01-01"),
                ),
                400,
            ),
            (raw("{\"customer_id\":"), 400),
            (raw(""), 400),
            (raw(&"[".repeat(17)), 400),
            (raw(&format!("{}{}", "[".repeat(17), "]".repeat(17))), 400),
            (Question::post("/vouchers", &json!({})), 400),
            (Question::post("/vouchers", &Value::Array(vec![peru.clone(); 101])), 400),
            (Question::get("/countries?limit=0"), 400),
            (Question::get("/countries?limit=101"), 400),
            (Question::get("/countries?limit=many"), 400),
            (Question::post("/voucher", &by_orders("Atlantis", 3)), 404),
            (Question::get("/segments/Atlantis"), 404),
            (Question::get("/nowhere"), 404),
            (Question::get("/v2/voucher"), 404),
            (Question::post("/events", &peru), 404),
            (Question::get("/voucher"), 405),
            (Question::get("/v1/vouchers"), 405),
            (Question::new(Method::DELETE, "/segments/Peru"), 405),
            (Question::post("/healthz", &json!({})), 405),
            (Question::new(Method::PUT, "/voucher").json(peru.to_string()), 405),
            (Question::new(Method::POST, "/voucher").json(padded(&peru, BODY_MAX + 1)), 413),
            (Question::new(Method::POST, "/vouchers").json(padded(&json!([]), BATCH_BODY_MAX + 1)), 413),
            (Question::new(Method::POST, "/vouchers").json(padded(&json!([]), BATCH_BODY_MAX)), 200),
            (Question::post("/voucher", &peru).header("content-type", "text/plain"), 415),
            (Question::post("/voucher", &peru).header("content-type", "application/xml"), 415),
            (Question::post("/vouchers", &json!([])).header("content-type", "text/csv"), 415),
            (Question::new(Method::POST, "/voucher").body(peru.to_string()), 415),
        ],
    );
}

#[test]
fn to_those_who_read() {
    let questions = [
        "/healthz",
        "/v1/healthz",
        "/readyz",
        "/openapi.json",
        "/segments/peru",
        "/v1/segments/PERU",
        "/segments/Costa%20Rica",
        "/segments/T%C3%BCrkiye",
        "/countries",
        "/v1/countries?limit=1",
        "/countries?limit=1&after=costa%20rica",
        "/countries?limit=100&after=t%C3%BCrkiye",
    ];
    check(&published(), &questions.map(|path| (Question::get(path), 200)));
}

#[test]
fn when_there_is_no_table() {
    let stack = Stack::new();
    let peru = by_orders("Peru", 3);
    let api = stack.api().impatient().with("TABLE_NAME", Some("no-such-table"));
    for door in api.doors() {
        for question in
            [Question::post("/voucher", &peru), Question::get("/segments/Peru"), Question::get("/readyz")]
        {
            let answer = door.ask(&question);
            assert_eq!(answer.status, 503, "{}: {}: {answer:?}", door.name(), question.path);
            assert!(answer.headers.contains_key("retry-after"), "{}: {answer:?}", door.name());
        }
        assert_eq!(door.ask(&Question::get("/healthz")).status, 200, "{}", door.name());
    }
}
