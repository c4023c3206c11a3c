//! `GET /openapi.json`: this API's description, generated from its types.
//!
//! The served text is the checked-in `api/openapi.json`; a test fails if the types differ from it.

mod as_it_is;

mod doors;

use super::{countries, health, segments, voucher, vouchers};
use as_it_is::{AsItIs, OpenTexts};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use doors::Doors;
use utoipa::OpenApi;

const CHECKED_IN: &str = include_str!("../../../openapi.json");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Voucher API",
        description = "Answers with the voucher amount that customers like a given one were sent most often. \
            Call the paths under /v1, as the servers here do; each also stands without. Problems are RFC 9457 \
            documents. Within /v1 there may be more members, reasons, codes, problem types and routes at any \
            time: ignore what you do not know.",
    ),
    servers(
        (url = "/v1", description = "Where this document is from"),
        (url = "http://127.0.0.1:9000/v1", description = "The plain listener"),
        (url = "https://{api_id}.execute-api.{region}.amazonaws.com/v1", description = "API Gateway",
            variables(
                ("api_id" = (default = "abcde12345", description = "The id of the HTTP API")),
                ("region" = (default = "us-east-1", description = "Its region")),
            )),
    ),
    // Of the whole document, not of each operation: that some need none, openapi-python-client takes for
    // their needing one. At most one is asked for, as both go into the same header.
    security((), ("sigv4" = []), ("bearer" = [])),
    modifiers(&AsItIs, &OpenTexts, &Doors),
    paths(voucher::find, vouchers::find, segments::read, countries::read, health::alive, health::ready, read),
    tags(
        (name = "vouchers", description = "The voucher for a customer"),
        (name = "tables", description = "What is published"),
        (name = "operation", description = "For those who run it"),
    ),
)]
struct Description;

/// Returns the OpenAPI document generated from the types.
///
/// # Panics
///
/// Never: text and numbers are JSON.
#[must_use]
pub fn description() -> String {
    let json = Description::openapi().to_pretty_json().expect("the description is JSON");
    format!("{json}\n")
}

/// Returns this description
///
/// Clients are generated from it.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "getDescription",
    tag = "operation",
    responses(
        (status = 200, description = "An OpenAPI 3.1 document", body = serde_json::Value),
        (status = 304, description = "It is what is known already"),
        (status = 500, description = "A fault of the service", body = crate::problem::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn read() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, CHECKED_IN).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_checked_in_is_what_the_types_say() {
        // `assert_eq` would print both texts, thousands of lines.
        assert!(CHECKED_IN == description(), "run `make openapi` and review the diff");
    }
}
