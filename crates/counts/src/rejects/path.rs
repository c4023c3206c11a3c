//! The argument of `--rejects`: one file, local or on S3; its extension gives the format.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use storage::{Location, Object, ObjectError, input_at};

/// The file format of rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.parquet`
    Parquet,
    /// `.jsonl`, `.ndjson`, `.json`: one JSON object per line.
    JsonLines,
}

/// The location and format of rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectsPath {
    pub(super) location: Location,
    pub(super) format: Format,
}

/// A text that is not a valid location for rejects.
#[derive(Debug, thiserror::Error)]
#[error(
    "rejects cannot be kept in {text:?}: expected a local path or s3://bucket/key that ends in .parquet, \
     .jsonl, .ndjson or .json"
)]
pub struct RejectsPathError {
    text: String,
}

impl RejectsPath {
    /// Returns whether it is on S3.
    #[must_use]
    pub fn is_s3(&self) -> bool {
        self.location.is_s3()
    }

    /// Checks that keeping rejects here overwrites no input.
    ///
    /// # Errors
    ///
    /// If one of `objects` is here.
    pub fn check_is_no_input(&self, objects: &[Object]) -> Result<(), ObjectError> {
        let found = match &self.location {
            Location::S3 { .. } => {
                let url = self.to_string();
                objects.iter().map(|object| object.url.as_str()).find(|input| *input == url)
            }
            Location::Local { path } => input_at(path, objects),
        };
        found.map_or(Ok(()), |url| Err(ObjectError::OverInput { what: "rejects", url: url.to_owned() }))
    }
}

impl FromStr for RejectsPath {
    type Err = RejectsPathError;

    fn from_str(text: &str) -> Result<Self, RejectsPathError> {
        let wrong = || RejectsPathError { text: text.to_owned() };
        let location: Location = text.parse().map_err(|_| wrong())?;
        let name = match &location {
            Location::Local { path } => path.as_path(),
            Location::S3 { key, .. } if key.ends_with('/') => return Err(wrong()),
            Location::S3 { key, .. } => Path::new(key),
        };
        let extension = name.extension().and_then(|extension| extension.to_str());
        let format = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("parquet") => Format::Parquet,
            Some("jsonl" | "ndjson" | "json") => Format::JsonLines,
            _ => return Err(wrong()),
        };
        Ok(Self { location, format })
    }
}

impl fmt::Display for RejectsPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.location.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Format::{JsonLines, Parquet};

    #[test]
    fn the_extension_says_the_form() {
        for (text, expected) in [
            ("rejects.parquet", Some(Parquet)),
            ("out/a b.v2.PARQUET", Some(Parquet)),
            ("rejects.jsonl", Some(JsonLines)),
            ("/tmp/rejects.ndjson", Some(JsonLines)),
            ("file:///tmp/rejects.json", Some(JsonLines)),
            ("s3://bucket/rejects.parquet", Some(Parquet)),
            ("s3a://bucket/a/b/ü+%2F.jsonl", Some(JsonLines)),
            ("rejects", None),
            ("rejects.csv", None),
            ("rejects.parquet.gz", None),
            ("rejects.parquet/", Some(Parquet)),
            (".parquet", None),
            ("", None),
            ("s3://bucket", None),
            ("s3://bucket/", None),
            ("s3://bucket/.parquet", None),
            ("s3://bucket/rejects.parquet/", None),
            ("s3://bucket.parquet", None),
            ("https://example.com/rejects.parquet", None),
        ] {
            let path = text.parse::<RejectsPath>();
            assert_eq!(path.as_ref().ok().map(|path| path.format), expected, "{text:?}: {path:?}");
        }
    }
}
