//! The process: its ready line, its end by a signal, and a wrong setting, which is one clear line.

use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::by_orders;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// A client that does nothing may be waited for, but not for long.
const STOPS_WITHIN: Duration = Duration::from_secs(30);

#[test]
fn by_a_signal() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    for signal in ["TERM", "INT"] {
        let listener = stack.api().listen();
        assert!(!listener.address().ends_with(":0"), "{}", listener.address());
        assert_eq!(listener.ask(&Question::post("/voucher", &by_orders("Peru", 1))).status, 200);
        let outcome = listener.stop(signal).exits(0);
        assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
        assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
    }
}

/// Checks that a listener stops although a client has sent so much and no more.
fn check_stops(sent: &str) {
    let stack = Stack::new();
    let listener = stack.api().listen();
    let mut client =
        TcpStream::connect(listener.address().trim_start_matches("http://")).expect("it listens");
    client.write_all(sent.as_bytes()).expect("it reads");
    // The listener has seen the client once it has answered somebody who came later.
    assert_eq!(listener.ask(&Question::get("/healthz")).status, 200);
    let started = Instant::now();
    listener.stop("TERM").exits(0);
    assert!(started.elapsed() < STOPS_WITHIN, "{:?}", started.elapsed());
}

#[test]
fn although_a_client_asks_nothing() {
    check_stops("");
}

#[test]
fn although_a_client_stays() {
    check_stops("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
}

#[test]
fn although_half_a_head_is_missing() {
    check_stops("POST /voucher HTTP/1.1\r\nhost");
}

#[test]
fn although_half_a_body_is_missing() {
    let head = "HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    check_stops(&format!("POST /voucher {head}"));
}

#[test]
fn and_answers_first_whoever_waits() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (proxy, gate) = stack.holding(|request| request.is("GetItem"));
    let api = stack.api_through(&proxy).with("DEADLINE_MS", Some("20000"));
    let listener = api.with("DYNAMODB_ATTEMPT_TIMEOUT_MS", Some("15000")).listen();
    thread::scope(|scope| {
        let asked = scope.spawn(|| listener.ask(&Question::post("/voucher", &by_orders("Peru", 1))));
        gate.wait_until_reached();
        listener.signal("TERM");
        gate.open();
        let answer = asked.join().expect("it is answered");
        assert_eq!((answer.status.as_u16(), &answer.json()["voucher_amount"]), (200, &2640.into()));
    });
    listener.end().exits(0);
}

#[test]
fn not_on_a_port_that_is_taken() {
    let stack = Stack::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address").to_string();
    let outcome = stack.api().start(&["--listen", &address]).wait();
    assert_ne!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains(&address), "{outcome:?}");
    assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
}

#[test]
fn not_with_a_wrong_setting() {
    let stack = Stack::new();
    for (name, values) in [
        ("POINTER_REFRESH_SECONDS", &["-1", "soon", "1.5"][..]),
        ("STALE_LIMIT_SECONDS", &["86400", "-1", "for ever", "99999999999999999999"]),
        ("DEADLINE_MS", &["0", "-1", "1s"]),
        ("DYNAMODB_ATTEMPTS", &["0", "-1", "many"]),
        ("DYNAMODB_ATTEMPT_TIMEOUT_MS", &["0", "-1", "long"]),
        ("DYNAMODB_CONNECT_TIMEOUT_MS", &["0", "-1", "long"]),
    ] {
        for value in values {
            let api = stack.api().with(name, Some(value));
            let outcome = api.start(&["--listen", "127.0.0.1:0"]).wait();
            assert_eq!(outcome.code, Some(2), "{name}={value}: {outcome:?}");
            assert!(outcome.stderr.contains(name), "{name}={value}: {outcome:?}");
            assert_eq!(outcome.stderr.lines().count(), 1, "{name}={value}: {outcome:?}");
            assert!(outcome.stdout.is_empty(), "{name}={value}: {outcome:?}");
        }
    }
}

#[test]
fn with_defaults_where_nothing_is_set() {
    let stack = Stack::new();
    let listener = stack.api().with("TABLE_NAME", None).impatient().listen();
    // The default table is not there.
    assert_eq!(listener.ask(&Question::get("/readyz")).status, 503);
    assert_eq!(listener.ask(&Question::get("/healthz")).status, 200);
}
