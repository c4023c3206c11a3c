//! `POST /vouchers`: the vouchers of up to 100 customers.

use super::caching::json;
use super::parameters::Parameters;
use crate::Api;
use crate::facts::note;
use crate::fault::{Fault, FaultCode};
use crate::problem::{Problem, ProblemDocument};
use crate::request::{BATCH_BYTES_MAX, Fields, document, read_body};
use crate::voucher::{self, Answer, Call};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures::{StreamExt, stream};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::ToSchema;

/// Requests of one batch.
const REQUESTS_MAX: usize = 100;
/// Requests of a batch in flight, so that the reads of a cold instance overlap.
const IN_FLIGHT_MAX: usize = 16;

/// What became of one request of a batch. `status` says which: 200 for an answer, any other for a problem.
//
// Without OpenAPI's `discriminator`: its values are text, and each is listed. Of an integer,
// openapi-typescript makes the type `number & "200"`, which nothing has, and zod's schemas by
// @hey-api/openapi-ts refuse an entry. That an answer's status is the one value 200 and a problem's is
// 400 at least tells the two apart for validators and generators alike.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum BatchEntry {
    /// It was answered.
    Answer(Box<BatchAnswer>),
    /// It has a problem of its own.
    Problem(ProblemDocument),
}

/// The answer to one request of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchAnswer {
    /// Always 200.
    #[schema(schema_with = schema::status_of_answer)]
    status: u16,
    /// What the request would be answered alone.
    #[serde(flatten)]
    answer: Answer,
}

impl BatchEntry {
    fn of(found: Result<Answer, Problem>) -> Self {
        match found {
            Ok(answer) => Self::Answer(Box::new(BatchAnswer { status: StatusCode::OK.as_u16(), answer })),
            Err(problem) => Self::Problem(problem.into_document()),
        }
    }
}

/// Finds the vouchers for up to 100 customers
///
/// Each request gets its own answer or problem, in the order of the requests; whatever they have
/// in common is read once. It only reads: after a lost answer, a 429 or a 503, ask again.
#[utoipa::path(
    post,
    path = "/vouchers",
    operation_id = "findVouchers",
    tag = "vouchers",
    params(("explain" = Option<bool>, Query, description = "Also say where the amounts come from")),
    request_body = inline(schema::Requests),
    responses(
        (status = 200, description = "One answer or problem for each request, in their order", body = Vec<BatchEntry>,
            headers(
                ("x-request-id" = String, description = "The request's id, the caller's own if it sent one"),
                ("x-stale-seconds" = Option<u64>, description = "Only where it is not known now, as the table cannot be read or is just being read: seconds since the oldest run served was known to be current"),
            )),
        (status = 400, description = "Malformed JSON, no list, or too long a list", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "The body does not say that it is JSON, or is compressed", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the service", body = ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn find(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let call = Call::arriving();
    let explain = Parameters::of(request.uri())?.explain()?;
    let body = read_body(request, BATCH_BYTES_MAX).await?;
    let requests = requests(document(&body, BATCH_BYTES_MAX)?)?;
    note(|facts| facts.batch = Some(requests.len()));
    let entries: Vec<_> = stream::iter(requests)
        .map(async |request: Box<RawValue>| {
            BatchEntry::of(voucher::find(&api, &request, explain, &call).await)
        })
        .buffered(IN_FLIGHT_MAX)
        .collect()
        .await;
    Ok(json(&entries))
}

fn requests(document: &RawValue) -> Result<Vec<Box<RawValue>>, Problem> {
    let fault = |code, message: String| Problem::invalid(vec![Fault::at("", code, message)]);
    let requests: Vec<Box<RawValue>> = serde_json::from_str(document.get())
        .map_err(|_| fault(FaultCode::WrongType, "the body must be a list of requests".to_owned()))?;
    if requests.len() > REQUESTS_MAX {
        let message =
            format!("there are {} requests, at most {REQUESTS_MAX} are answered at a time", requests.len());
        return Err(fault(FaultCode::TooMany, message));
    }
    Ok(requests)
}

mod schema {
    use super::{Fields, REQUESTS_MAX};
    use axum::http::StatusCode;
    use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, Schema, Type};
    use utoipa::openapi::{Ref, RefOr};
    use utoipa::{PartialSchema, ToSchema};

    /// A list of requests, with its maximum length.
    pub(super) struct Requests;

    impl PartialSchema for Requests {
        fn schema() -> RefOr<Schema> {
            let items = Ref::from_schema_name(Fields::name());
            ArrayBuilder::new().items(items).max_items(Some(REQUESTS_MAX)).build().into()
        }
    }

    impl ToSchema for Requests {}

    /// The one status that an answer has.
    pub(super) fn status_of_answer() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .description(Some("The HTTP status that the answer would have alone."))
            .enum_values(Some([StatusCode::OK.as_u16()]))
            .build()
    }
}
