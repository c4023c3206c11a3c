//! Objects on S3 and on disk: locations are resolved to objects, objects are read by ranges, at the
//! version that was listed; what is written is whole or absent.
//!
//! Nothing here looks at what is inside an object.

mod error;

mod shown;

mod aws;

mod bucket;

mod location;

mod pattern;

mod hive;

mod left_out;

mod table_format;

mod listing;

mod copies;

mod resolve;

mod exact;

mod local;

mod s3;

mod buffers;

mod upload;

mod whole_file;

pub use aws::{Aws, problem};
pub use buffers::Buffers;
pub use copies::{CopiedObject, Copies, read_once};
pub use error::{AwsError, ObjectError};
pub use exact::find;
pub use hive::InFolder;
pub use left_out::{LeftOut, LeftOutKind, LeftOutObject};
pub use location::{Location, LocationError};
pub use resolve::{Resolved, Wanted, list, resolve};
pub use s3::S3;
pub use shown::shown;
pub use table_format::TableFormat;
pub use upload::Upload;
pub use whole_file::{WholeFile, input_at};

use anyhow::{Result, ensure};
use bytes::Bytes;
use segments::table::InputObject;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// Buffers for ranges that are used again: those under way, and those not yet folded.
const BUFFERS_KEPT_MAX: usize = 24;
/// The largest range that has such a buffer.
const BUFFER_BYTES_MAX: usize = 8 << 20;

/// One file of the input, at one version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// How it is called in messages and manifests: `s3://bucket/key`, or an absolute path.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// The ETag, or a local file's time of modification: every read is held to it.
    pub version: String,
    /// Columns that stand in its path (`country_code=Peru/`); null for Hive's default partition.
    pub partitions: Vec<(String, Option<String>)>,
    place: Place,
}

/// Where it is; the rest stands in its URL, which a million objects need not say twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Local,
    S3,
}

/// What stands before the bucket in the URL of an object on S3.
const S3_SCHEME: &str = "s3://";

impl Object {
    /// Returns what a manifest says of it.
    #[must_use]
    pub fn to_input(&self) -> InputObject {
        InputObject { url: self.url.clone(), version: self.version.clone(), bytes: self.bytes }
    }

    /// Returns whether reading it means waiting for a network.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.place == Place::S3
    }

    /// Returns the bucket, or the ARN of the access point, and the key of an object on S3.
    #[must_use]
    pub fn bucket_and_key(&self) -> Option<(&str, &str)> {
        bucket::bucket_and_key(self.url.strip_prefix(S3_SCHEME)?)
    }

    /// Returns an object at `path` of its bucket or the disk.
    fn new(url: String, bytes: u64, version: String, path: &str, place: Place) -> Self {
        Self { url, bytes, version, partitions: hive::partitions(path), place }
    }
}

/// What reads objects. There is a client for S3 only if a location asked for one.
#[derive(Debug, Clone)]
pub struct Store {
    s3: Option<S3>,
    buffers: Arc<Mutex<Buffers>>,
}

impl Store {
    /// Returns a store that reads local files and, with a client for it, S3.
    #[must_use]
    pub fn new(s3: Option<S3>) -> Self {
        Self { s3, buffers: Arc::new(Mutex::new(Buffers::new(BUFFERS_KEPT_MAX, BUFFER_BYTES_MAX))) }
    }

    /// Reads a range of an object.
    ///
    /// # Errors
    ///
    /// [`ObjectError::Changed`] if it is another version by now; otherwise if it cannot be read.
    pub async fn read(&self, object: &Object, range: Range<u64>) -> Result<Bytes> {
        Ok(joined(self.read_buffers(object, range).await?))
    }

    /// Reads a range of an object as [`Self::read`] does, and leaves it in the buffers in which it
    /// arrived: each can be given up as soon as nobody needs what is in it.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub async fn read_buffers(&self, object: &Object, range: Range<u64>) -> Result<Vec<Bytes>> {
        let length = range.end - range.start;
        if length == 0 {
            return Ok(Vec::new());
        }
        let buffers = match &object.place {
            Place::Local => vec![local::read(object, range, Arc::clone(&self.buffers)).await?],
            Place::S3 => self.s3()?.read(object, range).await?,
        };
        let arrived: u64 = buffers.iter().map(|buffer| buffer.len() as u64).sum();
        ensure!(arrived == length, "read {arrived} bytes of {} where {length} were asked for", object.url);
        Ok(buffers)
    }

    fn s3(&self) -> Result<&S3> {
        self.s3.as_ref().ok_or_else(|| anyhow::anyhow!("a store without a client was asked for S3"))
    }
}

/// Returns the bytes of all buffers in one.
fn joined(mut buffers: Vec<Bytes>) -> Bytes {
    if buffers.len() == 1 {
        return buffers.remove(0);
    }
    buffers.concat().into()
}

fn changed(object: &Object) -> anyhow::Error {
    ObjectError::Changed { url: object.url.clone() }.into()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns an object that is nowhere.
    pub(crate) fn object(path: &str, bytes: u64, version: &str) -> Object {
        Object::new(path.to_owned(), bytes, version.to_owned(), path, Place::S3)
    }

    #[test]
    fn a_url_says_bucket_and_key() {
        for (url, expected) in [
            ("s3://b/a/k", Some(("b", "a/k"))),
            ("s3://b//a//k", Some(("b", "/a//k"))),
            (
                "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/orders/a/k",
                Some(("arn:aws:s3:eu-west-1:123456789012:accesspoint/orders", "a/k")),
            ),
            ("/b/a/k", None),
        ] {
            assert_eq!(object(url, 1, "v").bucket_and_key(), expected, "{url}");
        }
    }
}
