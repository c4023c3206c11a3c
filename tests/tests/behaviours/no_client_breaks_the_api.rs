//! Odd paths, queries, headers and connections: each is answered, none with a 5xx, and the API goes
//! on answering.

use stack::Stack;
use stack::api::{Door, INVOCATIONS, Listener, Question, problem_of};
use stack::customer::by_orders;
use stack::http::Answer;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn published() -> (Stack, Listener) {
    Stack::serving(&[("Peru", 1, 2640.0)])
}

/// Checks that an answer is a sound one: 200, or the client's problem.
#[track_caller]
fn check(answer: &Answer, of: &str) {
    let is_problem = answer.status.is_client_error() && problem_of(answer).is_ok();
    assert!(answer.status == 200 || is_problem, "{of:.300}: {answer:?} {:?}", answer.headers);
}

#[test]
fn no_odd_path_query_or_header() {
    let (_stack, listener) = published();
    for path in [
        "/segments/",
        "/segments/%00",
        "/segments/%ff",
        "/segments/%23countries",
        "/segments/a%2Fb",
        "/segments/..%2f",
        "/segments/Peru/more",
        "/segments//",
        "//voucher",
        "/voucher/",
        "/voucher//",
        "/v1",
        "/v1/",
        "/v1/v1/healthz",
        "/countries?limit=-1",
        "/countries?limit=1e3",
        "/countries?limit=",
        "/countries?limit=1&limit=2",
        "/countries?after=%00",
        "/countries?after=%ff",
        "/countries?after=%23",
        "/countries?&&&=",
        "/%",
        "/healthz?%ff",
        "/segments/%F0%9F%92%B8",
    ] {
        let answer = listener.ask(&Question::get(path));
        check(&answer, path);
    }
    let long = format!("/segments/{}", "a".repeat(4_000));
    check(&listener.ask(&Question::get(&long)), &long);
    for query in ["?explain=maybe", "?explain", "?explain=true&explain=false", "?%ff=%ff"] {
        let answer = listener.ask(&Question::post(&format!("/voucher{query}"), &by_orders("Peru", 1)));
        check(&answer, query);
    }
    for kind in [
        "",
        "application",
        "application/json;;;",
        "application/jsonx",
        "application/json; charset=utf-16",
        "é",
    ] {
        let answer =
            listener.ask(&Question::post("/voucher", &by_orders("Peru", 1)).header("content-type", kind));
        check(&answer, kind);
    }
    listener.check_answers(&by_orders("Peru", 1), 2640);
}

#[test]
fn no_body_that_never_comes() {
    let (_stack, listener) = published();
    let address = listener.address().trim_start_matches("http://").to_owned();
    for path in ["/voucher", "/v1/vouchers", INVOCATIONS] {
        let mut stalled = TcpStream::connect(&address).expect("it listens");
        let head = "HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
        stalled.write_all(format!("POST {path} {head}").as_bytes()).expect("it reads");
        // Meanwhile others are answered.
        listener.check_answers(&by_orders("Peru", 1), 2640);
        stalled.set_read_timeout(Some(Duration::from_secs(30))).expect("a time");
        let mut answer = [0; 12];
        let read = stalled.read_exact(&mut answer);
        assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 408", "{path}: {read:?}");
    }
    listener.check_answers(&by_orders("Peru", 1), 2640);
}

#[test]
fn no_body_without_a_length_that_grows_too_long() {
    let (_stack, listener) = published();
    let address = listener.address().trim_start_matches("http://").to_owned();
    let mut chunked = TcpStream::connect(&address).expect("it listens");
    let head = "POST /voucher HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    chunked.write_all(head.as_bytes()).expect("it reads");
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for _ in 0..5 {
        // It may close the connection as soon as it has seen enough.
        let _ = chunked.write_all(chunk.as_bytes());
    }
    chunked.set_read_timeout(Some(Duration::from_mins(1))).expect("a time");
    let mut answer = [0; 12];
    chunked.read_exact(&mut answer).expect("it is answered");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
    listener.check_answers(&by_orders("Peru", 1), 2640);
}
