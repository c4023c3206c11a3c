//! What all ways into the API share.

use super::Question;
use crate::http::{self, Answer, HeaderMap, Method};
use crate::runtime::runtime;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// The path for bare events: Lambda's own, which emulator and listener share.
pub const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";
/// Timeout of an answer, generous for a busy machine.
const ANSWERS_WITHIN: Duration = Duration::from_mins(1);

/// A way into the API.
pub trait Door {
    /// Returns its name, for messages.
    fn name(&self) -> &'static str;

    /// Asks over HTTP.
    fn ask(&self, question: &Question) -> Answer;

    /// Invokes the function with a bare event and returns its result.
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
