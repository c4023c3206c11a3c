//! The bare invocation: the request itself as the event, as the proof of concept was called.
//!
//! `{"statusCode": 200, "body": {"voucher amount": 2640.0}}`, or `"Not available"`; what goes wrong
//! is a problem in the body.

use crate::Api;
use crate::problem::Problem;
use crate::request::{BODY_BYTES_MAX, document};
use crate::voucher;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

/// How the proof of concept said that there is no amount.
const NOT_AVAILABLE: &str = "Not available";

#[derive(Serialize)]
struct InvocationResponse<Body> {
    #[serde(rename = "statusCode")]
    status: u16,
    body: Body,
}

#[derive(Serialize)]
struct Voucher {
    #[serde(rename = "voucher amount")]
    amount: Box<RawValue>,
}

/// Answers an event that may be anything.
pub async fn invoke(api: &Api, event: &[u8]) -> String {
    let response = match find_amount(api, event).await {
        Ok(voucher) => serde_json::to_string(&InvocationResponse { status: 200, body: voucher }),
        Err(problem) => {
            let document = problem.into_document();
            serde_json::to_string(&InvocationResponse { status: document.status(), body: document })
        }
    };
    response.unwrap_or_default()
}

async fn find_amount(api: &Api, event: &[u8]) -> Result<Voucher, Problem> {
    let document = document(event, BODY_BYTES_MAX)?;
    let answer = voucher::find(api, document, false, Instant::now()).await?;
    let amount = match answer.voucher_amount {
        // Python wrote every amount as a float.
        Some(amount) if amount.to_string().contains('.') => amount.to_string(),
        Some(amount) => format!("{amount}.0"),
        None => format!("{NOT_AVAILABLE:?}"),
    };
    let amount = RawValue::from_string(amount).map_err(|_| Problem::new(crate::problem::Kind::Internal))?;
    Ok(Voucher { amount })
}
