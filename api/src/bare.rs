//! The bare invocation: the event is the request itself, as callers of the proof of concept send it.
//!
//! It returns `{"statusCode": 200, "body": {"voucher amount": 2640.0}}`, `"Not available"` instead of
//! an amount, or a problem as the body.

use crate::Api;
use crate::problem::Problem;
use crate::request::{BODY_BYTES_MAX, document};
use crate::voucher::{self, Call};
use serde::Serialize;
use serde_json::value::RawValue;

/// The proof of concept's text for no amount.
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

/// Returns the response to an event, which may be any bytes.
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
    let answer = voucher::find(api, document, false, &Call::arriving()).await?;
    let amount = match answer.voucher_amount {
        // Python wrote amounts as floats.
        Some(amount) if amount.to_string().contains('.') => amount.to_string(),
        Some(amount) => format!("{amount}.0"),
        None => format!("{NOT_AVAILABLE:?}"),
    };
    let amount = RawValue::from_string(amount).map_err(|_| Problem::new(crate::problem::Kind::Internal))?;
    Ok(Voucher { amount })
}
