//! Wraps every request: gives it an id, collects its facts, catches panics, writes its log line.

use super::Observer;
use super::line::{Completed, line};
use super::request_id::{HEADER, choose};
use super::trace::{is_amazon, is_w3c};
use crate::facts::{Facts, gathered};
use crate::problem::{Kind, Problem};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use futures::FutureExt;
use lambda_http::Context;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Seconds since the served run was last known to be current, if a refresh failed.
const STALE_HEADER: &str = "x-stale-seconds";
/// AWS's header with the trace id, and the W3C's.
const TRACE_HEADER: &str = "x-amzn-trace-id";
const TRACEPARENT_HEADER: &str = "traceparent";
/// Characters of a method; a longer one is logged as [`METHOD_OTHER`].
const METHOD_CHARS_MAX: usize = 16;
const METHOD_OTHER: &str = "OTHER";

static IS_WARM: AtomicBool = AtomicBool::new(false);

/// A request as the log describes it.
#[derive(Debug)]
pub struct Invocation<'a> {
    /// Its method.
    method: String,
    /// The template of its route.
    route: String,
    /// Its headers.
    headers: &'a HeaderMap,
    /// Lambda's id for it.
    request_id: Option<String>,
    /// Lambda's trace id.
    trace_id: Option<String>,
}

impl<'a> Invocation<'a> {
    /// Describes a request; one that came through Lambda has a `context`.
    pub(crate) fn new(method: &str, route: &str, headers: &'a HeaderMap, context: Option<&Context>) -> Self {
        Self {
            method: if method.len() <= METHOD_CHARS_MAX { method } else { METHOD_OTHER }.to_owned(),
            route: route.to_owned(),
            headers,
            request_id: context.map(|context| context.request_id.clone()),
            trace_id: context.and_then(|context| context.xray_trace_id.clone()),
        }
    }
}

/// Runs `work` for a request, counts it, and logs it.
pub async fn observed(
    observer: &Observer,
    invocation: Invocation<'_>,
    work: impl Future<Output = Response>,
) -> Response {
    let began = Instant::now();
    let id = choose(invocation.headers, invocation.request_id.as_deref());
    let facts = Facts { request_id: id.clone(), ..Facts::default() };
    let (mut response, facts) = gathered(facts, async {
        // A panic must end neither the process nor other requests.
        let completed = AssertUnwindSafe(work).catch_unwind().await;
        completed.unwrap_or_else(|_| Problem::new(Kind::Internal).into_response())
    })
    .await;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HEADER, value);
    }
    if let Some(stale) = facts.stale {
        headers.insert(STALE_HEADER, HeaderValue::from(stale.as_secs()));
    }
    let is_cold_start = !IS_WARM.swap(true, Ordering::Relaxed);
    let (status, duration) = (response.status().as_u16(), began.elapsed());
    observer.completed(&invocation.route, status, duration, &facts);
    // An alarm looks at the ages of the runs: they are there whenever they were asked for.
    let Some(share) = observer.log.admits(Completed::level(status), facts.run_ages.is_none()) else {
        return response;
    };
    let header = |name| invocation.headers.get(name).and_then(|value| value.to_str().ok());
    let trace_id = invocation.trace_id.as_deref().or_else(|| header(TRACE_HEADER));
    let line = line(&Completed {
        timestamp_ms: Utc::now().timestamp_millis(),
        method: &invocation.method,
        route: &invocation.route,
        status,
        duration,
        trace_id: trace_id.filter(|trace| is_amazon(trace)),
        traceparent: header(TRACEPARENT_HEADER).filter(|trace| is_w3c(trace)),
        is_cold_start,
        share,
        facts: &facts,
    });
    observer.log.write(&line);
    response
}
