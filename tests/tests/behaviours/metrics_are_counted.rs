//! `GET /metrics` of the listener: what happened, in the format that Prometheus reads.

use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use stack::proxy::{Action, Proxy};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Returns the value of each series.
fn metrics(listener: &Listener) -> HashMap<String, f64> {
    let answer = listener.ask(&Question::get("/metrics"));
    assert_eq!(answer.status, 200, "{answer:?}");
    let kind = answer.headers["content-type"].to_str().expect("text");
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = String::from_utf8(answer.body.to_vec()).expect("text");
    let series = text.lines().filter(|line| !line.starts_with('#'));
    let pair = |line: &str| {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        (name.to_owned(), value.parse().expect("a number"))
    };
    series.map(pair).collect()
}

fn peru() -> Question {
    Question::post("/voucher", &by_orders("Peru", 1))
}

fn detachable(stack: &Stack) -> (Proxy, Arc<AtomicBool>, Listener) {
    let (proxy, is_away) = stack.switched(false, |_| true, || Action::Drop);
    let listener = stack.api_through(&proxy).impatient().always_fresh().listen();
    (proxy, is_away, listener)
}

#[test]
fn by_route_and_status_and_where_answers_came_from() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (_proxy, is_away, listener) = detachable(&stack);
    listener.ask(&peru());
    listener.ask(&peru());
    listener.ask(&Question::post("/v1/voucher", &by_orders("Atlantis", 1)));
    listener.ask(&Question::get("/nowhere"));
    let counted = metrics(&listener);
    for (series, expected) in [
        ("voucher_api_requests_total{route=\"/voucher\",status=\"200\"}", 2.0),
        ("voucher_api_requests_total{route=\"/v1/voucher\",status=\"404\"}", 1.0),
        ("voucher_api_requests_total{route=\"none\",status=\"404\"}", 1.0),
        ("voucher_api_request_duration_seconds_count{route=\"/voucher\"}", 2.0),
        ("voucher_api_request_duration_seconds_bucket{le=\"+Inf\",route=\"/voucher\"}", 2.0),
        ("voucher_api_cache_total{outcome=\"miss\"}", 2.0),
        ("voucher_api_stale_seconds", 0.0),
        ("voucher_api_log_lines_dropped_total", 0.0),
    ] {
        assert_eq!(counted.get(series), Some(&expected), "{series} in {counted:#?}");
    }
    assert!(counted["voucher_api_connections"] >= 1.0, "{counted:#?}");
    // Pointer and item, all items, the pointer again; pointer and alias of the other.
    assert!(counted["voucher_api_table_read_duration_seconds_count"] >= 5.0, "{counted:#?}");
    is_away.store(true, Ordering::Relaxed);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(listener.ask(&peru()).status, 200);
    assert!(metrics(&listener)["voucher_api_stale_seconds"] >= 1.0);
}

#[test]
fn not_in_lambda() {
    let stack = Stack::new();
    assert_eq!(stack.api().emulate().ask(&Question::get("/metrics")).status, 404);
}
