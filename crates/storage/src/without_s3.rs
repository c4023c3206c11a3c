//! S3 for a program built without it: it has no values.

use crate::Object;
use crate::listing::{Listed, Listing};
use anyhow::Result;
use bytes::Bytes;
use std::future::Ready;
use std::ops::Range;

/// A client that reads from S3; a program built without S3 has none.
#[derive(Debug, Clone)]
pub enum S3 {}

impl S3 {
    pub(crate) fn read(&self, _object: &Object, _range: Range<u64>) -> Ready<Result<Vec<Bytes>>> {
        match *self {}
    }

    pub(crate) fn list(&self, _bucket: &str, _listing: Listing<'_>) -> Ready<Result<Listed>> {
        match *self {}
    }

    pub(crate) fn names(&self, _bucket: &str, _prefix: &str, _max: u16) -> Ready<Vec<String>> {
        match *self {}
    }

    pub(crate) fn find(&self, _bucket: &str, _key: &str) -> Ready<Result<Option<Object>>> {
        match *self {}
    }
}
