//! What clients read about errors: problem documents, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
//!
//! A document names no internals; the log does.

use crate::facts::{note, request_id};
use crate::fault::Fault;
use crate::table::ReadError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The start of every problem's type.
const TYPE_PREFIX: &str = "urn:voucher-api:problem:";
/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// Seconds until a client may try again if DynamoDB cannot be read.
const RETRY_AFTER_SECONDS: u64 = 1;

/// The kind of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "slug, status and title say it")]
pub enum Kind {
    MalformedJson,
    InvalidRequest,
    Unauthorized,
    CountryNotPublished,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    Internal,
    Unavailable,
}

/// A problem, before it knows its request's id.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Its kind.
    pub kind: Kind,
    /// What is wrong with this request.
    detail: String,
    /// The request's faults.
    errors: Vec<Fault>,
}

/// A problem as it is sent (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Identifies the kind of problem: `urn:voucher-api:problem:` and its name.
    #[serde(rename = "type")]
    #[schema(example = "urn:voucher-api:problem:invalid-request")]
    kind: String,
    /// The kind of problem in words.
    #[schema(example = "The request is not valid")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 400, minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this very request.
    detail: String,
    /// The request's id, as in the header `x-request-id` and in the log.
    request_id: String,
    /// One entry for each fault, where the request is at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    /// Seconds after which to try again, as in the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 1)]
    retry_after_seconds: Option<u64>,
}

impl Kind {
    /// Returns the end of the problem's type.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed-json",
            Self::InvalidRequest => "invalid-request",
            Self::Unauthorized => "unauthorized",
            Self::CountryNotPublished => "country-not-published",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::RequestTimeout => "request-timeout",
            Self::BodyTooLarge => "body-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson | Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::CountryNotPublished | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::MalformedJson => "The body is not JSON",
            Self::InvalidRequest => "The request is not valid",
            Self::Unauthorized => "The request has no valid bearer token",
            Self::CountryNotPublished => "Nothing is published for the country",
            Self::NotFound => "There is nothing at this path",
            Self::MethodNotAllowed => "The path does not take this method",
            Self::RequestTimeout => "The body did not arrive in time",
            Self::BodyTooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The body must be JSON",
            Self::Internal => "The service failed",
            Self::Unavailable => "The vouchers cannot be read at the moment",
        }
    }

    fn retry_after(self) -> Option<u64> {
        (self == Self::Unavailable).then_some(RETRY_AFTER_SECONDS)
    }
}

impl Problem {
    /// Returns a problem whose detail is its title.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self::with(kind, kind.title())
    }

    /// Returns a problem with a detail.
    #[must_use]
    pub fn with(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new() }
    }

    /// Returns the problem of a request with these faults.
    #[must_use]
    pub fn invalid(errors: Vec<Fault>) -> Self {
        let detail = match &errors[..] {
            [fault] => fault.message.clone(),
            faults => format!("{} things are wrong with the request", faults.len()),
        };
        Self { kind: Kind::InvalidRequest, detail, errors }
    }

    /// Notes the problem for the log, and returns the document to send.
    #[must_use]
    pub fn into_document(self) -> ProblemDocument {
        note(|facts| facts.problems.push(self.kind.slug()));
        ProblemDocument {
            kind: format!("{TYPE_PREFIX}{}", self.kind.slug()),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: self.detail,
            request_id: request_id().unwrap_or_default(),
            errors: self.errors,
            retry_after_seconds: self.kind.retry_after(),
        }
    }
}

impl ProblemDocument {
    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }
}

/// The client can only try again; the log has the cause.
impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        note(|facts| facts.error = Some(error.to_string()));
        Self::new(Kind::Unavailable)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = self.kind;
        let body = serde_json::to_vec(&self.into_document()).unwrap_or_default();
        let mut response = (kind.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = kind.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
