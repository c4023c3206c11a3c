//! Requests and answers in payload format 2.0, of API Gateway's HTTP APIs.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use super::Question;
use crate::http::{Answer, HeaderMap, StatusCode};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

const DOMAIN: &str = "api-id.execute-api.us-east-1.amazonaws.com";

/// Returns the event of a request.
pub fn event(question: &Question) -> Value {
    let (path, query) = question.path_and_query();
    let path = decoded(path);
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in &question.headers {
        headers.insert(name.to_string(), json!(String::from_utf8_lossy(value.as_bytes())));
    }
    headers.insert("host".to_owned(), json!(DOMAIN));
    headers.insert("content-length".to_owned(), json!(question.body.len().to_string()));
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": DOMAIN,
            "domainPrefix": "api-id",
            "http": {
                "method": question.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "tests",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "21/Jul/2018:18:59:21 +0000",
            "timeEpoch": 1_532_199_561_000_u64,
        },
        "isBase64Encoded": false,
    });
    if !query.is_empty() {
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        event["queryStringParameters"] =
            pairs.map(|(name, value)| (decoded(name), json!(decoded(value)))).collect::<Map<_, _>>().into();
    }
    if let Some((body, is_encoded)) = body_of(question) {
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(is_encoded);
    }
    event
}

/// Returns the answer that API Gateway makes of a function's result.
pub(super) fn answer(returned: &Value) -> Answer {
    let status = returned["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.unwrap_or_else(|| panic!("no answer for API Gateway: {returned}"));
    let mut headers = HeaderMap::new();
    for (name, value) in returned["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_else(|| panic!("{name} is not text: {returned}"));
        let name: HeaderName = name.parse().expect("a header's name");
        headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
    }
    let body = body_returned(returned);
    Answer { status: StatusCode::from_u16(status).expect("a status"), headers, body }
}

/// Returns a request's body as in an event, and whether it is base 64; `None` without a body.
pub(super) fn body_of(question: &Question) -> Option<(String, bool)> {
    if question.body.is_empty() {
        return None;
    }
    Some(if question.is_text() {
        (String::from_utf8_lossy(&question.body).into_owned(), false)
    } else {
        (BASE64_STANDARD.encode(&question.body), true)
    })
}

/// Returns the body of a function's result.
pub(super) fn body_returned(returned: &Value) -> Bytes {
    let body = returned["body"].as_str().unwrap_or_default();
    if returned["isBase64Encoded"] == true {
        BASE64_STANDARD.decode(body).expect("base 64").into()
    } else {
        Bytes::copy_from_slice(body.as_bytes())
    }
}

pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
