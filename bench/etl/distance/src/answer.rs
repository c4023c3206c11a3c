//! An answer before it is sent, and S3's errors.

use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, StatusCode};

/// A whole answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Returns an error of S3.
    pub(crate) fn error(status: StatusCode, code: &str) -> Self {
        let body = format!("<Error><Code>{code}</Code><Message>voucher-distance answers</Message></Error>");
        Self::new(status, "application/xml", body)
    }

    /// Returns an answer with a body of this type.
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: String) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CONTENT_LENGTH, body.len().into());
        Self { status, headers, body: body.into() }
    }
}
