//! The arguments of `profile`.

use crate::console::Format;
use crate::run_flags::RequestPayer;
use bytesize::ByteSize;
use clap::Args;
use history::bounds::{MEMORY_BUDGET_DEFAULT, parse_memory_budget};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use storage::Location;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl profile --s3path s3://bucket/history/
  voucher-etl profile --s3path history.parquet --html profile.html
  voucher-etl profile --s3path history.parquet --format json")]
pub(crate) struct ProfileArgs {
    /// Where the history is: an s3:// or s3a:// object, prefix or glob, or a local path or glob.
    /// Hive folders (`country_code=Peru/`) become columns. Repeatable.
    #[arg(long = "s3path", value_name = "URL", required = true)]
    pub(crate) locations: Vec<Location>,
    /// You pay for listings and reads of a bucket whose owner does not.
    #[arg(long, value_name = "WHO", num_args = 0..=1, default_missing_value = "requester")]
    pub(crate) request_payer: Option<RequestPayer>,
    /// Rules whose buckets to look at, instead of the compiled-in ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Format of the profile on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Also writes the profile here, as a self-contained page with charts.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Threads that compute; by default one per core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory to stay within, as in `run`.
    #[arg(long, value_name = "SIZE", default_value = MEMORY_BUDGET_DEFAULT, value_parser = parse_memory_budget)]
    pub(crate) memory_budget: ByteSize,
}
