//! Many ask for a country that has no vouchers: they share one read, and nobody gets a 503.

use serde_json::Value;
use stack::Stack;
use stack::api::{Api, Door, Listener, Question};
use stack::customer::by_orders;
use stack::proxy::{Action, Gate, Proxy};
use std::sync::atomic::Ordering;
use std::thread::{scope, sleep};
use std::time::Duration;

/// As many connections as a load balancer may hold.
const AT_ONCE: usize = 64;
/// A table as far away as another zone, and a busy one.
const LATENCIES: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(20)];
/// The pointer, and the alias that may stand in its place.
const READS: usize = 2;

fn slow(stack: &Stack, latency: Duration) -> Proxy {
    stack.proxy(move |_| Action::Delay(latency, Box::new(Action::Pass)))
}

fn ask_for(country: &str) -> Question {
    Question::post("/voucher", &by_orders(country, 1))
}

fn reads(proxy: &Proxy) -> usize {
    proxy.seen(|request| request.is("GetItem")).len()
}

/// Asks at once, over as many connections, and returns the statuses.
fn ask_at_once(listener: &Listener, question: &Question) -> Vec<u16> {
    scope(|scope| {
        let ask = || listener.ask(question).status.as_u16();
        let asked: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|asked| asked.join().expect("it is answered")).collect()
    })
}

/// An instance that has read something, so that its connection is open.
fn warm(api: &Api) -> Listener {
    let listener = api.listen();
    assert_eq!(listener.ask(&ask_for("Peru")).status, 200);
    listener
}

#[test]
fn by_many_connections() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    for latency in LATENCIES {
        let proxy = slow(&stack, latency);
        let listener = warm(&stack.api_through(&proxy));
        let before = reads(&proxy);
        assert_eq!(ask_at_once(&listener, &ask_for("Atlantis")), [404; AT_ONCE], "{latency:?}");
        // A second may have passed on a busy machine.
        assert!(reads(&proxy) - before <= 3 * READS, "{latency:?}: {} reads", reads(&proxy) - before);
    }
}

#[test]
fn by_a_batch() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let batch: Vec<_> = (0..100).map(|orders| by_orders("Atlantis", orders % 40)).collect();
    let batch = Question::post("/vouchers", &batch.into());
    for latency in LATENCIES {
        let proxy = slow(&stack, latency);
        let listener = warm(&stack.api_through(&proxy));
        let before = reads(&proxy);
        let answer = listener.ask(&batch);
        assert_eq!(answer.status, 200, "{answer:?}");
        let answers = answer.json();
        let statuses: Vec<_> = answers.as_array().expect("a list").iter().map(|one| &one["status"]).collect();
        assert_eq!(statuses, [&Value::from(404); 100], "{latency:?}");
        assert_eq!(reads(&proxy) - before, READS, "{latency:?}");
    }
}

#[test]
fn until_it_has_vouchers() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let listener = warm(&stack.api());
    assert_eq!(listener.ask(&ask_for("Chile")).status, 404);
    stack.publish(&[("Chile", 1, 50.0)]);
    sleep(Duration::from_secs(1));
    assert_eq!(listener.ask(&ask_for("Chile")).json()["voucher_amount"], 50);
}

#[test]
fn and_a_table_that_hangs_is_not_asked_by_each_in_turn() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (proxy, hangs) = stack.switched(false, |_| true, || Action::Hold(Gate::closed()));
    // Two attempts of 250 ms: there is time for five of them in turn.
    let listener = warm(&stack.api_through(&proxy).impatient().with("DEADLINE_MS", Some("3000")));
    hangs.store(true, Ordering::Relaxed);
    let before = reads(&proxy);
    assert_eq!(ask_at_once(&listener, &ask_for("Atlantis")), [503; AT_ONCE]);
    // By the first, and by one that came while it ended.
    assert!(reads(&proxy) - before <= 4, "{} reads", reads(&proxy) - before);
}
