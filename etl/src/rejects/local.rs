//! Rejects in a local file: written beside it under another name, and renamed when they are all there.

use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A file that is not there until it is finished.
#[derive(Debug)]
pub(super) struct LocalFile {
    file: File,
    path: PathBuf,
    /// Removed when this is dropped.
    part: Part,
}

#[derive(Debug)]
struct Part(PathBuf);

impl LocalFile {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let failed = || format!("write rejects to {}", path.display());
        ensure!(!path.is_dir(), "write rejects to {}: it is a folder", path.display());
        let part = part_of(path);
        let file = File::create_new(&part).with_context(failed)?;
        Ok(Self { file, path: path.to_owned(), part: Part(part) })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).with_context(|| format!("write rejects to {}", self.path.display()))
    }

    /// Gives the file its name; another file of that name is replaced.
    pub(super) fn finish(self) -> Result<()> {
        let failed = || format!("write rejects to {}", self.path.display());
        self.file.sync_all().with_context(failed)?;
        fs::rename(&self.part.0, &self.path).with_context(failed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Renamed, it is not there any more; and what cannot be removed is no reject file for anybody.
        let _ = fs::remove_file(&self.0);
    }
}

/// Beside the file, so that it is on the same disk; of this run alone, and no input: no glob
/// finds a hidden name without `=`.
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
        let mut file = LocalFile::create(&path).expect("created");
        file.write(b"one").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"of the run before");
        drop(file);
        assert_eq!(names(folder.path()), ["rejects.jsonl"], "given up, it leaves nothing");
        assert_eq!(fs::read(&path).expect("read"), b"of the run before");
        let mut file = LocalFile::create(&path).expect("created");
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
            let error = LocalFile::create(&path).expect_err(name);
            assert!(format!("{error:#}").contains(&path.display().to_string()), "{error:#}");
        }
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
