//! Whoever hands requests to the function, API Gateway in either payload format or a load balancer,
//! gets the same answers, byte by byte; and what they cannot have read makes no bare invocation.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Emulator, Gateway, Question, problem_of};
use stack::customer::by_orders;
use stack::http::Method;

const ID: &str = "asked-by-a-test";
const BODY_MAX: usize = 16 << 10;

fn started() -> (Stack, Emulator) {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0), ("Peru", 2, 2640.0), ("Costa Rica", 20, 1000.0)]);
    let emulator = stack.api().emulate();
    (stack, emulator)
}

fn peru() -> Question {
    Question::post("/voucher", &by_orders("Peru", 1))
}

/// A body that no gateway takes for text, so that each hands it on in base 64.
fn encoded(question: Question) -> Question {
    question.header("content-type", "application/vnd.voucher+json")
}

#[test]
fn to_the_byte() {
    let (_stack, emulator) = started();
    let options = Question::new(Method::OPTIONS, "/voucher");
    let too_large = format!("{}{}", by_orders("Peru", 1), " ".repeat(BODY_MAX));
    for (question, status) in [
        (peru(), 200),
        (Question::post("/v1/voucher?explain=true", &by_orders("Peru", 1)), 200),
        (Question::post("/vouchers", &json!([by_orders("Peru", 1), {}])), 200),
        (encoded(peru()), 200),
        (Question::get("/healthz"), 200),
        (Question::new(Method::HEAD, "/healthz"), 200),
        (Question::get("/v1/segments/Costa%20Rica"), 200),
        (Question::get("/segments/PERU"), 200),
        (Question::get("/countries?limit=1&after=costa%20rica"), 200),
        (Question::get("/countries?limit=1&after=costa+rica"), 200),
        (Question::get("/countries?after=a%2526b"), 200),
        (Question::get("/openapi.json"), 200),
        (Question::post("/voucher", &by_orders("Atlantis", 1)), 404),
        (Question::get("/"), 404),
        (Question::get("/nowhere"), 404),
        (Question::post("/events", &by_orders("Peru", 1)), 404),
        (Question::get("/prod/voucher"), 404),
        (Question::get("/segments/a%3Fb"), 404),
        (Question::post("/voucher", &json!({ "total_orders": -1 })), 400),
        (encoded(Question::new(Method::POST, "/voucher").body("\u{ff}")), 400),
        (Question::new(Method::POST, "/voucher").json(""), 400),
        (Question::get("/countries?limit=0"), 400),
        (Question::get("/countries?after=%23countries"), 400),
        (Question::get("/voucher"), 405),
        (options, 405),
        (Question::new(Method::POST, "/voucher").json(too_large), 413),
        (peru().header("content-type", "text/plain"), 415),
    ] {
        let question = question.header("x-request-id", ID);
        let mut expected = emulator.ask(&question);
        let of = format!("{} {}", question.method, question.path);
        assert_eq!(expected.status, status, "{of}: {expected:?}");
        assert_eq!(expected.headers["x-request-id"], ID, "{of}");
        for gateway in Gateway::ALL {
            let mut answer = emulator.ask_by(gateway, &question);
            if answer.body != expected.body {
                // An explanation has the age of the run, and a second may have passed.
                expected = emulator.ask(&question);
                answer = emulator.ask_by(gateway, &question);
            }
            assert_eq!(
                (answer.status, &answer.headers, &answer.body),
                (expected.status, &expected.headers, &expected.body),
                "{gateway:?}: {of}"
            );
        }
    }
}

#[test]
fn in_the_log_too() {
    let (_stack, emulator) = started();
    for gateway in Gateway::ALL {
        let id = format!("{gateway:?}");
        assert_eq!(emulator.ask_by(gateway, &peru().header("x-request-id", &id)).status, 200, "{id}");
        let lines = emulator.log();
        let line = lines.iter().find(|line| line["request_id"] == id.as_str());
        let line = line.unwrap_or_else(|| panic!("no line of {id}: {}", emulator.said()));
        assert_eq!((&line["route"], &line["method"]), (&json!("/voucher"), &json!("POST")), "{line}");
        // Without an id of the client's it is Lambda's own.
        let made = emulator.ask_by(gateway, &peru()).headers["x-request-id"].clone();
        assert_eq!(made.to_str().expect("text").len(), 36, "{gateway:?}: {made:?}");
    }
}

