//! Around every request: its id, its facts, the end of any panic, and its line.

use super::line::{Completed, line};
use super::request_id::{HEADER, choose};
use crate::facts::{Facts, gathered};
use crate::problem::{Kind, Problem};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use futures::FutureExt;
use lambda_http::Context;
use std::io::{Write, stdout};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Seconds since the served run was known to be current, where a refresh failed.
const STALE_HEADER: &str = "x-stale-seconds";
/// The header that AWS puts a trace's id into.
const TRACE_HEADER: &str = "x-amzn-trace-id";
/// Characters of a trace's id that are logged.
const TRACE_CHARS_MAX: usize = 256;

static IS_WARM: AtomicBool = AtomicBool::new(false);

/// How a request came in.
#[derive(Debug)]
pub struct Invocation<'a> {
    /// Its method.
    method: String,
    /// The template of its route.
    route: String,
    /// Its headers.
    headers: &'a HeaderMap,
    /// The id that Lambda gave it.
    request_id: Option<String>,
    /// The trace that Lambda put it into.
    trace_id: Option<String>,
}

impl<'a> Invocation<'a> {
    /// Returns a request as it is logged; `context` is Lambda's, where it came through Lambda.
    pub(crate) fn new(method: &str, route: &str, headers: &'a HeaderMap, context: Option<&Context>) -> Self {
        Self {
            method: method.to_owned(),
            route: route.to_owned(),
            headers,
            request_id: context.map(|context| context.request_id.clone()),
            trace_id: context.and_then(|context| context.xray_trace_id.clone()),
        }
    }
}

/// Answers a request by `work` and writes its line.
pub async fn observed(invocation: Invocation<'_>, work: impl Future<Output = Response>) -> Response {
    let began = Instant::now();
    let id = choose(invocation.headers, invocation.request_id.as_deref());
    let facts = Facts { request_id: id.clone(), ..Facts::default() };
    let (mut response, facts) = gathered(facts, async {
        // A panic is a fault of ours; it ends neither the process nor the other requests.
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
    let trace_of_header = invocation.headers.get(TRACE_HEADER).and_then(|trace| trace.to_str().ok());
    let trace_id = invocation.trace_id.as_deref().or(trace_of_header);
    write(&Completed {
        timestamp_ms: Utc::now().timestamp_millis(),
        method: &invocation.method,
        route: &invocation.route,
        status: response.status().as_u16(),
        duration: began.elapsed(),
        trace_id: trace_id.filter(|trace| trace.len() <= TRACE_CHARS_MAX),
        is_cold_start: !IS_WARM.swap(true, Ordering::Relaxed),
        facts: &facts,
    });
    response
}

/// Writes a line about something that is no request.
pub(crate) fn warn(error: &impl std::fmt::Display) {
    let line = serde_json::json!({ "level": "warn", "message": error.to_string() });
    let _ = stdout().write_all(format!("{line}\n").as_bytes());
}

/// One write a line, so that lines of two requests never mix; a closed stdout is no failure.
fn write(completed: &Completed<'_>) {
    let text = format!("{}\n", line(completed));
    let _ = stdout().write_all(text.as_bytes());
}
