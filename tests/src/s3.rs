//! A bucket, its objects and its uploads.

use crate::http::{self, Answer, Method};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fs;
use std::path::Path;

/// Bytes of a key that a URL does not escape.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A bucket of histories.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    endpoint: String,
}

impl Bucket {
    /// Creates the bucket.
    pub(crate) fn create(endpoint: &str, name: &str) -> Self {
        let bucket = Self { name: name.to_owned(), endpoint: endpoint.to_owned() };
        bucket.send(Method::PUT, "", Vec::new(), 200);
        bucket
    }

    /// Uploads a file under `key` and returns its `s3://` location.
    pub fn upload(&self, file: &Path, key: &str) -> String {
        self.put(key, fs::read(file).expect("the file can be read"))
    }

    /// Uploads bytes under `key` and returns their `s3://` location.
    pub fn put(&self, key: &str, bytes: Vec<u8>) -> String {
        self.send(Method::PUT, &path(key), bytes, 200);
        self.location(key)
    }

    /// Deletes the object of this key.
    pub fn delete(&self, key: &str) {
        self.send(Method::DELETE, &path(key), Vec::new(), 204);
    }

    /// Returns the object of this key, or `None`.
    pub fn get(&self, key: &str) -> Option<Bytes> {
        let answer = self.ask(Method::GET, &path(key), Vec::new());
        match answer.status.as_u16() {
            200 => Some(answer.body),
            404 => None,
            _ => panic!("{key}: {answer:?}"),
        }
    }

    /// Returns up to a thousand keys with this prefix; keys must need no XML escapes.
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        let answer = self.ask(Method::GET, &format!("?list-type=2&prefix={prefix}"), Vec::new());
        assert_eq!(answer.status, 200, "{answer:?}");
        let listed = String::from_utf8_lossy(&answer.body).into_owned();
        let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
        keys.map(|(key, _)| key.to_owned()).collect()
    }

    /// Returns whether a multipart upload is neither completed nor aborted.
    pub fn has_uploads(&self) -> bool {
        let answer = self.ask(Method::GET, "?uploads", Vec::new());
        assert_eq!(answer.status, 200, "{answer:?}");
        String::from_utf8_lossy(&answer.body).contains("<Upload>")
    }

    /// Returns the location of a key, a prefix or a pattern.
    pub fn location(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    fn send(&self, method: Method, path: &str, body: Vec<u8>, status: u16) {
        let what = format!("{method} {}{path}", self.name);
        let answer = self.ask(method, path, body);
        assert_eq!(answer.status, status, "{what}: {answer:?}");
    }

    fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let url = format!("{}/{}{path}", self.endpoint, self.name);
        let what = format!("{method} {url}");
        let answer = http::send(method, &url, &[http::authorization("s3")], body);
        answer.unwrap_or_else(|error| panic!("{what}: {error}"))
    }
}

fn path(key: &str) -> String {
    format!("/{}", utf8_percent_encode(key, PLAIN))
}
