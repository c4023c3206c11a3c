//! What the proxy can do with a request.

use super::Request;
use crate::http::Answer;
use crate::runtime::runtime;
use bytes::Bytes;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Timeout for a request to reach a gate.
const HELD_WITHIN: Duration = Duration::from_secs(30);

/// Edits an answer on its way back.
type EditFn = Box<dyn FnOnce(Answer) -> Answer + Send>;

/// What the proxy does with a request.
pub enum Action {
    /// Forward it, and return the answer.
    Pass,
    /// Answer this, and forward nothing.
    Answer(Answer),
    /// Close the connection, and forward nothing.
    Drop,
    /// Forward it, and close the connection instead of returning the answer.
    LoseAnswer,
    /// Forward it, and return the edited answer.
    Edit(EditFn),
    /// Forward another body, and return the edited answer.
    PassInstead(Bytes, EditFn),
    /// Forward it, and break off the answer's body after so many bytes.
    Truncate(usize),
    /// Forward it, return so many bytes of the answer's body, pause for so long, break off.
    Stall(usize, Duration),
    /// Do this, but where it closes the connection, reset it.
    Reset(Box<Action>),
    /// Reset the connection, and refuse others for so long.
    Refuse(Duration),
    /// Reset the connection, and forward the request so much later, when nobody waits for it.
    Late(Duration),
    /// Wait first.
    Delay(Duration, Box<Action>),
    /// Wait until a gate opens, then forward it.
    Hold(Gate),
}

impl Action {
    /// Answers an error as DynamoDB phrases it.
    pub fn dynamodb_error(status: u16, code: &str) -> Self {
        Self::Answer(Answer::dynamodb_error(status, code))
    }

    /// Answers an error as S3 phrases it.
    pub fn s3_error(status: u16, code: &str) -> Self {
        Self::Answer(Answer::s3_error(status, code))
    }

    /// Edits the answer.
    pub fn edit(edit: impl FnOnce(Answer) -> Answer + Send + 'static) -> Self {
        Self::Edit(Box::new(edit))
    }

    /// Forwards the first `taken` requests of a `BatchWriteItem` and returns the others as unprocessed,
    /// as DynamoDB does when a table lacks capacity.
    pub fn hand_back_after(request: &Request, taken: usize) -> Self {
        let mut body = request.json();
        let tables = body["RequestItems"].as_object_mut().expect("a batch");
        let (table, requests) = tables.iter_mut().next().expect("a table");
        let requests = requests.as_array_mut().expect("requests");
        let handed_back = requests.split_off(taken.min(requests.len()));
        let unprocessed = if handed_back.is_empty() { json!({}) } else { json!({ table: handed_back }) };
        if requests.is_empty() {
            let answer = Answer::dynamodb_error(200, "")
                .with_body(json!({ "UnprocessedItems": unprocessed }).to_string());
            return Self::Answer(answer);
        }
        let edit = move |answer: Answer| {
            let mut json = answer.json();
            json["UnprocessedItems"] = unprocessed;
            answer.with_body(json.to_string())
        };
        Self::PassInstead(body.to_string().into(), Box::new(edit))
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Action")
    }
}

/// Holds requests until it is opened, and signals that one waits.
#[derive(Debug, Clone)]
pub struct Gate(Arc<watch::Sender<State>>);

#[derive(Debug, Clone, Copy, Default)]
struct State {
    is_reached: bool,
    is_open: bool,
}

impl Gate {
    /// Returns a closed gate.
    pub fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }

    /// Lets all requests through from now on.
    pub fn open(&self) {
        self.0.send_modify(|state| state.is_open = true);
    }

    /// Waits until a request is held.
    pub fn wait_until_reached(&self) {
        let mut states = self.0.subscribe();
        let reached = async { timeout(HELD_WITHIN, states.wait_for(|state| state.is_reached)).await.is_ok() };
        assert!(runtime().block_on(reached), "no request came to the gate");
    }

    pub(super) async fn pass(&self) {
        self.0.send_modify(|state| state.is_reached = true);
        // The sender is in `self`, so the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|state| state.is_open).await;
    }
}
