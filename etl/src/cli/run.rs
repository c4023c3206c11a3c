//! The arguments of `run`.

use clap::{Args, ValueEnum};
use counts::bad_files::OnBadFile;
use counts::rejects::RejectsPath;
use counts::state::StatePlace;
use etl::run_flags::RunFlags;
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
    /// Also writes the run here, as one page with charts that needs nothing else, and compares it with
    /// the run that is live; with `--dry-run`, and where a limit stops the run, too.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Also keeps every rejected event here, with its reason: a local file or s3:// object, replaced
    /// if it is there, whose extension says its form: .parquet, or .jsonl (.ndjson, .json).
    #[arg(long, value_name = "PATH")]
    pub(crate) rejects: Option<RejectsPath>,
    /// Shows what will be read of which file, and why not the rest, before it is read: on stdout,
    /// before the report; in JSON as its member `plan`.
    #[arg(long)]
    pub(crate) explain: bool,
    /// What becomes of the run where a file is damaged or of another schema: it ends (exit code 3),
    /// or goes on without anything of the file, which the report names.
    #[arg(long, value_enum, default_value_t = BadFile::Fail)]
    pub(crate) on_bad_file: BadFile,
    /// Keeps the counts of every file, all countries, in this folder or under this s3:// prefix. A file
    /// that is there already, at the same version and by the same rules, is not read again; so a
    /// second run reads what is new, and one that was interrupted goes on. It may be deleted at any time.
    #[arg(long, value_name = "URL")]
    pub(crate) state: Option<StatePlace>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadFile {
    /// The run ends, nothing is published.
    Fail,
    /// The file is left out and named.
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
