//! `GET /openapi.json`: the description of this API, generated from its types.
//!
//! The document is checked in as `api/openapi.json` and served from there; a test fails when the
//! types say something else.

use super::{countries, health, segments, voucher, vouchers};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::OpenApi;

const CHECKED_IN: &str = include_str!("../../openapi.json");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Voucher API",
        description = "Answers with the voucher amount that customers like a given one were sent most often. \
            Every path also stands under /v1. Problems are RFC 9457 documents.",
        license(name = "Proprietary"),
    ),
    paths(voucher::answer, vouchers::answer, segments::read, countries::read, health::alive, health::ready, read),
    tags(
        (name = "vouchers", description = "The voucher for a customer"),
        (name = "tables", description = "What is published"),
        (name = "operation", description = "For those who run it"),
    ),
)]
struct Description;

/// Returns the document as the types have it.
///
/// # Panics
///
/// Never: it is text and numbers.
#[must_use]
pub fn document() -> String {
    let mut description = serde_json::to_value(Description::openapi()).expect("the description is JSON");
    forbid_null(&mut description);
    format!("{description:#}\n")
}

/// Parameters and headers that may be left out are described as if they could be null, which
/// nothing in an address or a header is.
fn forbid_null(value: &mut Value) {
    let is_parameter = value.get("in").is_some();
    match value {
        Value::Object(members) => {
            if let Some(headers) = members.get_mut("headers").and_then(Value::as_object_mut) {
                headers.values_mut().for_each(drop_null_type);
            }
            members.values_mut().for_each(forbid_null);
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_null),
        _ => {}
    }
    if is_parameter {
        drop_null_type(value);
    }
}

fn drop_null_type(described: &mut Value) {
    if let Some(kind) = described.pointer_mut("/schema/type")
        && let [one, null] = kind.as_array().map(Vec::as_slice).unwrap_or_default()
        && null == "null"
    {
        *kind = one.clone();
    }
}

/// Returns this description
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "operation",
    responses(
        (status = 200, description = "An OpenAPI 3.1 document", body = Value),
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
        assert_eq!(CHECKED_IN, document(), "run `make openapi` and look at what changed");
    }
}
