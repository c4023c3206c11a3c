//! The arguments of `run`.

use super::Format;
use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use etl::bad_files::OnBadFile;
use etl::publish::KEEP_DEFAULT;
use etl::rejects::RejectsPath;
use etl::source::Location;
use etl::state::StatePlace;
use etl::stream::{MEMORY_BUDGET_DEFAULT, parse_memory_budget};
use segments::reason::RejectReason;
use segments::rules::{MaxRejectRatio, Ratio, Thresholds};
use segments::table::TABLE_DEFAULT;
use segments::value::CountryKey;
use std::num::NonZeroUsize;
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
    /// Country to publish, in any spelling; repeatable. Without it, every country in the data.
    #[arg(long = "country", value_name = "NAME")]
    pub(crate) countries: Vec<CountryKey>,
    /// Where the history is: an s3:// or s3a:// object, prefix or glob, or a local path or glob.
    /// Hive folders (`country_code=Peru/`) become columns. Repeatable.
    #[arg(long = "s3path", value_name = "URL", required = true)]
    pub(crate) locations: Vec<Location>,
    /// The DynamoDB table to publish to.
    #[arg(long, default_value = TABLE_DEFAULT)]
    pub(crate) table: String,
    /// Rules to use instead of those compiled in.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// The most events that a segment may reject, as a share of the selected rows, from 0 to 1; as
    /// `bad_voucher_amount=0.01` for that reason alone. Beyond it nothing is published (exit code 5).
    /// Repeatable; it wins over the same limit in the rules.
    #[arg(long = "max-reject-ratio", value_name = "[REASON=]R", value_parser = MaxRejectRatio::parse)]
    pub(crate) max_reject_ratios: Vec<(Option<RejectReason>, Ratio)>,
    /// The fewest selected rows; with fewer nothing is published (exit code 5). It wins over the
    /// limit in the rules.
    #[arg(long, value_name = "N")]
    pub(crate) min_rows: Option<u64>,
    /// Also writes `<country>_customer_segment_data.json` and `<country>_counts.csv` here.
    #[arg(long, value_name = "DIR")]
    pub(crate) export: Option<PathBuf>,
    /// Also writes the run here, as one page with charts that needs nothing else, and compares it with
    /// the run that is live; with `--dry-run`, and where a limit stops the run, too.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Also keeps every rejected event here, with its reason: a local file or s3:// object, replaced
    /// if it is there, whose extension says its form: .parquet, or .jsonl (.ndjson, .json).
    #[arg(long, value_name = "PATH")]
    pub(crate) rejects: Option<RejectsPath>,
    /// Does everything but the write, and shows what would change where the live table can be read;
    /// with local input it needs no AWS.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Shows what will be read of which file, and why not the rest, before it is read: on stdout,
    /// before the report; in JSON as its member `plan`.
    #[arg(long)]
    pub(crate) explain: bool,
    /// What becomes of the run where a file is damaged or of another schema: it ends (exit code 3),
    /// or goes on without anything of the file, which the report names.
    #[arg(long, value_enum, default_value_t = BadFile::Fail)]
    pub(crate) on_bad_file: BadFile,
    /// The form of the report on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Keeps the counts of every file, all countries, in this folder or under this s3:// prefix. A file
    /// that is there already, at the same version and by the same rules, is not read again; so a
    /// second run reads what is new, and one that was interrupted goes on. It may be deleted at any time.
    #[arg(long, value_name = "URL")]
    pub(crate) state: Option<StatePlace>,
    /// Runs that a country keeps; older ones go a day after they were superseded.
    #[arg(long, value_name = "N", default_value_t = KEEP_DEFAULT)]
    pub(crate) keep: usize,
    /// Threads that compute; by default one a core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory to stay within, whatever the size of the input: 256MiB, 1GiB, or bytes. Each thread
    /// takes 32 MiB of it; where it is too little for the threads, fewer compute.
    #[arg(long, value_name = "SIZE", default_value = MEMORY_BUDGET_DEFAULT, value_parser = parse_memory_budget)]
    pub(crate) memory_budget: ByteSize,
}

impl RunArgs {
    /// Returns the thresholds that are given by flags.
    pub(crate) fn thresholds(&self) -> Thresholds {
        Thresholds {
            max_reject_ratio: self.max_reject_ratios.iter().copied().collect(),
            min_rows: self.min_rows,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::super::{Cli, Command};
    use clap::Parser;

    #[test]
    fn thresholds_by_flags() {
        for (flags, overall, reasons, min_rows) in [
            ("", None, 0, None),
            (" --max-reject-ratio 0.05", Some("0.05"), 0, None),
            (" --max-reject-ratio 0.05 --max-reject-ratio 0.1", Some("0.1"), 0, None),
            (" --max-reject-ratio bad_country=0 --max-reject-ratio=missing_country=1", None, 2, None),
            (" --max-reject-ratio=bad_country=0 --max-reject-ratio 0 --min-rows 7", Some("0"), 1, Some(7)),
        ] {
            let line = format!("voucher-etl run --s3path a{flags}");
            let Ok(Cli { command: Command::Run(args) }) = Cli::try_parse_from(line.split(' ')) else {
                panic!("{line}");
            };
            let thresholds = args.thresholds();
            let found = thresholds.max_reject_ratio;
            assert_eq!(found.overall.map(|ratio| ratio.to_string()).as_deref(), overall, "{line}");
            assert_eq!((found.by_reason.len(), thresholds.min_rows), (reasons, min_rows), "{line}");
        }
    }
}
