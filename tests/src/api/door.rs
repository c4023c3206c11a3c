//! What all ways into the API have in common.

use super::Question;
use crate::http::{self, Answer, HeaderMap, Method};
use crate::runtime::runtime;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// Where a bare event is posted to: Lambda's own path, which emulator and listener have too.
pub const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";
/// No answer takes longer, on a busy machine, or it never comes.
const ANSWERS_WITHIN: Duration = Duration::from_mins(1);

/// A way into the API.
pub trait Door {
    /// Returns its name, for messages.
    fn name(&self) -> &'static str;

    /// Asks as an HTTP client does.
    fn ask(&self, question: &Question) -> Answer;

    /// Invokes the function with a bare event and returns what it returns.
    fn invoke(&self, event: &Value) -> Value;
}

/// Sends a request to a server and waits for its answer.
#[track_caller]
pub(super) fn send(server: &str, question: &Question) -> Answer {
    let Question { method, path, headers, body } = question.clone();
    let url = format!("{server}{path}");
    let answer = http::forward(method, &url, headers, body);
    let answer = runtime().block_on(async { timeout(ANSWERS_WITHIN, answer).await });
    let answer = answer.unwrap_or_else(|_| panic!("no answer of {url} within {ANSWERS_WITHIN:?}"));
    answer.unwrap_or_else(|error| panic!("{url}: {error:?}"))
}

/// Calls an operation of a service of the local AWS.
#[track_caller]
pub(super) fn call(server: &str, service: &'static str, method: Method, path: &str, body: &Value) -> Answer {
    let (name, value) = http::authorization(service);
    let question = Question {
        method,
        path: path.to_owned(),
        headers: HeaderMap::new(),
        body: if body.is_null() { Vec::new().into() } else { body.to_string().into() },
    };
    let answer = send(server, &question.header(name, &value));
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    answer
}
