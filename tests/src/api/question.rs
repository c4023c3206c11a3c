//! A client's request, for any door.

use crate::http::{HeaderMap, Method};
use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::Value;

/// Method, path with query, headers, body.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its method.
    pub method: Method,
    /// Its path and query, percent-encoded.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Question {
    /// Returns a request without headers and body.
    pub fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Returns a `GET`.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Returns a `POST` of JSON.
    pub fn post(path: &str, body: &Value) -> Self {
        Self::new(Method::POST, path).json(body.to_string())
    }

    /// Replaces the body and declares it as JSON.
    pub fn json(self, body: impl Into<Bytes>) -> Self {
        self.header("content-type", "application/json").body(body)
    }

    /// Replaces the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a header.
    #[track_caller]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    /// Splits path and query, the latter without `?`.
    pub(super) fn path_and_query(&self) -> (&str, &str) {
        self.path.split_once('?').unwrap_or((&self.path, ""))
    }

    /// Returns whether API Gateway passes the body on as text; it encodes anything else.
    pub(super) fn is_text(&self) -> bool {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.starts_with("text/")
            || ["application/json", "application/xml", "application/javascript"].contains(&kind)
    }
}
