//! The response to an HTTP event that cannot be read: a problem, in the form that its sender takes.
//! `lambda_http` passes such an event through like a bare invocation, but it is none.

use super::event::Origin;
use crate::observe::{Invocation, Observer, observed};
use crate::problem::{Kind, Problem};
use crate::routes::body_bytes;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use lambda_http::{Body as EventBody, Request, RequestExt};
use serde::Serialize;
use std::collections::BTreeMap;

/// An unknown method or route in the log.
const UNKNOWN: &str = "none";

/// A response as API Gateway and load balancers take it.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProxyResponse<'a> {
    status_code: u16,
    headers: BTreeMap<&'a str, &'a str>,
    body: &'a str,
    is_base64_encoded: bool,
    /// For load balancers only; API Gateway would send each header twice.
    #[serde(flatten)]
    balanced: Option<Balanced<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Balanced<'a> {
    status_description: String,
    multi_value_headers: BTreeMap<&'a str, [&'a str; 1]>,
}

/// Returns the response to an HTTP event that cannot be read.
pub(super) async fn respond(observer: &Observer, request: &Request, origin: Origin) -> Response<EventBody> {
    let no_headers = HeaderMap::new();
    let invocation = Invocation::new(UNKNOWN, UNKNOWN, &no_headers, request.lambda_context_ref());
    let refused = async {
        let detail = "the request cannot be read: its address, a header or its body is malformed";
        Problem::with(Kind::InvalidRequest, detail).into_response()
    };
    let (head, body) = observed(observer, invocation, refused).await.into_parts();
    let body = body_bytes(body).await;
    let headers: BTreeMap<_, _> =
        head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let balanced = (origin == Origin::LoadBalancer).then(|| Balanced {
        status_description: head.status.to_string(),
        multi_value_headers: headers.iter().map(|(name, value)| (*name, [*value])).collect(),
    });
    let response = ProxyResponse {
        status_code: head.status.as_u16(),
        headers,
        body: std::str::from_utf8(&body).unwrap_or_default(),
        is_base64_encoded: false,
        balanced,
    };
    Response::new(EventBody::Text(serde_json::to_string(&response).unwrap_or_default()))
}
