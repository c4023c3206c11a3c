//! Local files: listed by walking, read at a position, pinned to their time of modification.

use super::listing::{Among, Entry, Listed, Listing};
use super::pattern::Pattern;
use crate::buffers::Buffers;
use crate::error::ObjectError;
use crate::location::Location;
use crate::object::{Object, Place};
use crate::tables_above::check_above;
use anyhow::{Context, Result};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task;
use walkdir::WalkDir;

/// Bytes to compare at a time, of each of two files.
const COMPARED_BYTES: usize = 1 << 20;
/// Bytes at the end of a file that tell it from another of the same size.
const LAST_BYTES: u64 = 4 << 10;

/// Returns which paths a location means.
pub(super) fn pattern(path: &Path) -> Result<Pattern> {
    let absolute = absolute(path)?;
    let text = slashed(&absolute)?;
    let is_there = absolute.is_file() || absolute.is_dir();
    Ok(if is_there { Pattern::Exactly(text.to_owned()) } else { Pattern::of(text) })
}

/// Returns the files at `path`: the file itself, those below it, or those that match it.
///
/// # Errors
///
/// If it is in a table that only an engine can read, or cannot be listed.
pub(super) fn list(location: &Location, path: &Path, among: Among<'_>) -> Result<Listed> {
    let absolute = absolute(path)?;
    let mut listing = Listing::new(among, 0);
    let pattern = listing.pattern();
    let folder = pattern.prefix().rsplit_once('/').map_or("/", |(folder, _)| folder);
    let is_there = absolute.is_file() || absolute.is_dir();
    let root = if is_there { absolute } else { PathBuf::from(format!("{folder}/")) };
    if !root.exists() {
        return Ok(listing.finish());
    }
    check_above(location, &root)?;
    for entry in WalkDir::new(&root).follow_links(true) {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(&root).to_owned();
            unreadable(&place, error.into())
        })?;
        if entry.file_type().is_file() && listing.see(slashed(entry.path())?) {
            listing.add(local_entry(entry.path())?);
        }
    }
    Ok(listing.finish())
}

/// Returns whether two files hold the same bytes.
pub(super) fn is_same(one: &Object, other: &Object) -> Result<bool, ObjectError> {
    let open = |object: &Object| {
        let file = File::open(&object.url).map_err(|source| unreadable(Path::new(&object.url), source))?;
        Ok::<_, ObjectError>(BufReader::with_capacity(COMPARED_BYTES, file))
    };
    let (mut left, mut right) = (open(one)?, open(other)?);
    loop {
        let a = left.fill_buf().map_err(|source| unreadable(Path::new(&one.url), source))?;
        let b = right.fill_buf().map_err(|source| unreadable(Path::new(&other.url), source))?;
        let length = a.len().min(b.len());
        if length == 0 {
            return Ok(a.len() == b.len());
        }
        if a[..length] != b[..length] {
            return Ok(false);
        }
        left.consume(length);
        right.consume(length);
    }
}

/// Returns the last bytes of a file, where its footer is: files that differ do so there.
pub(super) fn last_bytes(object: &Object) -> Result<Vec<u8>, ObjectError> {
    let read = || -> std::io::Result<Vec<u8>> {
        let from = object.bytes.saturating_sub(LAST_BYTES);
        let mut file = File::open(&object.url)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(LAST_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| unreadable(Path::new(&object.url), source))
}

/// Returns the file at exactly this path, if there is one.
pub(super) fn find(path: &Path) -> Result<Option<Object>> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(Some(local_entry(path)?.object)),
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(unreadable(path, source).into()),
    }
}

/// Reads a range of the file, on a thread that may block.
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
            // Shorter than before: another version.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    });
    match read.await.context("a thread that reads files panicked")? {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(ObjectError::changed(object)),
        Err(source) => Err(ObjectError::Unreadable { place: object.url.clone(), source }.into()),
    }
}

fn local_entry(path: &Path) -> Result<Entry> {
    let metadata = path.metadata().map_err(|source| unreadable(path, source))?;
    let version = version(&metadata).map_err(|source| unreadable(path, source))?;
    let url = slashed(path)?.to_owned();
    let object = Object::new(url.clone(), metadata.len(), version, &url, Place::Local);
    Ok(Entry { object, file: Some((metadata.dev(), metadata.ino())) })
}

