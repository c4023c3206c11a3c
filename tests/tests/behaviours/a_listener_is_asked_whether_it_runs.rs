//! `voucher-api --healthcheck`: 0 of a listener that runs, else 1 and one line that says why.

use stack::Stack;
use stack::process::Outcome;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

fn asked(stack: &Stack, address: &str) -> Outcome {
    let address = address.trim_start_matches("http://");
    stack.api().start(&["--listen", address, "--healthcheck"]).wait()
}

/// Checks that whatever answers so is not taken for a listener that runs.
#[track_caller]
fn check_refused(stack: &Stack, answer: &'static [u8]) {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = other.local_addr().expect("it has an address").to_string();
    let answering = thread::spawn(move || {
        let (mut client, _) = other.accept().expect("it is asked");
        let mut lines = BufReader::new(&client).lines().map(|line| line.expect("it is asked something"));
        assert_eq!(lines.next().as_deref(), Some("GET /healthz HTTP/1.1"));
        // All of it is read, or the end would come as a reset.
        assert!(lines.any(|line| line.is_empty()));
        // Whoever has read enough may have gone.
        let _ = client.write_all(answer);
    });
    let outcome = asked(stack, &address).fails(1, &[&address]);
    answering.join().expect("it was asked");
    assert!(outcome.stdout.is_empty(), "{outcome:?}");
}

#[test]
fn one_that_runs_does_and_one_that_stopped_does_not() {
    let stack = Stack::new();
    // Whether the table can be read is another question.
    let listener = stack.api().with("TABLE_NAME", Some("not-there")).listen();
    let address = listener.address().to_owned();
    let outcome = asked(&stack, &address).exits(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    listener.stop("TERM").exits(0);
    asked(&stack, &address).fails(1, &["/healthz"]);
}

#[test]
fn one_that_listens_on_all_addresses_is_asked_by_the_loopback() {
    let stack = Stack::new();
    let listener = stack.api().listen();
    let (_, port) = listener.address().rsplit_once(':').expect("a port");
    asked(&stack, &format!("0.0.0.0:{port}")).exits(0);
}

#[test]
fn another_server_is_none() {
    let stack = Stack::new();
    check_refused(&stack, b"HTTP/1.1 404 Not Found\r\n\r\n");
    check_refused(&stack, b"HTTP/1.1 500 200\r\n\r\n");
    check_refused(&stack, b"SSH-2.0-OpenSSH_9.2\r\n");
    check_refused(&stack, b"");
    check_refused(&stack, vec![b' '; 1 << 16].leak());
    check_refused(&stack, b"\xff\xfe 200 \r\n");
}
