//! What the public can make API Gateway send, and what the owner can send by hand: each event is
//! answered by the same process, which does not end for it.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Emulator, Question, api_gateway_event};
use stack::customer::by_orders;

fn started() -> (Stack, Emulator) {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let emulator = stack.api().emulate();
    assert_eq!(emulator.ask(&peru()).json()["voucher_amount"], 2640);
    (stack, emulator)
}

fn peru() -> Question {
    Question::post("/voucher", &by_orders("Peru", 1))
}

/// Checks that the process still stands: it never was cold but once.
#[track_caller]
fn check_alive(emulator: &Emulator) {
    assert_eq!(emulator.ask(&peru()).json()["voucher_amount"], 2640);
    let cold = emulator.log().iter().filter(|line| line["cold_start"] == true).count();
    assert_eq!(cold, 1, "{}", emulator.said());
    assert!(!emulator.said().contains("panicked"), "{}", emulator.said());
}

/// Checks that an event is answered, and not by a fault of ours.
#[track_caller]
fn check(emulator: &Emulator, event: &Value) -> Value {
    let answer = emulator.invoke(event);
    let status = answer["statusCode"].as_u64();
    assert!(status.is_some_and(|status| (200..500).contains(&status)), "{event}: {answer}");
    answer
}

fn changed(path: &[&str], value: impl Into<Value>) -> Value {
    let mut event = api_gateway_event(&peru());
    let place = path.iter().fold(&mut event, |place, name| &mut place[*name]);
    *place = value.into();
    event
}

#[test]
fn whatever_its_headers() {
    let (_stack, emulator) = started();
    for value in
        ["", " ", "a b", "[::1", "é", "http://x/", "x:99999", "a\u{0}b", "<>", "{}", &"x".repeat(5_000)]
    {
        for name in
            ["host", "x-forwarded-proto", "x-forwarded-port", "x-request-id", "x-amzn-trace-id", "cookie"]
        {
            check(&emulator, &changed(&["headers", name], value));
        }
    }
    check(&emulator, &changed(&["requestContext", "domainName"], "no domain"));
    check(&emulator, &changed(&["cookies"], json!(["a=b", "é", ""])));
    check_alive(&emulator);
}

#[test]
fn whatever_its_path() {
    let (_stack, emulator) = started();
    let paths = [
        "",
        "/",
        "//",
        "//voucher",
        "///",
        "/voucher/",
        "voucher",
        "/%",
        "/%ff",
        "/%2e%2e/voucher",
        "/a b",
        "/ü",
        "/\u{0}",
        "/?x",
        "/#f",
        "/{}",
        "/segments/{country}",
        "/segments/",
        "/segments/ü b",
        "/segments/a/b",
        "/segments/%",
        "/<>",
        "/segments/a?b",
        "/segments/a#b",
        "/\\",
        "http://x/voucher",
        "*",
        "/events",
        "/..",
    ];
    for path in paths {
        let mut event = changed(&["rawPath"], path);
        event["requestContext"]["http"]["path"] = json!(path);
        check(&emulator, &event);
    }
    check_alive(&emulator);
}

#[test]
fn whatever_its_query() {
    let (_stack, emulator) = started();
    for query in [
        "?",
        "&",
        "=",
        "a",
        "%",
        "%ff",
        "é",
        "a b",
        "<>",
        "\u{0}",
        "#",
        "{}",
        "explain=%",
        "explain",
        "explain=true&explain=true",
        "a=[1]",
        "\"",
        "|^`\\",
    ] {
        let mut event = changed(&["rawQueryString"], query);
        event["queryStringParameters"] = json!({ "explain": query, query: "x" });
        check(&emulator, &event);
    }
    check_alive(&emulator);
}

#[test]
fn whatever_its_method_and_body() {
    let (_stack, emulator) = started();
    for method in ["HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW", "post"] {
        check(&emulator, &changed(&["requestContext", "http", "method"], method));
    }
    for body in ["", "{", "\u{0}", "\u{feff}{}", "null", &"[".repeat(20_000)] {
        assert_ne!(check(&emulator, &changed(&["body"], body))["statusCode"], 200);
    }
    let base64 = "eyJ0b3RhbF9vcmRlcnMiOi0xfQ==";
    let mut event = changed(&["body"], base64);
    event["isBase64Encoded"] = json!(true);
    assert_eq!(check(&emulator, &event)["statusCode"], 400);
    event["body"] = json!("//79");
    assert_eq!(check(&emulator, &event)["statusCode"], 400, "bytes that are no text");
    check_alive(&emulator);
}

#[test]
fn whatever_it_is() {
    let (_stack, emulator) = started();
    for event in [
        json!(null),
        json!(true),
        json!(7),
        json!(""),
        json!([]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "body": "{}" }),
        json!({ "version": "2.0" }),
        json!({ "requestContext": {} }),
        json!({ "statusCode": 200 }),
        json!([by_orders("Peru", 1)]),
        json!({ "Records": [] }),
    ] {
        check(&emulator, &event);
    }
    check_alive(&emulator);
}
