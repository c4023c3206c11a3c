//! The address that each kind of event becomes, and events that have none.

use super::*;
use lambda_http::{Body, Request};
use proptest::prelude::*;
use serde_json::{Value, json};

/// An event of an HTTP API: the parts that a caller chooses.
fn http(path: &str, query: &str, headers: &[(&str, &str)]) -> LambdaRequest {
    let headers: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "stage": "prod",
            "domainName": "an address : no",
            "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1" },
        },
        "isBase64Encoded": false,
    });
    read(event)
}

/// An event of a REST API at stage `prod`; `whole` is the path in its context.
fn rest(path: &str, whole: &str, query: &Value) -> LambdaRequest {
    read(json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "GET",
        "headers": { "Host": "an address : no", "Accept": "*/*" },
        "multiValueHeaders": { "Host": ["an address : no"], "Accept": ["*/*"] },
        "queryStringParameters": query,
        "multiValueQueryStringParameters": null,
        "requestContext": { "stage": "prod", "path": whole, "httpMethod": "GET", "domainName": "no : no" },
        "body": null,
        "isBase64Encoded": false,
    }))
}

/// An event of a load balancer, which does not decode the query.
fn balanced(method: &str, path: &str, query: &Value, agent: &str) -> LambdaRequest {
    read(json!({
        "requestContext": { "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:…" } },
        "httpMethod": method,
        "path": path,
        "queryStringParameters": query,
        "headers": { "host": "an address : no", "user-agent": agent, "x-forwarded-proto": ":" },
        "body": "",
        "isBase64Encoded": false,
    }))
}

fn read(event: Value) -> LambdaRequest {
    serde_json::from_value(event).expect("any JSON is an event")
}

/// Returns the address that an event becomes; `None` if it cannot be read.
fn address(mut event: LambdaRequest) -> Option<String> {
    sanitize(&mut event);
    if let LambdaRequest::PassThrough(event) = &event {
        assert!(origin(event).is_some(), "{event} is bare");
        return None;
    }
    Some(Request::from(event).uri().to_string())
}

#[track_caller]
fn check(event: LambdaRequest, expected: &str) {
    let shown = format!("{event:?}");
    assert!(!matches!(event, LambdaRequest::PassThrough(_)), "{shown}");
    assert_eq!(address(event).as_deref(), Some(expected), "{shown}");
}

#[test]
fn addresses_of_an_http_api() {
    let check = |path: &str, query: &str, headers: &[(&str, &str)], expected: &str| {
        check(http(path, query, headers), expected);
    };
    check("/voucher", "", &[], "/voucher");
    check("/prod/voucher", "explain=true", &[], "/voucher?explain=true");
    check("/prod", "", &[], "/prod");
    check("/production/voucher", "", &[], "/production/voucher");
    check("/voucher/prod/x", "", &[], "/voucher/prod/x");
    check(
        "/segments/Costa Rica",
        "a=<\"{|}\\^`>#b c",
        &[],
        "/segments/Costa%20Rica?a=%3C%22%7B%7C%7D%5C%5E%60%3E%23b%20c",
    );
    check("/segments/Costa%20Rica", "after=%C3%BC", &[], "/segments/Costa%20Rica?after=%C3%BC");
    check("/segments/a?b#c", "d=e", &[], "/segments/a%3Fb%23c?d=e");
    check("/segments/100%", "", &[], "/segments/100%25");
    check("/segments/100%2", "", &[], "/segments/100%252");
    check("/segments/100%zz", "", &[], "/segments/100%25zz");
    check(":99999/", "", &[], "/:99999/");
    check("/", "", &[("host", "a b"), ("x-forwarded-proto", ":")], "/");
}

#[test]
fn addresses_of_a_rest_api() {
    let none = Value::Null;
    check(rest("/voucher", "/prod/voucher", &none), "/voucher");
    // Behind a custom domain neither path has the stage; in an HTTP API both have it.
    check(rest("/voucher", "/voucher", &none), "/voucher");
    check(rest("/prod/voucher", "/prod/voucher", &none), "/voucher");
    // A path may start like the stage.
    check(rest("/prod/voucher", "/prod/prod/voucher", &none), "/prod/voucher");
    check(rest("/segments/Costa%20Rica", "/prod/segments/Costa%20Rica", &none), "/segments/Costa%20Rica");
    check(rest("", "/prod", &none), "/");
    // Names and values come decoded, and are encoded again.
    check(
        rest("/countries", "/prod/countries", &json!({ "after": "türkiye&b" })),
        "/countries?after=t%C3%BCrkiye%26b",
    );
    check(rest("/countries", "/prod/countries", &json!({ "after": "100%25" })), "/countries?after=100%2525");
}

#[test]
fn addresses_behind_a_load_balancer() {
    let none = json!({});
    check(balanced("GET", "/voucher", &none, "curl"), "/voucher");
    check(balanced("GET", "/segments/Costa%20Rica", &none, "curl"), "/segments/Costa%20Rica");
    // Names and values come encoded, and must not be encoded twice.
    for (value, expected) in [
        ("t%C3%BCrkiye", "t%C3%BCrkiye"),
        ("costa+rica", "costa+rica"),
        ("costa%20rica", "costa+rica"),
        ("a%26b", "a%26b"),
        ("a=b", "a%3Db"),
        ("100%2525", "100%2525"),
    ] {
        let query = json!({ "after": value });
        check(balanced("GET", "/countries", &query, "curl"), &format!("/countries?after={expected}"));
    }
}

