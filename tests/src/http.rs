//! Sends one HTTP request and reads its whole answer.

use crate::environment::ACCESS_KEY;
use crate::runtime::runtime;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
pub use hyper::header::HeaderMap;
pub use hyper::{Method, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::fmt;

/// Why a request got no whole answer.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// An answer, read to its end.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Returns an error of DynamoDB.
    pub fn dynamodb_error(status: u16, code: &str) -> Self {
        let body = serde_json::json!({
            "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
            "message": "the test says so",
        });
        Self::new(status, "application/x-amz-json-1.0", body.to_string())
    }

    /// Returns an error of S3.
    pub fn s3_error(status: u16, code: &str) -> Self {
        let body = format!("<Error><Code>{code}</Code><Message>the test says so</Message></Error>");
        Self::new(status, "application/xml", body)
    }

    /// Returns an answer in XML.
    pub fn xml(body: String) -> Self {
        Self::new(200, "application/xml", body)
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Replaces the body and its length.
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.headers.insert("content-length", self.body.len().into());
        // It is the checksum of the old body.
        self.headers.remove("x-amz-crc32");
        self
    }

    fn new(status: u16, content_type: &'static str, body: String) -> Self {
        let status = StatusCode::from_u16(status).expect("a status");
        let mut headers = HeaderMap::new();
        headers.insert("content-type", content_type.parse().expect("a header"));
        Self { status, headers, body: Bytes::new() }.with_body(body)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:?}", self.status, String::from_utf8_lossy(&self.body))
    }
}

/// Sends a request; fails if no whole answer comes.
pub(crate) async fn forward(
    method: Method,
    url: &str,
    headers: HeaderMap,
    body: impl Into<Bytes>,
) -> Result<Answer, Error> {
    let mut request = hyper::Request::builder().method(method).uri(url).body(Full::new(body.into()))?;
    *request.headers_mut() = headers;
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let (head, body) = client.request(request).await?.into_parts();
    Ok(Answer { status: head.status, headers: head.headers, body: body.collect().await?.to_bytes() })
}

/// Sends a request and waits for its answer.
pub(crate) fn send(
    method: Method,
    url: &str,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> Result<Answer, Error> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse()?);
    }
    runtime().block_on(forward(method, url, map, body))
}

/// Returns the header that tells a local AWS the service and region.
pub(crate) fn authorization(service: &str) -> (&'static str, String) {
    let scope = format!("Credential={ACCESS_KEY}/20260101/us-east-1/{service}/aws4_request");
    ("authorization", format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"))
}
