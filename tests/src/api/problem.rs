//! The envelope that all problem documents share.

use crate::http::Answer;
use serde_json::Value;

/// The prefix of every problem's type.
pub const PROBLEM_TYPE: &str = "urn:voucher-api:problem:";

/// Returns the last part of a problem's type.
///
/// # Errors
///
/// If the answer is not a whole problem document of its own status; the error says what it is.
pub fn problem_of(answer: &Answer) -> Result<String, String> {
    let wrong = || format!("not a problem document: {answer:?} {:?}", answer.headers);
    let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body: Value = serde_json::from_slice(&answer.body).map_err(|_| wrong())?;
    let is_whole = header("content-type") == "application/problem+json"
        && body["status"] == answer.status.as_u16()
        && body["request_id"] == header("x-request-id")
        && ["title", "detail"].iter().all(|name| body[name].is_string());
    let kind = body["type"].as_str().and_then(|kind| kind.strip_prefix(PROBLEM_TYPE));
    kind.filter(|_| is_whole).map(ToOwned::to_owned).ok_or_else(wrong)
}
