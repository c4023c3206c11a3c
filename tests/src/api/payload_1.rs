//! Requests and answers in payload format 1.0, of REST APIs, and as load balancers have them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

use super::Question;
use super::event::{body_of, decoded};
use crate::http::{Answer, HeaderMap, StatusCode};
use hyper::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

const STAGE: &str = "prod";
const DOMAIN: &str = "api-id.execute-api.us-east-1.amazonaws.com";
const BALANCER: &str = "lb-1234567890.us-east-1.elb.amazonaws.com";
const TARGET_GROUP: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/voucher/6d0ecf831eec9f09";

/// Returns the event of a REST API: its path is not decoded and has no stage; its context's path has
/// one.
pub(super) fn of_rest_api(question: &Question) -> Value {
    let (path, _) = question.path_and_query();
    payload_1(question, path, &format!("/{STAGE}{path}"))
}

/// Returns the event of an HTTP API with payload format 1.0: its path is decoded and has the stage.
pub(super) fn of_http_api(question: &Question) -> Value {
    let (path, _) = question.path_and_query();
    let path = format!("/{STAGE}{}", decoded(path));
    let mut event = payload_1(question, &path, &path);
    event["version"] = json!("1.0");
    event
}

fn payload_1(question: &Question, path: &str, whole_path: &str) -> Value {
    let (_, query) = question.path_and_query();
    let pairs = pairs(query).map(|(name, value)| (decoded(name), decoded(value)));
    let (last, all) = maps(pairs);
    let (mut headers, mut all_headers) = headers(question);
    headers.insert("Host".to_owned(), json!(DOMAIN));
    all_headers.insert("Host".to_owned(), json!([DOMAIN]));
    let mut event = json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": question.method.as_str(),
        "headers": headers,
        "multiValueHeaders": all_headers,
        "queryStringParameters": or_null(last),
        "multiValueQueryStringParameters": or_null(all),
        "pathParameters": { "proxy": path.trim_start_matches('/') },
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": DOMAIN,
            "domainPrefix": "api-id",
            "extendedRequestId": "JKJaXmPLvHcESHA=",
            "httpMethod": question.method.as_str(),
            "identity": { "sourceIp": "192.0.2.1", "userAgent": "tests" },
            "path": whole_path,
            "protocol": "HTTP/1.1",
            "requestId": "41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9",
            "requestTime": "21/Jul/2018:18:59:21 +0000",
            "requestTimeEpoch": 1_532_199_561_000_u64,
            "resourcePath": "/{proxy+}",
            "stage": STAGE,
        },
        "body": null,
        "isBase64Encoded": false,
    });
    if let Some((body, is_encoded)) = body_of(question) {
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(is_encoded);
    }
    event
}

/// Returns the event of a load balancer: path and query are not decoded; it has all values of headers
/// and parameters, or only the last ones.
pub(super) fn balanced(question: &Question, has_all: bool) -> Value {
    let (path, query) = question.path_and_query();
    let (last, all) = maps(pairs(query).map(|(name, value)| (name.to_owned(), value.to_owned())));
    let (mut headers, mut all_headers) = headers(question);
    headers.insert("host".to_owned(), json!(BALANCER));
    all_headers.insert("host".to_owned(), json!([BALANCER]));
    let (body, is_encoded) = body_of(question).unwrap_or_default();
    let mut event = json!({
        "requestContext": { "elb": { "targetGroupArn": TARGET_GROUP } },
        "httpMethod": question.method.as_str(),
        "path": path,
        "body": body,
        "isBase64Encoded": is_encoded,
    });
    if has_all {
        event["multiValueHeaders"] = all_headers.into();
        event["multiValueQueryStringParameters"] = all.into();
    } else {
        event["headers"] = headers.into();
        event["queryStringParameters"] = last.into();
    }
    event
}

/// Returns the answer that API Gateway makes of a function's result. It merges both header members,
/// so a header in both would come twice.
#[track_caller]
pub(super) fn answer(returned: &Value) -> Answer {
    let one = returned["headers"].as_object().into_iter().flatten();
    let all = returned["multiValueHeaders"].as_object().into_iter().flatten();
    let all = all
        .flat_map(|(name, values)| values.as_array().into_iter().flatten().map(move |value| (name, value)));
    answer_of(returned, one.chain(all))
}

/// Returns the answer that a load balancer makes of a function's result. It reads the header member
/// of the kind that it sends.
#[track_caller]
pub(super) fn balanced_answer(returned: &Value, has_all: bool) -> Answer {
    let description = returned["statusDescription"].as_str().unwrap_or_default();
    assert!(description.starts_with(&returned["statusCode"].to_string()), "{returned}");
    assert!(returned["isBase64Encoded"].is_boolean(), "{returned}");
    if !has_all {
        return answer_of(returned, returned["headers"].as_object().into_iter().flatten());
    }
    let all = returned["multiValueHeaders"].as_object().into_iter().flatten();
    let all = all
        .flat_map(|(name, values)| values.as_array().into_iter().flatten().map(move |value| (name, value)));
    answer_of(returned, all)
}

#[track_caller]
fn answer_of<'a>(returned: &Value, members: impl Iterator<Item = (&'a String, &'a Value)>) -> Answer {
    let status = returned["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.unwrap_or_else(|| panic!("no answer for a gateway: {returned}"));
    let mut headers = HeaderMap::new();
    for (name, value) in members {
        let value = value.as_str().unwrap_or_else(|| panic!("{name} is not text: {returned}"));
        let name: HeaderName = name.parse().expect("a header's name");
        let before = headers.insert(name.clone(), HeaderValue::from_str(value).expect("a header's value"));
        assert_eq!(before, None, "{name} is there twice: {returned}");
    }
    let body = super::event::body_returned(returned);
    Answer { status: StatusCode::from_u16(status).expect("a status"), headers, body }
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Returns the last value and all values of each name.
fn maps(pairs: impl Iterator<Item = (String, String)>) -> (Map<String, Value>, Map<String, Value>) {
    let (mut last, mut all) = (Map::new(), Map::new());
    for (name, value) in pairs {
        let values = all.entry(name.clone()).or_insert_with(|| json!([]));
        values.as_array_mut().expect("a list").push(json!(value));
        last.insert(name, json!(value));
    }
    (last, all)
}

/// Returns the headers with capitals, as some clients send them; gateways keep the case.
fn headers(question: &Question) -> (Map<String, Value>, Map<String, Value>) {
    let capital = |name: &str| {
        let parts = name.split('-').map(|part| format!("{}{}", part[..1].to_uppercase(), &part[1..]));
        parts.collect::<Vec<_>>().join("-")
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    maps(question.headers.iter().map(|(name, value)| (capital(name.as_str()), text(value))))
}

fn or_null(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { map.into() }
}
