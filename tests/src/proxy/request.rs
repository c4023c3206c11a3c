//! A request that the proxy saw, and what tests want to know of it.

use crate::http::{Error, HeaderMap, Method};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;

/// A request, read to its end.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its path and query, as sent.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Request {
    pub(super) async fn read(request: hyper::Request<Incoming>) -> Result<Self, Error> {
        let (head, body) = request.into_parts();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { method: head.method, path, headers: head.headers, body: body.collect().await?.to_bytes() })
    }

    /// Returns whether it is this operation of DynamoDB.
    pub fn is(&self, operation: &str) -> bool {
        self.header("x-amz-target").is_some_and(|target| target.ends_with(&format!(".{operation}")))
    }

    /// Returns whether it moves the pointer of a country.
    pub fn is_swap(&self) -> bool {
        self.is("UpdateItem") && self.json()["Key"]["item"]["S"] == "current"
    }

    /// Returns whether it reads the pointer of a country.
    pub fn is_pointer_read(&self) -> bool {
        self.is("GetItem") && self.json()["Key"]["item"]["S"] == "current"
    }

    /// Returns whether it reads any other item.
    pub fn is_item_read(&self) -> bool {
        self.is("GetItem") && !self.is_pointer_read()
    }

    /// Returns whether it moves the pointer of this country.
    pub fn is_swap_of(&self, country: &str) -> bool {
        self.is_swap() && self.json()["Key"]["country_code"]["S"] == country
    }

    /// Returns whether it claims an old run for deletion.
    pub fn is_claim(&self) -> bool {
        self.is_transaction_that("SET #collecting_at")
    }

    /// Returns whether it moves a pointer back.
    pub fn is_rollback(&self) -> bool {
        self.is_transaction_that("#rolled_back_from =")
    }

    fn is_transaction_that(&self, does: &str) -> bool {
        self.is("TransactWriteItems") && String::from_utf8_lossy(&self.body).contains(does)
    }

    /// Returns whether it reads an object, or a part of one.
    pub fn is_get_object(&self) -> bool {
        self.method == Method::GET && self.header("range").is_some()
    }

    /// Returns the first and the last byte of its range.
    pub fn range(&self) -> Option<(u64, u64)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()?))
    }

    /// Returns whether it lists a bucket.
    pub fn is_list(&self) -> bool {
        self.method == Method::GET && self.path.contains("list-type=2")
    }

    /// Returns whether it checks if a folder above a location is a table.
    pub fn is_look_for_tables(&self) -> bool {
        let logs = ["_delta_log%2F&", ".hoodie&", "metadata%2F&", "metadata%2Fv&"];
        self.is_list() && logs.iter().any(|log| format!("{}&", self.path).contains(log))
    }

    /// Returns the sort keys that a `BatchWriteItem` writes or deletes, in order; none for other requests.
    pub fn batch(&self) -> Vec<String> {
        if !self.is("BatchWriteItem") {
            return Vec::new();
        }
        let json = self.json();
        let requests = json["RequestItems"].as_object().and_then(|tables| tables.values().next()?.as_array());
        let key = |request: &Value| {
            let item = if request["PutRequest"].is_null() {
                &request["DeleteRequest"]["Key"]["item"]
            } else {
                &request["PutRequest"]["Item"]["item"]
            };
            item["S"].as_str().unwrap_or_default().to_owned()
        };
        requests.into_iter().flatten().map(key).collect()
    }

    /// Returns a header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body as JSON, or null.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
