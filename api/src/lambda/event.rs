//! Events of HTTP, made safe to be turned into requests, and told apart from bare invocations.
//!
//! That conversion panics on a host, a scheme or a query that is no part of an address, and on an
//! address of 64 KiB, all of which a caller can send; and it hands on as a bare invocation what it
//! cannot read, such as a header whose name is none. Neither may a caller bring about.

use lambda_http::aws_lambda_events::alb::AlbTargetGroupRequest;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use lambda_http::http::{HeaderMap, Method, header};
use lambda_http::request::LambdaRequest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;

#[cfg(test)]
mod tests;

/// What an address must not hold as it is, so that any query can be carried in one.
const NOT_IN_QUERIES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'#')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'^')
    .add(b'\\');
/// Bytes of path and query. An address of ours has 65,534 at most, and each byte may take five:
/// three encoded, and `=` and `&` of a name without a value.
const ADDRESS_BYTES_MAX: usize = 13_000;
/// Who asks a target whether it is well, by default for `/`.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#enable-health-checks-lambda>
const HEALTH_CHECKER: &str = "ELB-HealthChecker/";
/// The route that says so.
const HEALTH_ROUTE: &str = "/healthz";
/// An event that cannot be read, of a load balancer and of API Gateway.
const UNREADABLE_OF_BALANCER: &str = r#"{"requestContext":{"elb":{}}}"#;
const UNREADABLE: &str = r#"{"requestContext":{}}"#;

/// Where an event of HTTP comes from that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Gateway,
    LoadBalancer,
}

/// Makes an event safe to be turned into a request. One for which that is not possible becomes one
/// that cannot be read.
pub(super) fn sanitize(event: &mut LambdaRequest) {
    let (fits, unreadable) = match event {
        LambdaRequest::ApiGatewayV1(request) => (sanitize_rest(request), UNREADABLE),
        LambdaRequest::ApiGatewayV2(request) => (sanitize_http(request), UNREADABLE),
        LambdaRequest::Alb(request) => (sanitize_balanced(request), UNREADABLE_OF_BALANCER),
        _ => return,
    };
    if !fits {
        *event = LambdaRequest::PassThrough(unreadable.to_owned());
    }
}

/// Returns what an event becomes that could not be turned into a request after all.
pub(super) fn unreadable(event: &LambdaRequest) -> LambdaRequest {
    let of_balancer = matches!(event, LambdaRequest::Alb(_));
    LambdaRequest::PassThrough(if of_balancer { UNREADABLE_OF_BALANCER } else { UNREADABLE }.to_owned())
}

/// Returns where an event comes from that was passed through unread, if it is one of HTTP: whatever
/// has a request's context is, and a bare invocation has none.
pub(super) fn origin(event: &str) -> Option<Origin> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Envelope<'a> {
        #[serde(borrow, default)]
        request_context: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Context<'a> {
        #[serde(borrow, default)]
        elb: Option<&'a RawValue>,
    }
    // A list would be read as the members of the struct, in their order.
    if !event.trim_start().starts_with('{') {
        return None;
    }
    let context = match serde_json::from_str(event) {
        Ok(Envelope { request_context }) => request_context?.get(),
        // The event is JSON and an object: its context is there twice.
        Err(_) => return Some(Origin::Gateway),
    };
    match serde_json::from_str(context) {
        Ok(Context { elb: Some(_) }) if context.starts_with('{') => Some(Origin::LoadBalancer),
        _ => Some(Origin::Gateway),
    }
}

/// Payload 2.0: an HTTP API, or a function's own address.
fn sanitize_http(request: &mut ApiGatewayV2httpRequest) -> bool {
    drop_address(&mut request.headers);
    request.request_context.domain_name = None;
    let stage = request.request_context.stage.take().unwrap_or_default();
    let path = request.raw_path.take().unwrap_or_default();
    let query = request.raw_query_string.take().unwrap_or_default();
    let bytes = path.len() + query.len();
    request.raw_path = Some(escaped(&below(&stage, &path)));
    request.raw_query_string = Some(utf8_percent_encode(&query, NOT_IN_QUERIES).to_string());
    bytes <= ADDRESS_BYTES_MAX
}

/// Payload 1.0: a REST API, or an HTTP API that is asked for it. Only the latter has the stage in
/// its path; a REST API has it in that of the context alone, before a path that may begin alike.
fn sanitize_rest(request: &mut ApiGatewayProxyRequest) -> bool {
    drop_address(&mut request.headers);
    drop_address(&mut request.multi_value_headers);
    prefer_all_values(&request.multi_value_headers, &mut request.headers);
    request.request_context.domain_name = None;
    let stage = request.request_context.stage.take().unwrap_or_default();
    let path = request.path.take().unwrap_or_default();
    let bytes = path.len()
        + query_bytes(request.multi_value_query_string_parameters.iter())
        + query_bytes(request.query_string_parameters.iter());
    let whole = request.request_context.path.as_deref();
    let path = if whole == Some(&format!("/{stage}{path}")) { path } else { below(&stage, &path) };
    request.path = Some(escaped(&path));
    bytes <= ADDRESS_BYTES_MAX
}

/// A load balancer: no stages, and whatever is asked about its targets' health.
fn sanitize_balanced(request: &mut AlbTargetGroupRequest) -> bool {
    drop_address(&mut request.headers);
    drop_address(&mut request.multi_value_headers);
    prefer_all_values(&request.multi_value_headers, &mut request.headers);
    let path = request.path.take().unwrap_or_default();
    let bytes = path.len()
        + query_bytes(request.multi_value_query_string_parameters.iter())
        + query_bytes(request.query_string_parameters.iter());
    let agent = [&request.headers, &request.multi_value_headers]
        .into_iter()
        .find_map(|headers| headers.get(header::USER_AGENT)?.to_str().ok());
    let is_health_check = request.http_method == Method::GET
        && path == "/"
        && agent.is_some_and(|agent| agent.starts_with(HEALTH_CHECKER));
    request.path = Some(if is_health_check { HEALTH_ROUTE.to_owned() } else { escaped(&path) });
    bytes <= ADDRESS_BYTES_MAX
}

/// Takes out what says at which address the request arrived: the routes need neither host nor
/// scheme.
fn drop_address(headers: &mut HeaderMap) {
    headers.remove(header::HOST);
    headers.remove("x-forwarded-proto");
}

/// Where an event has all values of its headers, those that have the last ones alone would take
/// their place.
fn prefer_all_values(all: &HeaderMap, last: &mut HeaderMap) {
    if !all.is_empty() {
        last.clear();
    }
}

/// Returns a path without the stage that leads it: the routes know no stages.
fn below(stage: &str, path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    let below = path.strip_prefix(stage).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    format!("/{below}")
}

/// Returns a path whose every `?`, `#` and `%` means what it should: REST APIs and load balancers
/// hand paths on as they were sent, where no other does occur; HTTP APIs have decoded them.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len() + 1);
    if !path.starts_with('/') {
        escaped.push('/');
    }
    for (at, character) in path.char_indices() {
        match character {
            '?' => escaped.push_str("%3F"),
            '#' => escaped.push_str("%23"),
            '%' if !is_encoded(&path.as_bytes()[at + 1..]) => escaped.push_str("%25"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns whether what follows a `%` makes an encoded byte of it.
fn is_encoded(rest: &[u8]) -> bool {
    rest.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

fn query_bytes<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    pairs.map(|(name, value)| name.len() + value.len() + 1).sum()
}
