//! While a pointer is renewed, all are served what is known, and are told its age: the request that
//! found it due, too, if that takes long.

use serde_json::json;
use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::http::Answer;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

/// Longer than any test takes.
const HELD: &str = "20000";
const RENEWED_WITHIN: Duration = Duration::from_secs(30);

fn peru() -> Question {
    Question::post("/voucher", &by_orders("Peru", 1))
}

fn stale_seconds(answer: &Answer) -> Option<&str> {
    answer.headers.get("x-stale-seconds").map(|seconds| seconds.to_str().expect("a number"))
}

/// A listener that knows Peru, whose pointer is due.
fn due(stack: &Stack, proxy: &stack::proxy::Proxy) -> Listener {
    let api = stack.api_through(proxy).with("POINTER_REFRESH_SECONDS", Some("1"));
    let api = api.with("DEADLINE_MS", Some(HELD)).with("DYNAMODB_ATTEMPT_TIMEOUT_MS", Some(HELD));
    let listener = api.listen();
    assert_eq!(listener.ask(&peru()).status, 200);
    sleep(Duration::from_millis(1_500));
    listener
}

/// Lets the first two reads of a country pass, and all of its pointer after that wait.
fn held_after_the_first(stack: &Stack) -> (stack::proxy::Proxy, stack::proxy::Gate) {
    use stack::proxy::{Action, Gate};
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (gate, pointers) = (Gate::closed(), AtomicUsize::new(0));
    let held = gate.clone();
    let proxy = stack.proxy(move |request| {
        let is_pointer = request.is("GetItem") && request.json()["Key"]["item"]["S"] == "current";
        if is_pointer && pointers.fetch_add(1, Ordering::Relaxed) > 0 {
            Action::Hold(held.clone())
        } else {
            Action::Pass
        }
    });
    (proxy, gate)
}

#[test]
fn for_the_pointer() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (proxy, gate) = held_after_the_first(&stack);
    let listener = due(&stack, &proxy);
    scope(|scope| {
        let renews = scope.spawn(|| listener.ask(&peru()));
        gate.wait_until_reached();
        for _ in 0..20 {
            let served = listener.ask(&peru());
            assert_eq!((served.status.as_u16(), &served.json()["voucher_amount"]), (200, &json!(2640)));
            assert!(stale_seconds(&served).is_some_and(|age| age != "0"), "{:?}", served.headers);
        }
        let renewed = renews.join().expect("it is answered");
        assert_eq!(renewed.status, 200);
        assert!(stale_seconds(&renewed).is_some_and(|age| age != "0"), "{:?}", renewed.headers);
        gate.open();
    });
    let deadline = Instant::now() + RENEWED_WITHIN;
    while stale_seconds(&listener.ask(&peru())).is_some() {
        assert!(Instant::now() < deadline, "it is never renewed");
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn but_a_batch_has_one_run_of_each_country() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (proxy, gate) = held_after_the_first(&stack);
    let listener = due(&stack, &proxy);
    stack.publish(&[("Peru", 1, 1.0)]);
    let batch: Vec<_> = (0..100).map(|_| by_orders("Peru", 1)).collect();
    scope(|scope| {
        let asked = scope.spawn(|| listener.ask(&Question::post("/vouchers", &batch.into())));
        gate.wait_until_reached();
        gate.open();
        let answers = asked.join().expect("it is answered").json();
        // Whichever it is: that depends on how long the renewal takes.
        for answer in answers.as_array().expect("a list") {
            assert_eq!(answer["run_id"], answers[0]["run_id"], "{answer}");
            assert_eq!(answer["status"], 200, "{answer}");
        }
    });
}
