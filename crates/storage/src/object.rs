//! One file of the input.

use crate::bucket;
use crate::partitions::partitions;
use segments::table::InputObject;

/// One file of the input, at one version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its name in messages and manifests: `s3://bucket/key`, or an absolute path.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// The ETag, or a local file's time of modification: every read is pinned to it.
    pub version: String,
    /// The columns in its path (`country_code=Peru/`); null for Hive's default partition.
    pub partitions: Vec<(String, Option<String>)>,
    pub(crate) place: Place,
}

/// Where it is. Its URL has the rest, so that a million objects do not hold it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Local,
    S3,
}

impl Object {
    /// Returns its entry in a manifest.
    #[must_use]
    pub fn to_input(&self) -> InputObject {
        InputObject { url: self.url.clone(), version: self.version.clone(), bytes: self.bytes }
    }

    /// Returns whether a read of it waits for a network.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.place == Place::S3
    }

    /// Returns the bucket, or the ARN of the access point, and the key of an object on S3.
    #[must_use]
    pub fn bucket_and_key(&self) -> Option<(&str, &str)> {
        bucket::bucket_and_key(self.url.strip_prefix(bucket::S3_SCHEME)?)
    }

    /// Returns an object at `path` of its bucket or the disk.
    pub(crate) fn new(url: String, bytes: u64, version: String, path: &str, place: Place) -> Self {
        Self { url, bytes, version, partitions: partitions(path), place }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns an object that does not exist.
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
