//! What `--s3path` accepts: an S3 object, prefix or glob, or a local path or glob.

use super::bucket::{bucket_and_key, canonical, is_multi_region};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// One `--s3path`, parsed but not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A local file, folder or glob.
    Local {
        /// The path as given.
        path: PathBuf,
    },
    /// An object, prefix or glob on S3. Keys are taken as they are, never percent-decoded.
    S3 {
        /// The bucket, or the ARN of an access point.
        bucket: String,
        /// The key, the prefix, or the pattern; empty for a whole bucket.
        key: String,
    },
}

/// A text that is not a location.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what it is")]
pub enum LocationError {
    #[error(
        "{text:?} is not a location: expected s3://bucket/key, s3a://bucket/key, \
         s3://arn:aws:s3:region:account:accesspoint/name/key or a local path"
    )]
    Other { text: String },
    #[error(
        "{text:?} is a multi-region access point, and its signatures (SigV4A) are not supported: name an \
         access point of one region"
    )]
    MultiRegion { text: String },
}

impl Location {
    /// Returns whether it is on S3.
    #[must_use]
    pub fn is_s3(&self) -> bool {
        matches!(self, Self::S3 { .. })
    }
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let wrong = || LocationError::Other { text: text.to_owned() };
        if let Some(rest) = text.strip_prefix("s3://").or_else(|| text.strip_prefix("s3a://")) {
            let (bucket, key) = bucket_and_key(rest).ok_or_else(wrong)?;
            if is_multi_region(bucket) {
                return Err(LocationError::MultiRegion { text: text.to_owned() });
            }
            return Ok(Self::S3 { bucket: canonical(bucket), key: key.to_owned() });
        }
        let path = text.strip_prefix("file://").unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            return Err(wrong());
        }
        Ok(Self::Local { path: PathBuf::from(path) })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local { path } => write!(formatter, "{}", path.display()),
            Self::S3 { bucket, key } => write!(formatter, "s3://{bucket}/{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let shown = text.parse::<Location>().ok().map(|location| location.to_string());
        assert_eq!(shown.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn spellings() {
        check("s3://b/k", Some("s3://b/k"));
        check("s3a://b/a b/ü+%2F/x.parquet", Some("s3://b/a b/ü+%2F/x.parquet"));
        check("s3://b", Some("s3://b/"));
        check("s3://b/", Some("s3://b/"));
        check("s3://b//a//k", Some("s3://b//a//k"));
        check("s3:///k", None);
        check("s3://", None);
        check("data/x.parquet", Some("data/x.parquet"));
        check("file:///data/x.parquet", Some("/data/x.parquet"));
        check("https://example.com/x.parquet", None);
        check("", None);
        let point = "arn:aws:s3:eu-west-1:123456789012:accesspoint";
        check(&format!("s3://{point}/orders/a/b"), Some(&format!("s3://{point}/orders/a/b")));
        check(&format!("s3a://{point}:orders"), Some(&format!("s3://{point}/orders/")));
        check("s3://arn:aws:s3:::bucket/k", None);
        let error = "s3://arn:aws:s3::123456789012:accesspoint/alias.mrap/k".parse::<Location>();
        assert!(matches!(error, Err(LocationError::MultiRegion { .. })), "{error:?}");
    }
}