fn absolute(path: &Path) -> Result<PathBuf, ObjectError> {
    std::path::absolute(path).map_err(|source| unreadable(path, source))
}

fn version(metadata: &Metadata) -> std::io::Result<String> {
    let modified: DateTime<Utc> = metadata.modified()?.into();
    Ok(modified.to_rfc3339_opts(SecondsFormat::Nanos, true))
}

fn unreadable(path: &Path, source: std::io::Error) -> ObjectError {
    ObjectError::Unreadable { place: path.display().to_string(), source }
}

/// Returns the path as text. A file whose name is not Unicode is an error and not skipped: it may
/// hold events.
fn slashed(path: &Path) -> Result<&str, ObjectError> {
    path.to_str().ok_or_else(|| unreadable(path, std::io::Error::other("its name is not Unicode")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InFolder;
    use crate::listing::Scope;
    use std::fs;

    fn listed(path: &Path) -> Result<Vec<Object>> {
        let location = Location::Local { path: path.to_owned() };
        let scopes = [Scope { bucket: None, pattern: pattern(path)? }];
        let listed = list(&location, path, Among::new(&scopes, 0))?;
        Ok(listed.entries.into_iter().map(|entry| entry.object).collect())
    }

    fn names(root: &Path, location: &str) -> Vec<String> {
        let mut names: Vec<_> = listed(&root.join(location))
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
        let peru = &listed(&root.join("h/country_code=Peru")).expect("listed")[0];
        assert_eq!(peru.partition("country_code").expect("one"), Some(InFolder::Text("Peru")));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_name_that_is_not_unicode_is_not_passed_over() {
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"x\xff")), "data").expect("written");
        let error = listed(root.path()).expect_err("not Unicode");
        assert!(matches!(error.downcast_ref(), Some(ObjectError::Unreadable { .. })), "{error:#}");
    }

    #[test]
    fn files_are_compared_byte_by_byte() {
        let root = tempfile::tempdir().expect("a folder");
        let made = |name: &str, bytes: &[u8]| {
            let path = root.path().join(name);
            fs::write(&path, bytes).expect("written");
            local_entry(&path).expect("there").object
        };
        let long = vec![7; 3 * COMPARED_BYTES + 5];
        for at in [None, Some(0), Some(COMPARED_BYTES - 1), Some(COMPARED_BYTES), Some(long.len() - 1)] {
            let mut other = long.clone();
            if let Some(at) = at {
                other[at] = 8;
            }
            let (one, other) = (made("one", &long), made("other", &other));
            assert_eq!(is_same(&one, &other).expect("read"), at.is_none(), "{at:?}");
            let differs_at_its_end = at == Some(long.len() - 1);
            assert_eq!(
                last_bytes(&one).expect("read") == last_bytes(&other).expect("read"),
                !differs_at_its_end
            );
        }
        assert!(!is_same(&made("one", &long), &made("other", &long[1..])).expect("read"));
    }

    #[tokio::test]
    async fn a_file_is_read_by_ranges_and_only_as_listed() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("x");
        fs::write(&path, "0123456789").expect("written");
        let object = listed(&path).expect("listed").remove(0);
        let buffers = Arc::new(Mutex::new(Buffers::new(1, 1 << 20)));
        for (range, expected) in [(0..10, "0123456789"), (3..5, "34"), (9..10, "9"), (4..4, "")] {
            let bytes = read(&object, range.clone(), Arc::clone(&buffers)).await.expect("read");
            assert_eq!(bytes, expected, "{range:?}");
        }
        assert!(read(&object, 9..11, Arc::clone(&buffers)).await.is_err(), "beyond the end");
        let file = File::options().write(true).open(&path).expect("opened");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("set");
        let error = read(&object, 0..1, buffers).await.expect_err("another version");
        assert!(matches!(error.downcast_ref(), Some(ObjectError::Changed { .. })), "{error:#}");
    }
}
