//! What an instance knows it goes on serving, and says how old that is; not for ever.

use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::http::Answer;
use stack::proxy::{Action, Proxy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A limit of seconds is reached within so many of them, on a busy machine.
const REACHED_WITHIN: Duration = Duration::from_secs(30);

fn peru(orders: u64) -> Question {
    Question::post("/voucher", &by_orders("Peru", orders))
}

fn stale_seconds(answer: &Answer) -> Option<u64> {
    let value = answer.headers.get("x-stale-seconds")?;
    Some(value.to_str().ok().and_then(|text| text.parse().ok()).expect("a number"))
}

/// A table that can be taken away, and a listener that looks at it with every request.
fn detachable(stack: &Stack, limit: &str) -> (Proxy, Arc<AtomicBool>, Listener) {
    let (proxy, switch) = stack.switched(false, |_| true, || Action::Drop);
    let api = stack.api_through(&proxy).impatient().always_fresh().with("STALE_LIMIT_SECONDS", Some(limit));
    let listener = api.listen();
    (proxy, switch, listener)
}

/// Asks until the answer is no longer stale: an instance may wait a moment before it tries again.
fn ask_until_fresh(listener: &Listener, question: &Question) -> Answer {
    let deadline = Instant::now() + REACHED_WITHIN;
    loop {
        let answer = listener.ask(question);
        if answer.status == 200 && stale_seconds(&answer).is_none() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it does not recover: {answer:?}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn and_says_since_when() {
    let stack = Stack::new();
    let report = stack.publish(&[("Peru", 1, 2640.0), ("Peru", 20, 75.0)]);
    let (_proxy, is_away, listener) = detachable(&stack, "3600");
    let fresh = listener.ask(&peru(1));
    assert_eq!((fresh.status.as_u16(), stale_seconds(&fresh)), (200, None), "{fresh:?}");

    is_away.store(true, Ordering::Relaxed);
    let stale = listener.ask(&peru(1));
    assert_eq!(stale.status, 200, "{stale:?}");
    assert_eq!(stale.json(), fresh.json());
    assert_eq!(stale.json()["run_id"], report["run_id"]);
    let first = stale_seconds(&stale).expect("it says so");
    let line = listener.log_of(stale.headers["x-request-id"].to_str().expect("text"));
    assert_eq!(line["stale_seconds"].as_u64(), Some(first), "{line:#}");
    let deadline = Instant::now() + REACHED_WITHIN;
    while stale_seconds(&listener.ask(&peru(1))).expect("it says so") <= first {
        assert!(Instant::now() < deadline, "its age does not grow");
        sleep(Duration::from_millis(100));
    }

    is_away.store(false, Ordering::Relaxed);
    assert_eq!(ask_until_fresh(&listener, &peru(20)).json()["voucher_amount"], 75);
}

#[test]
fn until_the_limit() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (_proxy, is_away, listener) = detachable(&stack, "2");
    let fresh = listener.ask(&peru(1));
    assert_eq!(fresh.status, 200, "{fresh:?}");
    is_away.store(true, Ordering::Relaxed);
    let deadline = Instant::now() + REACHED_WITHIN;
    let refused = loop {
        let answer = listener.ask(&peru(1));
        if answer.status != 200 {
            break answer;
        }
        assert_eq!(answer.json(), fresh.json());
        assert!(stale_seconds(&answer).is_some_and(|seconds| seconds <= 2), "{:?}", answer.headers);
        assert!(Instant::now() < deadline, "it is served for ever");
        sleep(Duration::from_millis(100));
    };
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.headers.contains_key("retry-after"), "{refused:?}");
    is_away.store(false, Ordering::Relaxed);
    assert_eq!(ask_until_fresh(&listener, &peru(1)).json(), fresh.json());
}

#[test]
fn nor_is_a_country_that_was_never_seen() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0), ("Chile", 1, 50.0)]);
    let (_proxy, is_away, listener) = detachable(&stack, "3600");
    assert_eq!(listener.ask(&peru(1)).status, 200);
    is_away.store(true, Ordering::Relaxed);
    let chile = Question::post("/voucher", &by_orders("Chile", 1));
    assert_eq!(listener.ask(&chile).status, 503);
    is_away.store(false, Ordering::Relaxed);
    assert_eq!(ask_until_fresh(&listener, &chile).json()["voucher_amount"], 50);
}
