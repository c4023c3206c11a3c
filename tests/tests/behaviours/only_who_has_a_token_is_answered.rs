//! `API_BEARER_TOKEN` and its file: for those who run the listener without a gateway.

use stack::Stack;
use stack::api::{Api, Door, Listener, Question, problem_of};
use stack::customer::by_orders;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SEEN_WITHIN: Duration = Duration::from_secs(30);

fn questions() -> [Question; 5] {
    [
        Question::post("/voucher", &by_orders("Peru", 1)),
        Question::get("/segments/Peru"),
        Question::get("/v1/countries"),
        Question::get("/readyz"),
        Question::get("/metrics"),
    ]
}

fn status(listener: &Listener, question: Question, token: &str) -> u16 {
    let question = if token.is_empty() { question } else { question.header("authorization", token) };
    let answer = listener.ask(&question);
    if answer.status == 401 {
        assert_eq!(problem_of(&answer).as_deref(), Ok("unauthorized"), "{answer:?}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    answer.status.as_u16()
}

fn published(set: impl FnOnce(Api) -> Api) -> (Stack, Listener) {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let listener = set(stack.api()).listen();
    (stack, listener)
}

#[test]
fn by_a_variable() {
    let (_stack, listener) = published(|api| api.with("API_BEARER_TOKEN", Some("one-token")));
    for question in questions() {
        for (token, expected) in
            [("Bearer one-token", 200), ("", 401), ("Bearer another", 401), ("Basic one-token", 401)]
        {
            assert_eq!(status(&listener, question.clone(), token), expected, "{} {token}", question.path);
        }
    }
    for path in ["/healthz", "/v1/healthz", "/openapi.json", "/", "/console.css", "/docs/"] {
        assert_eq!(listener.ask(&Question::get(path)).status, 200, "{path}");
    }
    assert_eq!(status(&listener, Question::get("/nowhere"), ""), 401);
    assert_eq!(status(&listener, Question::get("/nowhere"), "Bearer one-token"), 404);
    let outcome = listener.stop("TERM").exits(0);
    assert!(outcome.stdout.contains("unauthorized"), "{outcome:?}");
    assert!(!outcome.stdout.contains("one-token") && !outcome.stdout.contains("another"), "{outcome:?}");
}

#[test]
fn of_a_file_that_changes_without_a_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("tokens");
    fs::write(&file, "old\n\nboth\n").expect("written");
    let path = file.display().to_string();
    let (_stack, listener) = published(|api| api.with("API_BEARER_TOKEN_FILE", Some(&path)));
    let voucher = || questions()[0].clone();
    assert_eq!(status(&listener, voucher(), "Bearer old"), 200);
    assert_eq!(status(&listener, voucher(), "Bearer both"), 200);
    assert_eq!(status(&listener, voucher(), "Bearer new"), 401);
    fs::write(&file, "both\nnew\n").expect("written");
    let deadline = Instant::now() + SEEN_WITHIN;
    while status(&listener, voucher(), "Bearer new") != 200 {
        assert!(Instant::now() < deadline, "the new token is never taken");
        sleep(Duration::from_millis(100));
    }
    assert_eq!(status(&listener, voucher(), "Bearer old"), 401);
    assert_eq!(status(&listener, voucher(), "Bearer both"), 200);
    // One that is gone by mistake locks nobody out.
    fs::remove_file(&file).expect("removed");
    sleep(Duration::from_millis(1_100));
    assert_eq!(status(&listener, voucher(), "Bearer both"), 200);
    listener.log_with("API_BEARER_TOKEN_FILE");
}

#[test]
fn or_it_does_not_start() {
    let stack = Stack::new();
    let empty = stack.rules("");
    for (name, value) in [
        ("API_BEARER_TOKEN", "two words"),
        ("API_BEARER_TOKEN_FILE", "/not/there"),
        ("API_BEARER_TOKEN_FILE", &empty),
    ] {
        let outcome = stack.api().with(name, Some(value)).start(&["--listen", "127.0.0.1:0"]).wait();
        outcome.fails(2, &[name]);
    }
}
