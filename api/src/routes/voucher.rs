//! `POST /voucher`: the voucher of one customer.

use super::caching::json;
use super::parameters::Parameters;
use crate::Api;
use crate::problem::{Problem, ProblemDocument};
use crate::request::{BODY_BYTES_MAX, Fields, document, read_body};
use crate::voucher::{self, Call};
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

/// Finds the voucher for a customer
///
/// The amount that customers of the same country, segment and bucket were given most often.
/// A customer outside every bucket, or in one without data, gets null and a reason.
/// It only reads: after a lost answer, a 429 or a 503, ask again.
#[utoipa::path(
    post,
    path = "/voucher",
    operation_id = "findVoucher",
    tag = "vouchers",
    params(("explain" = Option<bool>, Query, description = "Also say where the amount comes from")),
    request_body = Fields,
    responses(
        (status = 200, description = "The voucher, or why there is none", body = voucher::Answer,
            headers(
                ("x-request-id" = String, description = "The request's id, the caller's own if it sent one"),
                ("x-stale-seconds" = Option<u64>, description = "Only where it is not known now, as the table cannot be read or is just being read: seconds since the run was known to be current"),
            ),
            examples(
                ("amount" = (summary = "An amount", value = json!({
                    "voucher_amount": 2640, "customer_id": 123, "country_code": "Peru", "segment_name": "frequent_segment",
                    "bucket": "14-37", "run_id": "01a20d29-b6c6-736e-a0e0-e5330a50dd2e"}))),
                ("none" = (summary = "Outside every bucket", value = json!({
                    "voucher_amount": null, "customer_id": "C-7", "country_code": "Peru", "segment_name": "frequent_segment",
                    "bucket": null, "run_id": "01a20d29-b6c6-736e-a0e0-e5330a50dd2e", "reason": "no_bucket"}))),
            )),
        (status = 400, description = "Malformed JSON, or every fault of the request", body = ProblemDocument, content_type = "application/problem+json",
            example = json!({
                "type": "urn:voucher-api:problem:invalid-request", "title": "The request is not valid", "status": 400,
                "detail": "total_orders must not be negative", "request_id": "01a20d29-b6c6-736e-a0e0-e5330a50dd2e",
                "errors": [{"pointer": "/total_orders", "code": "negative", "message": "total_orders must not be negative"}]})),
        (status = 404, description = "Nothing is published for the country", body = ProblemDocument, content_type = "application/problem+json",
            example = json!({
                "type": "urn:voucher-api:problem:country-not-published", "title": "Nothing is published for the country", "status": 404,
                "detail": "narnia has no vouchers", "request_id": "01a20d29-b6c6-736e-a0e0-e5330a50dd2e"})),
        (status = 408, description = "The body did not arrive in time", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "The body does not say that it is JSON, or is compressed", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the service", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The table cannot be read: try again", body = ProblemDocument, content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds after which to try again")),
            example = json!({
                "type": "urn:voucher-api:problem:unavailable", "title": "The vouchers cannot be read at the moment", "status": 503,
                "detail": "The vouchers cannot be read at the moment", "request_id": "01a20d29-b6c6-736e-a0e0-e5330a50dd2e",
                "retry_after_seconds": 1})),
    ),
)]
pub(super) async fn find(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let call = Call::arriving();
    let explain = Parameters::of(request.uri())?.explain()?;
    let body = read_body(request, BODY_BYTES_MAX).await?;
    let answer = voucher::find(&api, document(&body, BODY_BYTES_MAX)?, explain, &call).await?;
    Ok(json(&answer))
}