#[test]
fn to_a_load_balancer_that_asks_for_its_targets_health() {
    let (_stack, emulator) = started();
    let asked = |path: &str, agent: &str| Question::get(path).header("user-agent", agent);
    for gateway in Gateway::ALL {
        let is_balancer = matches!(gateway, Gateway::LoadBalancer | Gateway::LoadBalancerOfAllValues);
        for (path, agent, is_well) in [
            ("/", "ELB-HealthChecker/2.0", is_balancer),
            ("/", "curl/8.5.0", false),
            ("/healthz", "ELB-HealthChecker/2.0", true),
            ("/readyz", "ELB-HealthChecker/2.0", true),
        ] {
            let answer = emulator.ask_by(gateway, &asked(path, agent));
            assert_eq!(answer.status == 200, is_well, "{gateway:?}: {path} of {agent}: {answer:?}");
        }
    }
}

/// The event of a request of which a client may have made `name: value` a header, and a gateway may
/// have handed it on.
fn with_header(gateway: Gateway, name: &str, value: &str) -> Value {
    let mut event = gateway.event(&peru());
    for (member, value) in [("headers", json!(value)), ("multiValueHeaders", json!([value]))] {
        if let Some(headers) = event[member].as_object_mut() {
            headers.insert(name.to_owned(), value);
        }
    }
    event
}

#[test]
fn that_nobody_could_read() {
    let (_stack, emulator) = started();
    for gateway in Gateway::ALL {
        let mut events = vec![
            with_header(gateway, "a(b)", "c"),
            with_header(gateway, "", "c"),
            with_header(gateway, "a", "\u{0}"),
        ];
        let long = Question::get(&format!("/{}", "a".repeat(70_000)));
        events.push(gateway.event(&long));
        events.push(gateway.event(&Question::get(&format!("/?a={}", "%C3%BC".repeat(15_000)))));
        for method in ["G E T", "\u{0}"] {
            let mut event = gateway.event(&peru());
            for pointer in ["/httpMethod", "/requestContext/httpMethod", "/requestContext/http/method"] {
                if let Some(member) = event.pointer_mut(pointer) {
                    *member = json!(method);
                }
            }
            events.push(event);
        }
        for event in events {
            let shown = format!("{gateway:?}: {:.300}", event.to_string());
            let returned = emulator.invoke(&event);
            // A bare answer has a body that is no text.
            assert!(returned["body"].is_string(), "{shown}: {returned}");
            let answer = gateway.answer(&returned);
            assert_eq!(answer.status, 400, "{shown}: {answer:?}");
            assert_eq!(problem_of(&answer).as_deref(), Ok("invalid-request"), "{shown}");
        }
    }
    let bare = emulator.log().into_iter().filter(|line| line["route"] == "invocation").count();
    assert_eq!(bare, 0, "{}", emulator.said());
}

/// What only the owner can send, or AWS if it were to change: it may be answered by anything but
/// the end of the process.
#[test]
fn that_is_odd() {
    let (_stack, emulator) = started();
    for gateway in Gateway::ALL {
        let whole = gateway.event(&peru());
        let members: Vec<_> = whole.as_object().expect("an object").keys().cloned().collect();
        for member in &members {
            for odd in [
                None,
                Some(json!(null)),
                Some(json!(7)),
                Some(json!("")),
                Some(json!([])),
                Some(json!({ "a": [] })),
            ] {
                let mut event = whole.clone();
                match &odd {
                    None => drop(event.as_object_mut().expect("an object").remove(member)),
                    Some(odd) => event[member] = odd.clone(),
                }
                let returned = emulator.invoke(&event);
                assert!(returned["statusCode"].is_u64(), "{gateway:?}: {member} is {odd:?}: {returned}");
                let has_context = event.get("requestContext").is_some_and(|context| !context.is_null());
                // The body of a bare answer is no text.
                assert_eq!(
                    returned["body"].is_object(),
                    !has_context,
                    "{gateway:?}: {member} is {odd:?}: {returned}"
                );
            }
        }
    }
    for event in [
        json!({ "requestContext": { "connectionId": "L0SM9cOFvHcCIhw=", "eventType": "CONNECT", "routeKey": "$connect" },
            "headers": {}, "isBase64Encoded": false }),
        json!({ "requestContext": { "serviceNetworkArn": "arn", "targetGroupArn": "arn" }, "version": "2.0",
            "method": "POST", "path": "/voucher", "headers": {}, "body": "{}" }),
        json!({ "version": "3.0", "requestContext": { "http": {} } }),
        json!({ "requestContext": { "elb": null }, "httpMethod": "POST", "path": "/voucher" }),
    ] {
        let returned = emulator.invoke(&event);
        assert_eq!(returned["statusCode"], 400, "{event}: {returned}");
        assert!(returned["body"].is_string(), "{event}: {returned}");
    }
    assert_eq!(emulator.ask(&peru()).json()["voucher_amount"], 2640);
    let cold = emulator.log().iter().filter(|line| line["cold_start"] == true).count();
    assert_eq!(cold, 1, "{}", emulator.said());
}
