//! The arguments of `run`.

use crate::run_flags::RunFlags;
use clap::{Args, ValueEnum};
use counts::bad_files::OnBadFile;
use counts::rejects::RejectsPath;
use counts::state::StatePlace;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl run --country Peru --s3path s3://bucket/history/ --dry-run
  voucher-etl run --country Peru --s3path s3://bucket/history/ --dry-run --explain
  voucher-etl run --country Peru --s3path s3://bucket/history/ --dry-run --report report.html
  voucher-etl run --country Peru --s3path s3://bucket/history/ --rejects rejects.parquet
  voucher-etl run --s3path 's3://bucket/history/year=2018/*.parquet' --format json
  voucher-etl run --s3path history.parquet --rules my-rules.toml --dry-run --export out/")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) flags: RunFlags,
    /// Also writes the run here, as a self-contained page with charts, and compares it with the
    /// live run; also with `--dry-run`, and if a limit stops the run.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Also writes every rejected event here, with its reason: to a local file or an s3:// object,
    /// which is replaced if it exists. The extension gives the format: .parquet, or .jsonl
    /// (.ndjson, .json).
    #[arg(long, value_name = "PATH")]
    pub(crate) rejects: Option<RejectsPath>,
    /// Shows what will be read of which file, and why not the rest, before reading starts: on stdout
    /// before the report; in JSON as its member `plan`.
    #[arg(long)]
    pub(crate) explain: bool,
    /// What to do with a file that is damaged or has another schema: end the run (exit code 3), or
    /// go on without any part of the file and name it in the report.
    #[arg(long, value_enum, default_value_t = BadFile::Fail)]
    pub(crate) on_bad_file: BadFile,
    /// Keeps the counts of every file, all countries, in this folder or under this s3:// prefix. A
    /// file whose counts are there, for the same version and rules, is not read again: a second run
    /// reads only what is new, and an interrupted run goes on. You may delete the counts at any time.
    #[arg(long, value_name = "URL")]
    pub(crate) state: Option<StatePlace>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadFile {
    /// End the run; nothing is published.
    Fail,
    /// Leave the file out and name it.
    Skip,
}

impl From<BadFile> for OnBadFile {
    fn from(asked: BadFile) -> Self {
        match asked {
            BadFile::Fail => Self::Fail,
            BadFile::Skip => Self::Skip,
        }
    }
}
