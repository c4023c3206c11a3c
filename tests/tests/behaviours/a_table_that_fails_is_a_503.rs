//! DynamoDB that is away, slow or talks nonsense: a 503 that says when to come back, in a bounded
//! time; never a 500, never an amount that is not the published one.

use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::http::{Answer, Method};
use stack::proxy::{Action, Gate, Request};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Over the deadline, which is below a second: a busy machine may be slow, but not this slow.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
const RECOVERS_WITHIN: Duration = Duration::from_secs(30);

/// A name, and what becomes of a request.
type Fault = (&'static str, fn() -> Action);

const FAULTS: [Fault; 11] = [
    ("the connection is closed", || Action::Drop),
    ("500", || Action::dynamodb_error(500, "InternalServerError")),
    ("503 without a word", || Action::Answer(Answer::dynamodb_error(503, "").with_body(""))),
    ("throttled", || Action::dynamodb_error(400, "ThrottlingException")),
    ("too much", || Action::dynamodb_error(400, "ProvisionedThroughputExceededException")),
    ("access denied", || Action::dynamodb_error(400, "AccessDeniedException")),
    ("no table", || Action::dynamodb_error(400, "ResourceNotFoundException")),
    ("late", || Action::Delay(Duration::from_secs(20), Box::new(Action::Pass))),
    ("never", || Action::Hold(Gate::closed())),
    ("broken off", || Action::Truncate(20)),
    ("garbage", || Action::Answer(Answer::dynamodb_error(200, "").with_body("\u{0}<html>no JSON</html>"))),
];

fn published() -> Stack {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0), ("Peru", 20, 75.0)]);
    stack
}

fn peru(orders: u64) -> Question {
    Question::post("/voucher", &by_orders("Peru", orders))
}

/// Checks that the answer is a 503 that says when to come back, and comes in time.
#[track_caller]
fn check_503(name: &str, ask: impl FnOnce() -> Answer) {
    let started = Instant::now();
    let answer = ask();
    let elapsed = started.elapsed();
    assert_eq!(answer.status, 503, "{name}: {answer:?}");
    assert!(elapsed < ANSWERED_WITHIN, "{name}: {elapsed:?}");
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{name}");
    let problem = answer.json();
    assert_eq!(problem["type"], "urn:voucher-api:problem:unavailable", "{name}");
    let seconds = answer.headers["retry-after"].to_str().ok().and_then(|text| text.parse::<u64>().ok());
    assert!(seconds.is_some_and(|seconds| seconds >= 1), "{name}: {answer:?}");
    assert_eq!(problem["retry_after_seconds"].as_u64(), seconds, "{name}");
}

/// Checks that a sound table is answered from, and well.
#[track_caller]
fn check_recovered(name: &str, listener: &Listener) {
    for (orders, amount) in [(1, 2640), (20, 75)] {
        // On a busy machine the table itself may be too slow for one who is so impatient.
        let deadline = Instant::now() + RECOVERS_WITHIN;
        let mut answer = listener.ask(&peru(orders));
        while answer.status != 200 && Instant::now() < deadline {
            sleep(Duration::from_millis(100));
            answer = listener.ask(&peru(orders));
        }
        assert_eq!(answer.status, 200, "{name}: {answer:?}\n{}", listener.said());
        assert_eq!(answer.json()["voucher_amount"], amount, "{name}: {answer:?}");
        assert!(!answer.headers.contains_key("x-stale-seconds"), "{name}");
    }
    assert!(!listener.said().contains("panicked"), "{name}: {}", listener.said());
}

#[test]
fn from_the_first_request_on() {
    let stack = published();
    for (name, fault) in FAULTS {
        let (proxy, switch) = stack.switched(true, |_| true, fault);
        let listener = stack.api_through(&proxy).impatient().listen();
        check_503(name, || listener.ask(&peru(1)));
        for path in ["/segments/Peru", "/countries", "/readyz"] {
            check_503(&format!("{name}: {path}"), || listener.ask(&Question::get(path)));
        }
        assert_eq!(listener.ask(&Question::get("/healthz")).status, 200, "{name}");
        assert_eq!(listener.ask(&Question::new(Method::POST, "/voucher").json("{")).status, 400, "{name}");
        switch.store(false, Ordering::Relaxed);
        check_recovered(name, &listener);
    }
}

