//! Ctrl-C, or SIGTERM, before the swap: exit code 130 at once, and nobody sees the run.

use stack::Stack;
use stack::proxy::Request;
use std::time::{Duration, Instant};

#[track_caller]
fn check(signal: &str, is_meant: fn(&Request) -> bool) {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 30), "sample.parquet");
    let (proxy, gate) = stack.holding(is_meant);
    let running = stack.etl_through(&proxy).start_run(&["--s3path", &location]);
    gate.wait_until_reached();
    let signalled = Instant::now();
    running.signal(signal);
    let outcome = running.wait().exits(130);
    assert!(signalled.elapsed() < Duration::from_secs(5), "it took {:?}", signalled.elapsed());
    assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
    for country in ["australia", "peru"] {
        assert!(stack.table.pointer(country).is_null(), "{country}");
    }
}

#[test]
fn while_it_lists() {
    check("INT", Request::is_list);
}

#[test]
fn while_it_reads() {
    check("TERM", Request::is_get_object);
}

#[test]
fn before_the_swap() {
    check("INT", Request::is_swap);
}
