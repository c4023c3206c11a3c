//! `GET /openapi.json`: this API's description, generated from its types.
//!
//! The served text is the checked-in `api/openapi.json`; a test fails if the types differ from it.

use super::{countries, health, segments, voucher, vouchers};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::{Modify, OpenApi};

const CHECKED_IN: &str = include_str!("../../openapi.json");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Voucher API",
        description = "Answers with the voucher amount that customers like a given one were sent most often. \
            Every path also stands under /v1. Problems are RFC 9457 documents.",
    ),
    modifiers(&AsItIs),
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

/// Removes two things that the macros add: the crate's licence, which is not the API's, and `null`
/// as a value of optional parameters and headers, which are never null.
struct AsItIs;

impl Modify for AsItIs {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        description.info.license = None;
        for path in description.paths.paths.values_mut() {
            for operation in [&mut path.get, &mut path.post].into_iter().flatten() {
                for parameter in operation.parameters.iter_mut().flatten() {
                    if let RefOr::T(parameter) = parameter {
                        drop_null(&mut parameter.schema);
                    }
                }
                for response in operation.responses.responses.values_mut() {
                    if let RefOr::T(response) = response {
                        for header in response.headers.values_mut() {
                            if let RefOr::T(header) = header {
                                drop_null(&mut header.schema);
                            }
                        }
                    }
                }
            }
        }
    }
}

fn drop_null(schema: &mut Option<RefOr<Schema>>) {
    if let Some(RefOr::T(Schema::Object(object))) = schema
        && let SchemaType::Array(types) = &object.schema_type
        && let [one, Type::Null] | [Type::Null, one] = &types[..]
    {
        object.schema_type = SchemaType::Type(one.clone());
    }
}

/// Returns this description
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
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
