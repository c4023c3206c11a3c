//! Local files: listed by walking, read at a position, held to their time of modification.

use super::resolve::{Pattern, object};
use super::{Object, Place, changed};
use crate::buffers::Buffers;
use crate::error::InputError;
use anyhow::{Context, Result};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use std::fs::{File, Metadata};
use std::io::ErrorKind;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task;
use walkdir::WalkDir;

/// Returns the files at `path`: itself, those below it, or those that match it.
pub(super) fn list(path: &Path) -> Result<Vec<Object>> {
    let absolute = std::path::absolute(path).map_err(|source| unreadable(path, source))?;
    let text = slashed(&absolute)?.to_owned();
    if absolute.is_file() {
        return Ok(vec![local_object(&absolute)?]);
    }
    let pattern = if absolute.is_dir() { Pattern::Exactly(text) } else { Pattern::of(&text) };
    let folder = pattern.prefix().rsplit_once('/').map_or("/", |(folder, _)| folder);
    let root = if absolute.is_dir() { absolute } else { PathBuf::from(format!("{folder}/")) };
    if !root.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = Vec::new();
    for entry in WalkDir::new(&root).follow_links(true) {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(&root).to_owned();
            unreadable(&place, error.into())
        })?;
        if entry.file_type().is_file() {
            entries.push((slashed(entry.path())?.to_owned(), entry.into_path()));
        }
    }
    let meant = pattern.select(entries);
    meant.iter().map(|path| local_object(path)).collect()
}

/// Returns the file of exactly this path, if there is one.
pub(super) fn find(path: &Path) -> Result<Option<Object>> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => local_object(path).map(Some),
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(unreadable(path, source).into()),
    }
}

/// Reads a range of the file, on a thread that may wait.
pub(super) async fn read(object: &Object, range: Range<u64>, buffers: Arc<Mutex<Buffers>>) -> Result<Bytes> {
    let path = PathBuf::from(&object.url);
    let expected = object.version.clone();
    let length = usize::try_from(range.end - range.start)?;
    let read = task::spawn_blocking(move || -> std::io::Result<Option<Bytes>> {
        let file = File::open(path)?;
        if version(&file.metadata()?)? != expected {
            return Ok(None);
        }
        let locked = || buffers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = locked().take(length);
        match file.read_exact_at(&mut buffer[..length], range.start) {
            Ok(()) => Ok(Some(locked().keep(buffer, length))),
            // Shorter than it was: another version.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    });
    match read.await.context("a thread that reads files panicked")? {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(changed(object)),
        Err(source) => Err(InputError::Unreadable { place: object.url.clone(), source }.into()),
    }
}

fn local_object(path: &Path) -> Result<Object> {
    let metadata = path.metadata().map_err(|source| unreadable(path, source))?;
    let version = version(&metadata).map_err(|source| unreadable(path, source))?;
    let url = slashed(path)?.to_owned();
    Ok(object(url.clone(), metadata.len(), version, &url, Place::Local))
}

fn version(metadata: &Metadata) -> std::io::Result<String> {
    let modified: DateTime<Utc> = metadata.modified()?.into();
    Ok(modified.to_rfc3339_opts(SecondsFormat::Nanos, true))
}

fn unreadable(path: &Path, source: std::io::Error) -> InputError {
    InputError::Unreadable { place: path.display().to_string(), source }
}

/// The path as text. A file whose name is not Unicode is not passed over: it may hold events.
fn slashed(path: &Path) -> Result<&str, InputError> {
    path.to_str().ok_or_else(|| unreadable(path, std::io::Error::other("its name is not Unicode")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(root: &Path, location: &str) -> Vec<String> {
        let mut names: Vec<_> = list(&root.join(location))
            .expect("listed")
            .iter()
            .map(|object| object.url[slashed(root).expect("Unicode").len() + 1..].to_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_folders_and_globs() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        for file in ["x.parquet", "h/country_code=Peru/a", "h/country_code=Chile/b", "h/_SUCCESS"] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "data").expect("written");
        }
        assert_eq!(names(root, "x.parquet"), ["x.parquet"]);
        assert_eq!(names(root, "h"), ["h/country_code=Chile/b", "h/country_code=Peru/a"]);
        assert_eq!(names(root, "h/"), ["h/country_code=Chile/b", "h/country_code=Peru/a"]);
        assert_eq!(names(root, "h/country_code=P*/*"), ["h/country_code=Peru/a"]);
        assert_eq!(names(root, "*.parquet"), ["x.parquet"]);
        assert_eq!(names(root, "nothing"), [""; 0]);
        assert_eq!(names(root, "nowhere/*.parquet"), [""; 0]);
        let peru = &list(&root.join("h/country_code=Peru")).expect("listed")[0];
        let partitions = peru.partitions.iter().find(|(name, _)| name == "country_code");
        assert_eq!(partitions, Some(&("country_code".to_owned(), Some("Peru".to_owned()))));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_name_that_is_not_unicode_is_not_passed_over() {
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"x\xff")), "data").expect("written");
        let error = list(root.path()).expect_err("not Unicode");
        assert!(matches!(error.downcast_ref(), Some(InputError::Unreadable { .. })), "{error:#}");
    }

    #[tokio::test]
    async fn a_file_is_read_by_ranges_and_only_as_listed() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("x");
        fs::write(&path, "0123456789").expect("written");
        let object = list(&path).expect("listed").remove(0);
        let buffers = Arc::new(Mutex::new(Buffers::new(1, 1 << 20)));
        for (range, expected) in [(0..10, "0123456789"), (3..5, "34"), (9..10, "9"), (4..4, "")] {
            let bytes = read(&object, range.clone(), Arc::clone(&buffers)).await.expect("read");
            assert_eq!(bytes, expected, "{range:?}");
        }
        assert!(read(&object, 9..11, Arc::clone(&buffers)).await.is_err(), "beyond the end");
        let file = File::options().write(true).open(&path).expect("opened");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("set");
        let error = read(&object, 0..1, buffers).await.expect_err("another version");
        assert!(matches!(error.downcast_ref(), Some(InputError::Changed { .. })), "{error:#}");
    }
}