#[test]
fn when_only_the_items_cannot_be_read() {
    let stack = published();
    for (name, fault) in FAULTS {
        let (proxy, switch) = stack.switched(true, Request::is_item_read, fault);
        let listener = stack.api_through(&proxy).impatient().listen();
        check_503(name, || listener.ask(&peru(1)));
        // For a customer in no bucket nothing need be read.
        let nobody = listener.ask(&peru(38));
        assert_eq!((nobody.status.as_u16(), &nobody.json()["reason"]), (200, &"no_bucket".into()), "{name}");
        switch.store(false, Ordering::Relaxed);
        check_recovered(name, &listener);
    }
}

#[test]
fn when_an_item_is_damaged() {
    let stack = published();
    for (attribute, value) in [
        ("voucher_amount", r#"{"S":"2640"}"#),
        ("voucher_amount", r#"{"N":"-1"}"#),
        ("voucher_amount", r#"{"N":"1e400"}"#),
        ("support", r#"{"NULL":true}"#),
        ("total", r#"{"N":"many"}"#),
    ] {
        let damage = move |answer: Answer| {
            let mut json = answer.json();
            json["Item"][attribute] = serde_json::from_str(value).expect("it is JSON");
            answer.with_body(json.to_string())
        };
        let proxy = stack.failing(Request::is_item_read, move || Action::edit(damage));
        let listener = stack.api_through(&proxy).impatient().listen();
        check_503(&format!("{attribute} {value}"), || listener.ask(&peru(1)));
        assert!(!listener.said().contains("panicked"), "{}", listener.said());
    }
}

#[test]
fn where_nobody_listens() {
    let stack = published();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let endpoint = format!("http://{}", closed.local_addr().expect("it has an address"));
    drop(closed);
    let api = stack.api().impatient().with("AWS_ENDPOINT_URL", Some(&endpoint));
    for door in api.doors() {
        check_503(door.name(), || door.ask(&peru(1)));
        check_503(door.name(), || door.ask(&Question::get("/readyz")));
    }
}

#[test]
fn for_every_customer_of_a_batch() {
    let stack = published();
    let (proxy, switch) = stack.switched(true, |_| true, || Action::Hold(Gate::closed()));
    let listener = stack.api_through(&proxy).impatient().listen();
    let batch: Vec<_> = (0..100).map(|orders| by_orders("Peru", orders % 40)).collect();
    let batch = Question::post("/vouchers", &batch.into());
    let started = Instant::now();
    let answer = listener.ask(&batch);
    assert!(started.elapsed() < ANSWERED_WITHIN, "one deadline for all of them: {:?}", started.elapsed());
    let answers = answer.json();
    let statuses: Vec<_> = match answer.status.as_u16() {
        200 => answers.as_array().expect("a list").iter().map(|one| &one["status"]).collect(),
        _ => vec![&answers["status"]],
    };
    assert!(statuses.iter().all(|status| **status == 503), "{answer:?}");
    switch.store(false, Ordering::Relaxed);
    let answers = listener.ask(&batch).json();
    assert_eq!(answers[1]["voucher_amount"], 2640, "{answers:#}");
}

#[test]
fn but_one_that_fails_once_is_asked_again() {
    let stack = published();
    for (name, fault) in [FAULTS[0], FAULTS[1], FAULTS[3], FAULTS[9]] {
        let failed = AtomicBool::new(false);
        let is_first =
            move |request: &Request| request.is("GetItem") && !failed.swap(true, Ordering::Relaxed);
        let proxy = stack.failing(is_first, fault);
        let listener = stack.api_through(&proxy).listen();
        let answer = listener.ask(&peru(1));
        assert_eq!((answer.status.as_u16(), &answer.json()["voucher_amount"]), (200, &2640.into()), "{name}");
    }
}