#[test]
fn a_target_is_asked_for_its_health() {
    for (method, path, agent, expected) in [
        ("GET", "/", "ELB-HealthChecker/2.0", "/healthz"),
        ("GET", "/healthz", "ELB-HealthChecker/2.0", "/healthz"),
        ("GET", "/readyz", "ELB-HealthChecker/2.0", "/readyz"),
        ("POST", "/", "ELB-HealthChecker/2.0", "/"),
        ("GET", "/", "curl/8.5.0", "/"),
        ("GET", "/", "", "/"),
    ] {
        check(balanced(method, path, &json!({}), agent), expected);
    }
}

#[test]
fn all_values_of_a_header_count_where_there_are_all() {
    for (all, expected) in
        [(json!({ "If-None-Match": ["a", "b"] }), ["a", "b"].as_slice()), (json!({}), &["b"])]
    {
        let mut event = read(json!({
            "requestContext": { "elb": {} },
            "httpMethod": "GET",
            "path": "/healthz",
            "headers": { "if-none-match": "b" },
            "multiValueHeaders": all,
        }));
        sanitize(&mut event);
        let request: lambda_http::http::Request<Body> = event.into();
        let found: Vec<_> = request.headers().get_all("if-none-match").iter().collect();
        assert_eq!(found, expected, "{all}");
    }
}

#[test]
fn no_address_is_too_long() {
    // Each `<` takes three bytes of an address.
    let of_bytes = |bytes: usize| "<".repeat(bytes);
    for (bytes, fits) in [(ADDRESS_BYTES_MAX, true), (ADDRESS_BYTES_MAX + 1, false)] {
        let path = format!("/{}", of_bytes(bytes - 1));
        assert_eq!(address(http(&path, "", &[])).is_some(), fits, "{bytes}");
        assert_eq!(address(rest(&path, "", &Value::Null)).is_some(), fits, "{bytes}");
        assert_eq!(address(balanced("GET", &path, &json!({}), "")).is_some(), fits, "{bytes}");
        let query = of_bytes(bytes - 1);
        assert_eq!(address(http("/", &query, &[])).is_some(), fits, "{bytes}");
        // In these events `=` counts, too.
        let query = json!({ (of_bytes(bytes - 2)): "" });
        assert_eq!(address(rest("/", "", &query)).is_some(), fits, "{bytes}");
        assert_eq!(address(balanced("GET", "/", &query, "")).is_some(), fits, "{bytes}");
    }
    let names: serde_json::Map<_, _> = (0..3_000).map(|name| (format!("{name:x}"), json!(""))).collect();
    assert!(address(balanced("GET", "/", &names.into(), "")).is_some());
}

#[test]
fn what_is_bare() {
    let (gateway, balancer) = (Some(Origin::Gateway), Some(Origin::LoadBalancer));
    for (event, expected) in [
        ("{}", None),
        ("null", None),
        ("7", None),
        ("\"requestContext\"", None),
        (r#"[{"requestContext":{}}]"#, None),
        (r#"{"body":"{\"requestContext\":{}}"}"#, None),
        (r#"{"requestContext":null}"#, None),
        (r#"{"customer_id":1,"requestContext":{}}"#, gateway),
        (r#" {"requestContext":7}"#, gateway),
        (r#"{"requestContext":{},"requestContext":null}"#, gateway),
        (r#"{"requestContext":["elb"]}"#, gateway),
        (r#"{"requestContext":{"elb":null}}"#, gateway),
        (r#"{"requestContext":{"elb":{}}}"#, balancer),
        (UNREADABLE, gateway),
        (UNREADABLE_OF_BALANCER, balancer),
    ] {
        assert_eq!(origin(event), expected, "{event}");
    }
}

/// A caller may send any of these through a proxy that passes them on; each makes an event unreadable.
#[test]
fn a_header_that_is_none_makes_no_bare_invocation() {
    for (name, value) in [("a(b)", "c"), ("", "c"), ("é", "c"), ("a b", "c"), ("a", "\u{0}"), ("a", "b\r\nc")]
    {
        for context in
            [json!({ "elb": {} }), json!({ "httpMethod": "GET" }), json!({ "http": { "method": "GET" } })]
        {
            let event = json!({
                "requestContext": context, "httpMethod": "GET", "path": "/", "rawPath": "/", "headers": { name: value },
            });
            assert_eq!(address(read(event)), None, "{name:?}: {value:?} in {context}");
        }
    }
}

proptest! {
    #[test]
    fn no_address_makes_it_panic(path in "\\PC{0,40}", query in ".{0,40}", host in "[ -~]{0,20}") {
        let host = [("host", host.as_str()), ("x-forwarded-proto", &host)];
        let values = json!({ (query.clone()): query.clone(), "a": [query.clone(), path.clone()] });
        for event in [
            http(&path, &query, &host),
            rest(&path, &query, &values),
            balanced("GET", &path, &values, "curl"),
        ] {
            prop_assert!(address(event).is_some());
        }
    }
}
