//! The location of a state: files in a local folder, or objects below a prefix on S3.

use super::entry::ENTRY_BYTES_MAX;
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use storage::{Location, LocationError, ObjectError, S3};
use tokio::task;

/// The argument of `--state`: a local folder, or a prefix on S3, with a `/` at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePlace(Location);

/// A text that is not a valid location for a state.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says it")]
pub enum StatePlaceError {
    #[error(transparent)]
    Location(#[from] LocationError),
    #[error("a state on S3 needs a prefix of its own: s3://bucket/prefix/")]
    WholeBucket,
}

impl StatePlace {
    /// Returns whether it is on S3.
    #[must_use]
    pub fn is_s3(&self) -> bool {
        self.0.is_s3()
    }
}

impl FromStr for StatePlace {
    type Err = StatePlaceError;

    fn from_str(text: &str) -> Result<Self, StatePlaceError> {
        Ok(Self(match text.parse()? {
            Location::S3 { key, .. } if key.trim_matches('/').is_empty() => {
                return Err(StatePlaceError::WholeBucket);
            }
            Location::S3 { bucket, key } => {
                Location::S3 { bucket, key: format!("{}/", key.trim_end_matches('/')) }
            }
            local @ Location::Local { .. } => local,
        }))
    }
}

/// A location that is open for reading and writing.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Folder(PathBuf),
    Prefix { s3: S3, bucket: String, prefix: String },
}

impl Place {
    pub(super) fn open(place: &StatePlace, s3: Option<S3>) -> Result<Self> {
        Ok(match (&place.0, s3) {
            (Location::Local { path }, _) => Self::Folder(
                std::path::absolute(path).map_err(|error| unreadable(&place.0.to_string(), error))?,
            ),
            (Location::S3 { bucket, key }, Some(s3)) => {
                Self::Prefix { s3, bucket: bucket.clone(), prefix: key.clone() }
            }
            (Location::S3 { .. }, None) => bail!("a state on S3 needs an AWS client"),
        })
    }

    /// Returns the name of an entry in messages.
    pub(super) fn url(&self, name: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(name).display().to_string(),
            Self::Prefix { bucket, prefix, .. } => format!("s3://{bucket}/{prefix}{name}"),
        }
    }

    /// Reads an entry; `None` if there is none. An entry that is too large is cut, so its hash will
    /// not match.
    pub(super) async fn read(&self, name: &str) -> Result<Option<Bytes>> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                let shown = path.display().to_string();
                let read = task::spawn_blocking(move || read_file(&path)).await;
                let read = read.context("a thread that reads counts panicked")?;
                Ok(read.map_err(|error| unreadable(&shown, error))?)
            }
            Self::Prefix { s3, bucket, prefix } => {
                s3.read_whole(bucket, &format!("{prefix}{name}"), ENTRY_BYTES_MAX).await
            }
        }
    }

    /// Writes an entry completely or, on any failure, not at all.
    pub(super) async fn write(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                let shown = path.display().to_string();
                let written = task::spawn_blocking(move || write_file(&path, &bytes)).await;
                let written = written.context("a thread that writes counts panicked")?;
                Ok(written.with_context(|| format!("write {shown}"))?)
            }
            Self::Prefix { s3, bucket, prefix } => {
                s3.write_whole(bucket, &format!("{prefix}{name}"), bytes).await
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.url(""))
    }
}

fn read_file(path: &Path) -> io::Result<Option<Bytes>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(ENTRY_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(Some(bytes.into()))
}

/// Writes to a temporary name and renames. Two runs that keep the same counts write the same bytes.
fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = folder.join(format!(".{name}.{}.{:08x}", std::process::id(), fastrand::u32(..)));
    let written = fs::File::create_new(&part).and_then(|mut file| file.write_all(bytes));
    let renamed = written.and_then(|()| fs::rename(&part, path));
    if renamed.is_err() {
        // A file that cannot be written can perhaps not be removed either; the error gives the cause.
        let _ = fs::remove_file(&part);
    }
    renamed
}

/// Returns the error for a state that cannot be read or written.
fn unreadable(place: &str, source: std::io::Error) -> ObjectError {
    ObjectError::Unreadable { place: place.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (text, expected) in [
            ("s3://b/state", Some("s3://b/state/")),
            ("s3a://b/a b/state//", Some("s3://b/a b/state/")),
            ("s3://b", None),
            ("s3://b/", None),
            ("state", Some("state")),
            ("file:///var/state", Some("/var/state")),
            ("https://example.com/state", None),
            ("", None),
        ] {
            let place = text.parse::<StatePlace>().ok().map(|place| place.0.to_string());
            assert_eq!(place.as_deref(), expected, "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_folder_holds_what_was_written_last_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("not/yet/there");
        let place =
            Place::open(&path.to_str().expect("Unicode").parse().expect("a place"), None).expect("open");
        assert_eq!(place.read("v1/x").await.expect("read"), None);
        for text in ["one", "two"] {
            place.write("v1/x", text.into()).await.expect("written");
            assert_eq!(place.read("v1/x").await.expect("read"), Some(text.into()));
        }
        assert_eq!(fs::read_dir(path.join("v1")).expect("a folder").count(), 1);
        fs::create_dir(path.join("v1/folder")).expect("a folder");
        assert!(place.read("v1/folder").await.is_err());
        assert!(place.write("v1/folder", b"x".to_vec()).await.is_err());
        assert_eq!(fs::read_dir(path.join("v1")).expect("a folder").count(), 2, "no part is left behind");
    }
}
