//! Clients that send half of something, or nothing, cannot keep others out.

use serde_json::Value;
use stack::Stack;
use stack::api::{Door, Listener, Question};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Time for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// What a busy machine may take longer.
const LATE_MAX: Duration = Duration::from_secs(25);
const HALF_HEAD: &str = "GET /healthz HTTP/1.1\r\nhost";

fn connect(listener: &Listener) -> TcpStream {
    let stream = TcpStream::connect(listener.address().trim_start_matches("http://")).expect("it listens");
    stream.set_read_timeout(Some(HEAD_TIME + LATE_MAX)).expect("a time");
    stream
}

fn send(listener: &Listener, text: &str) -> TcpStream {
    let mut stream = connect(listener);
    stream.write_all(text.as_bytes()).expect("it is taken");
    stream
}

/// Returns how long it takes until the other side ends the connection, without an answer.
#[track_caller]
fn ends_after(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    match stream.read(&mut [0; 64]) {
        Ok(0) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        other => panic!("it does not end: {other:?}"),
    }
    began.elapsed()
}

fn status(mut stream: TcpStream) -> String {
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn half_heads_do_not_stop_the_service() {
    let stack = Stack::new();
    let listener = stack.api().listen_after("ulimit -n 64");
    let halves: Vec<_> = (0..80).map(|_| send(&listener, HALF_HEAD)).collect();
    // It waits in the system's queue until the first of the others are given up.
    let began = Instant::now();
    assert_eq!(status(send(&listener, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")), "HTTP/1.1 200");
    assert!(began.elapsed() < HEAD_TIME + LATE_MAX, "{:?}", began.elapsed());
    drop(halves);
    let outcome = listener.stop("TERM").exits(0);
    let lines = outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let (warnings, _): (Vec<Value>, Vec<_>) = lines.partition(|line: &Value| line["level"] == "warn");
    assert!(!warnings.is_empty(), "it says what is wrong: {}", outcome.stdout);
    // Once a second.
    let seconds = usize::try_from(began.elapsed().as_secs()).expect("few") + 1;
    assert!(warnings.len() <= seconds + 1, "{warnings:#?}");
    assert!(warnings[0]["message"].as_str().is_some_and(|text| text.contains("connection")), "{warnings:#?}");
}

#[test]
fn a_head_has_five_seconds_however_it_comes() {
    let stack = Stack::new();
    let listener = stack.api().listen();
    let began = Instant::now();
    let half = send(&listener, HALF_HEAD);
    let mut slow = send(&listener, "G");
    for part in ["E", "T", " ", "/"] {
        sleep(Duration::from_secs(1));
        slow.write_all(part.as_bytes()).expect("it is still there");
    }
    ends_after(half);
    ends_after(slow);
    assert!((HEAD_TIME..HEAD_TIME + LATE_MAX).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[test]
fn an_idle_connection_stays_longer() {
    let stack = Stack::new();
    let listener = stack.api().listen();
    let request = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut stream = send(&listener, request);
    for _ in 0..2 {
        sleep(HEAD_TIME + Duration::from_secs(1));
        stream.write_all(request.as_bytes()).expect("it is still there");
    }
    let mut answers = vec![0; 1 << 12];
    let mut read = 0;
    while String::from_utf8_lossy(&answers[..read]).matches("HTTP/1.1 200").count() < 3 {
        read += stream.read(&mut answers[read..]).expect("an answer");
    }
}

#[test]
fn one_too_many_waits_and_is_not_lost() {
    let stack = Stack::new();
    let listener = stack.api().with("MAX_CONNECTIONS", Some("4")).listen();
    let held: Vec<_> = (0..4).map(|_| send(&listener, HALF_HEAD)).collect();
    let mut next = send(&listener, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    next.set_read_timeout(Some(Duration::from_millis(500))).expect("a time");
    let waits = next.read(&mut [0; 1]).expect_err("all are taken");
    assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&waits.kind()), "{waits}");
    drop(held);
    next.set_read_timeout(Some(LATE_MAX)).expect("a time");
    assert_eq!(status(next), "HTTP/1.1 200");
    listener.log_with("MAX_CONNECTIONS");
}

#[test]
fn a_head_beyond_its_size_is_refused() {
    let stack = Stack::new();
    let listener = stack.api().listen();
    for (bytes, expected) in [(31 << 10, "HTTP/1.1 200"), (33 << 10, "HTTP/1.1 431")] {
        let filler = "x".repeat(bytes);
        let head = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-filler: {filler}\r\n\r\n");
        assert_eq!(status(send(&listener, &head)), expected, "{bytes} bytes");
    }
    assert_eq!(listener.ask(&Question::get("/healthz")).status, 200);
}
