//! Makes HTTP events safe to convert into requests, and tells them from bare invocations.
//!
//! `lambda_http`'s conversion panics on an invalid host, scheme or query, and on an address of 64 KiB.
//! An event it cannot read, for instance with an invalid header name, it passes through like a bare
//! invocation. Callers can send all of these, and must cause neither.

use lambda_http::aws_lambda_events::alb::AlbTargetGroupRequest;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use lambda_http::http::{HeaderMap, Method, header};
use lambda_http::request::LambdaRequest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;

#[cfg(test)]
mod tests;

/// Characters to encode in a query, so that any query fits into an address.
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
/// Bytes of path and query. An address has at most 65,534, and a byte may take five: three when
/// encoded, and `=` and `&` for a name without a value.
const ADDRESS_BYTES_MAX: usize = 13_000;
/// The user agent of a load balancer's health checks, by default for `/`.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#enable-health-checks-lambda>
const HEALTH_CHECKER: &str = "ELB-HealthChecker/";
/// The route for health checks.
const HEALTH_ROUTE: &str = "/healthz";
/// Events that cannot be read, from a load balancer and from API Gateway.
const UNREADABLE_OF_BALANCER: &str = r#"{"requestContext":{"elb":{}}}"#;
const UNREADABLE: &str = r#"{"requestContext":{}}"#;

/// The sender of an HTTP event that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Gateway,
    LoadBalancer,
}

/// Makes an event safe to convert into a request. If that is impossible, it becomes one that cannot
/// be read.
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

/// Returns the replacement of an event whose conversion panics after all.
pub(super) fn unreadable(event: &LambdaRequest) -> LambdaRequest {
    let of_balancer = matches!(event, LambdaRequest::Alb(_));
    LambdaRequest::PassThrough(if of_balancer { UNREADABLE_OF_BALANCER } else { UNREADABLE }.to_owned())
}

/// Returns the sender of an event that was passed through, or `None` for a bare invocation. HTTP
/// events have a request context, bare invocations have none.
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
    // serde would read a list as the fields of the struct, in order.
    if !event.trim_start().starts_with('{') {
        return None;
    }
    let context = match serde_json::from_str(event) {
        Ok(Envelope { request_context }) => request_context?.get(),
        // The event is a JSON object, so the only possible error is a second context.
        Err(_) => return Some(Origin::Gateway),
    };
    match serde_json::from_str(context) {
        Ok(Context { elb: Some(_) }) if context.starts_with('{') => Some(Origin::LoadBalancer),
        _ => Some(Origin::Gateway),
    }
}

/// Payload 2.0: an HTTP API or a function URL.
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

/// Payload 1.0: a REST API, or an HTTP API configured for it. An HTTP API's path has the stage; a
/// REST API's has not, only its context's path has, so a path that starts like the stage stays.
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

/// A load balancer: no stages; its health checks go to the health route.
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

/// Removes host and scheme: the routes need neither.
fn drop_address(headers: &mut HeaderMap) {
    headers.remove(header::HOST);
    headers.remove("x-forwarded-proto");
}

/// Clears the headers with only the last values if there are headers with all values: the
/// conversion would prefer them.
fn prefer_all_values(all: &HeaderMap, last: &mut HeaderMap) {
    if !all.is_empty() {
        last.clear();
    }
}

/// Returns a path without its leading stage: the routes know no stages.
fn below(stage: &str, path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    let below = path.strip_prefix(stage).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    format!("/{below}")
}

/// Returns a path with every literal `?`, `#` and `%` encoded. HTTP APIs decode paths, so these
/// occur; REST APIs and load balancers pass paths on as sent, where they are encoded already.
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

/// Returns whether the characters after a `%` make it an encoded byte.
fn is_encoded(rest: &[u8]) -> bool {
    rest.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

fn query_bytes<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    pairs.map(|(name, value)| name.len() + value.len() + 1).sum()
}
