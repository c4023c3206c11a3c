//! A local file that is whole or absent: written under another name beside it, and renamed once it
//! is complete.

use crate::Object;
use crate::error::ObjectError;
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A file that does not exist until it is finished.
#[derive(Debug)]
pub struct WholeFile {
    /// What it holds, for errors: `rejects`.
    what: &'static str,
    file: File,
    path: PathBuf,
    /// Removed on drop.
    part: PartFile,
}

#[derive(Debug)]
struct PartFile(PathBuf);

impl WholeFile {
    /// Begins the file, so that a place that cannot be written to fails at once.
    ///
    /// # Errors
    ///
    /// If the place cannot be written to.
    pub fn create(what: &'static str, path: &Path) -> Result<Self> {
        let failed = || format!("write {what} to {}", path.display());
        ensure!(!path.is_dir(), "write {what} to {}: it is a folder", path.display());
        let part = part_of(path);
        let file = File::create_new(&part).with_context(failed)?;
        Ok(Self { what, file, path: path.to_owned(), part: PartFile(part) })
    }

    /// Checks that writing the file destroys no input.
    ///
    /// # Errors
    ///
    /// If one of `objects` is at its path.
    pub fn check_is_no_input(&self, objects: &[Object]) -> Result<(), ObjectError> {
        let what = self.what;
        let found = input_at(&self.path, objects);
        found.map_or(Ok(()), |url| Err(ObjectError::OverInput { what, url: url.to_owned() }))
    }

    /// Writes more bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).with_context(|| self.failed())
    }

    /// Gives the file its name; it replaces any file with that name.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed.
    pub fn finish(self) -> Result<()> {
        self.file.sync_all().with_context(|| self.failed())?;
        fs::rename(&self.part.0, &self.path).with_context(|| self.failed())
    }

    fn failed(&self) -> String {
        format!("write {} to {}", self.what, self.path.display())
    }
}

/// Returns the URL of the one of `objects` that is at a local path.
#[must_use]
pub fn input_at<'a>(path: &Path, objects: &'a [Object]) -> Option<&'a str> {
    let names = [std::path::absolute(path), path.canonicalize()];
    // A path with nothing at it is not the path of an input.
    let names: Vec<_> = names.into_iter().flatten().map(|path| path.display().to_string()).collect();
    objects.iter().map(|object| object.url.as_str()).find(|url| names.iter().any(|name| name == url))
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // After the rename it no longer exists. A file that cannot be removed is not one that
        // anybody reads.
        let _ = fs::remove_file(&self.0);
    }
}

/// Beside the file, so that it is on the same disk; unique to this run; and never input, since no
/// glob finds a hidden name without `=`.
fn part_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{}.{}.part", name.replace('=', "_"), Uuid::now_v7()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("listed").file_name());
        entries.map(|name| name.into_string().expect("Unicode")).collect()
    }

    #[test]
    fn nothing_has_the_name_before_all_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rejects.jsonl");
        fs::write(&path, "of the run before").expect("written");
        let mut file = WholeFile::create("rejects", &path).expect("created");
        file.write(b"one").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"of the run before");
        drop(file);
        assert_eq!(names(folder.path()), ["rejects.jsonl"], "given up, it leaves nothing");
        assert_eq!(fs::read(&path).expect("read"), b"of the run before");
        let mut file = WholeFile::create("rejects", &path).expect("created");
        file.write(b"one").expect("written");
        file.write(b" two").expect("written");
        file.finish().expect("finished");
        assert_eq!(names(folder.path()), ["rejects.jsonl"]);
        assert_eq!(fs::read(&path).expect("read"), b"one two");
    }

    #[test]
    fn where_nothing_can_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["no/such/folder/rejects.jsonl", ""] {
            let path = folder.path().join(name);
            let error = WholeFile::create("rejects", &path).expect_err(name);
            assert!(format!("{error:#}").contains(&path.display().to_string()), "{error:#}");
        }
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
