//! What clients of many kinds send is read as they mean it, or refused as what it is.

use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::{by_orders, with};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn published() -> (Stack, Listener) {
    Stack::serving(&[("Peru", 1, 2640.0)])
}

fn peru() -> Question {
    Question::post("/voucher", &by_orders("Peru", 1))
}

/// Sends these bytes over a connection of their own, and returns the status line.
fn status_line(listener: &Listener, request: &str) -> String {
    let address = listener.address().trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).expect("it listens");
    connection.write_all(request.as_bytes()).expect("it reads");
    connection.set_read_timeout(Some(Duration::from_secs(30))).expect("a time");
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") {
        connection.read_exact(&mut byte).expect("it is answered");
        line.push(byte[0]);
    }
    String::from_utf8(line).expect("text").trim_end().to_owned()
}

#[test]
fn a_byte_order_mark() {
    let (_stack, listener) = published();
    let marked = format!("\u{feff}{}", by_orders("Peru", 1));
    let answer = listener.ask(&Question::post("/voucher", &by_orders("Peru", 1)).json(marked));
    assert_eq!(answer.json()["voucher_amount"], 2640, "{answer:?}");
    let batch = format!("\u{feff}[{}]", by_orders("Peru", 1));
    let answers = listener.ask(&Question::post("/vouchers", &by_orders("Peru", 1)).json(batch)).json();
    assert_eq!(answers[0]["voucher_amount"], 2640, "{answers}");
}

#[test]
fn a_body_that_is_compressed() {
    let (_stack, listener) = published();
    for path in ["/voucher", "/vouchers"] {
        let question = Question::post(path, &by_orders("Peru", 1)).header("content-encoding", "gzip");
        let answer = listener.ask(&question);
        assert_eq!(answer.status, 415, "{answer:?}");
        assert!(answer.json()["detail"].as_str().is_some_and(|detail| detail.contains("content-encoding")));
    }
    assert_eq!(listener.ask(&peru().header("content-encoding", "identity")).status, 200);
}

#[test]
fn a_body_that_is_announced_too_long() {
    let (_stack, listener) = published();
    for (path, length, expected) in [
        ("/voucher", 16 << 10, "HTTP/1.1 100 Continue"),
        ("/voucher", (16 << 10) + 1, "HTTP/1.1 413 Payload Too Large"),
        ("/vouchers", 512 << 10, "HTTP/1.1 100 Continue"),
        ("/vouchers", (512 << 10) + 1, "HTTP/1.1 413 Payload Too Large"),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
             content-length: {length}\r\n\r\n"
        );
        assert_eq!(status_line(&listener, &head), expected, "{path} {length}");
    }
    listener.check_answers(&by_orders("Peru", 1), 2640);
}

#[test]
fn a_request_without_a_host() {
    let (_stack, listener) = published();
    for (version, host, expected) in [
        ("1.1", "", "HTTP/1.1 400 Bad Request"),
        ("1.1", "host: x\r\n", "HTTP/1.1 200 OK"),
        ("1.0", "", "HTTP/1.0 200 OK"),
    ] {
        let head = format!("GET /healthz HTTP/{version}\r\n{host}\r\n");
        assert_eq!(status_line(&listener, &head), expected, "{version} {host:?}");
    }
}

#[test]
fn a_field_that_is_there_twice() {
    let (_stack, listener) = published();
    let twice = by_orders("Peru", 1).to_string().replacen('{', "{\"country_code\":\"Chile\",", 1);
    let problem = listener.ask(&peru().json(twice)).json();
    assert_eq!(problem["errors"][0]["pointer"], "/country_code", "{problem:#}");
    assert_eq!(problem["errors"][0]["code"], "duplicate", "{problem:#}");
}

#[test]
fn a_zone_that_leads_out_of_the_calendar() {
    let (_stack, listener) = published();
    for (as_of, status) in [
        ("9999-12-31T23:59:00Z", 200),
        ("9999-12-31T23:59:00-00:01", 400),
        ("9999-12-31T23:59:00+00:01", 200),
    ] {
        let answer = listener.ask(&Question::post("/voucher", &with(by_orders("Peru", 1), "as_of", as_of)));
        assert_eq!(answer.status, status, "{as_of}: {answer:?}");
    }
}

#[test]
fn ids_of_traces() {
    let (_stack, listener) = published();
    let longer = format!("{TRACE};Lineage={}", "a".repeat(256));
    for (trace, traceparent, expected) in [
        (TRACE, TRACEPARENT, (Some(TRACE), Some(TRACEPARENT))),
        ("user=jose", "00-jose", (None, None)),
        (&longer, "", (None, None)),
    ] {
        let question = peru().header("x-amzn-trace-id", trace).header("traceparent", traceparent);
        let answer = listener.ask(&question);
        let line = listener.log_of(answer.headers["x-request-id"].to_str().expect("text"));
        assert_eq!((line["trace_id"].as_str(), line["traceparent"].as_str()), expected, "{line:#}");
    }
}

#[test]
fn a_method_without_end() {
    let (_stack, listener) = published();
    let method = "A".repeat(4_000);
    let head = format!("{method} /voucher HTTP/1.1\r\nhost: x\r\nx-request-id: without-end\r\n\r\n");
    assert_eq!(status_line(&listener, &head), "HTTP/1.1 405 Method Not Allowed");
    assert_eq!(listener.log_of("without-end")["method"], "OTHER");
    listener.check_answers(&by_orders("Peru", 1), 2640);
}
