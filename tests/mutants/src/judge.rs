//! Gives a file to the ETL and judges the outcome.

use anyhow::Context;
use bytesize::ByteSize;
use counts::CountError;
use etl::error::exit_of;
use etl::{RunOptions, run};
use history::{Bounds, FileError};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use storage::{Exit, Location, ObjectError};
use tokio::runtime::{Builder, Runtime};

/// The `--memory-budget` of every file.
pub const BUDGET: ByteSize = ByteSize::mib(128);

/// The outcome of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was read: whatever changed, it is still a valid file.
    Read,
    /// It was refused, as it should be: the kind of the error, and its message.
    Refused(&'static str, String),
    /// A failure of the ETL that did not end the process.
    Wrong(String),
}

/// Reads files as `voucher-etl run --dry-run` does.
#[derive(Debug)]
pub struct Judge {
    runtime: Runtime,
    file: PathBuf,
    options: RunOptions,
}

impl Judge {
    /// Returns a judge that keeps its current file in `folder`.
    ///
    /// # Errors
    ///
    /// If the runtime does not start.
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        // Every message must contain this name.
        let file = folder.join("mutant.parquet");
        let options = RunOptions {
            dry_run: true,
            threads: 1,
            bounds: Bounds::within(BUDGET, 1, false),
            ..RunOptions::new(vec![Location::Local { path: file.clone() }])
        };
        let runtime = Builder::new_current_thread().build().context("start a runtime")?;
        Ok(Self { runtime, file, options })
    }

    /// Reads a file of these bytes.
    ///
    /// # Errors
    ///
    /// If writing the file fails.
    pub fn judge(&self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        std::fs::write(&self.file, bytes).context("write a mutant")?;
        let result = catch_unwind(AssertUnwindSafe(|| self.runtime.block_on(run(&self.options))));
        Ok(match result {
            Err(_) => Outcome::Wrong("a panic that nobody caught".to_owned()),
            Ok(Ok(_)) => Outcome::Read,
            Ok(Err(error)) => of_error(&error),
        })
    }
}

impl Judge {
    /// Reads a file of these bytes; returns the result hash, or the error in one line.
    ///
    /// # Errors
    ///
    /// If writing the file fails.
    pub fn counted(&self, bytes: &[u8]) -> anyhow::Result<Result<String, String>> {
        std::fs::write(&self.file, bytes).context("write a file")?;
        let run = self.runtime.block_on(run(&self.options));
        Ok(run.map(|result| result.report.result_hash).map_err(|error| format!("{error:#}")))
    }
}

fn of_error(error: &anyhow::Error) -> Outcome {
    let message = format!("{error:#}");
    let kind = error.chain().find_map(kind);
    if exit_of(error) != Exit::Input {
        return Outcome::Wrong(format!("an error that is not the input's: {message}"));
    }
    if message.chars().any(char::is_control) {
        return Outcome::Wrong(format!("control characters in {message:?}"));
    }
    match kind {
        Some(kind @ ("too many amounts" | "too many countries")) => Outcome::Refused(kind, message),
        Some(_) if !message.contains("mutant.parquet") => {
            Outcome::Wrong(format!("no file is named: {message}"))
        }
        Some(kind) => Outcome::Refused(kind, message),
        None => Outcome::Wrong(format!("an unknown error: {message}")),
    }
}

/// Returns the kind of a refusal; `None` for other errors.
fn kind(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let kind = match error.downcast_ref() {
        Some(ObjectError::Changed { .. }) => Some("changed"),
        Some(ObjectError::Nothing { .. }) => Some("nothing to read"),
        Some(_) => Some("another error of an object"),
        None => None,
    };
    kind.or_else(|| error.downcast_ref().map(kind_of_file))
        .or_else(|| error.downcast_ref().map(kind_of_counts))
}

fn kind_of_file(error: &FileError) -> &'static str {
    match error {
        FileError::NotParquet { problem, .. } if problem.contains("panic") => "footer: a panic, caught",
        FileError::NotParquet { .. } => "not parquet",
        FileError::Damaged { problem, .. } if problem.contains("without a panic") => "page: a panic of ours",
        FileError::Damaged { problem, .. } if problem.contains("panic") => "page: a panic, caught",
        FileError::Damaged { .. } => "damaged page",
        FileError::LargePage { .. } => "large page",
        FileError::LargeDictionary { .. } => "large dictionary",
        FileError::MissingColumn { .. } => "missing column",
        FileError::ColumnType { .. } => "type of a column",
        FileError::SeveralColumns { .. } => "several columns",
    }
}

fn kind_of_counts(error: &CountError) -> &'static str {
    match error {
        CountError::TooManyAmounts { .. } => "too many amounts",
        CountError::TooManyCountries { .. } => "too many countries",
        CountError::UnknownCountry { .. } => "another error of the input",
    }
}

/// Reads a file of these bytes, for a fuzzer.
///
/// # Panics
///
/// If the ETL fails.
pub fn judged(bytes: &[u8]) {
    thread_local! {
        static JUDGE: (tempfile::TempDir, Judge) = {
            // In memory if possible: a fuzzer reads thousands of files per second.
            let memory = Path::new("/dev/shm");
            let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
            let folder = folder.expect("a folder");
            let judge = Judge::new(folder.path()).expect("a judge");
            (folder, judge)
        };
    }
    let outcome = JUDGE.with(|(_, judge)| judge.judge(bytes)).expect("written");
    assert!(!matches!(outcome, Outcome::Wrong(_)), "{outcome:?}");
}
