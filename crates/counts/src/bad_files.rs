//! Files that cannot be read: the first one ends the run, or each is left out and reported.

use anyhow::Result;
use history::FileError;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use storage::Object;

/// What a run does about a file it cannot read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnBadFile {
    /// The run ends.
    #[default]
    Fail,
    /// The run goes on without the file; none of its rows count.
    Skip,
}

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SkippedFile {
    /// The file.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// Its rows; `None` if its footer could not be read.
    pub rows: Option<u64>,
    /// What is wrong with it.
    pub problem: String,
}

/// The files of a run that could not be read.
#[derive(Debug, Default)]
pub struct BadFiles {
    on_bad_file: OnBadFile,
    skipped: Mutex<BTreeMap<String, SkippedFile>>,
}

impl BadFiles {
    /// Returns the bad files of a run, none so far.
    #[must_use]
    pub fn new(on_bad_file: OnBadFile) -> Self {
        Self { on_bad_file, skipped: Mutex::default() }
    }

    /// Leaves `object` out because of `error`; `rows` are the rows in its footer, if it has one. If
    /// several errors are found in a file, the first one is kept.
    ///
    /// # Errors
    ///
    /// The error itself, if bad files end the run, or if it is not about the file.
    pub fn leave_out(&self, object: &Object, rows: Option<u64>, error: anyhow::Error) -> Result<()> {
        let is_of_file = error.chain().any(<dyn std::error::Error>::is::<FileError>);
        if self.on_bad_file == OnBadFile::Fail || !is_of_file {
            return Err(error);
        }
        let problem = format!("{error:#}");
        self.with(|skipped| {
            skipped.entry(object.url.clone()).or_insert_with(|| {
                tracing::warn!("left out: {problem}");
                SkippedFile { url: object.url.clone(), bytes: object.bytes, rows, problem }
            });
        });
        Ok(())
    }

    /// Returns whether `object` was left out.
    #[must_use]
    pub fn has(&self, object: &Object) -> bool {
        self.on_bad_file == OnBadFile::Skip && self.with(|skipped| skipped.contains_key(&object.url))
    }

    /// Returns the files that were left out, sorted by URL.
    #[must_use]
    pub fn skipped(&self) -> Vec<SkippedFile> {
        self.with(|skipped| skipped.values().cloned().collect())
    }

    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<String, SkippedFile>) -> T) -> T {
        look(&mut self.skipped.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
