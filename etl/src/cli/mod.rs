//! The command line.

mod history;
mod profile;

pub(crate) use history::{DiffArgs, RollbackArgs, RunsArgs, VerifyArgs};
pub(crate) use profile::ProfileArgs;

use bytesize::ByteSize;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use etl::bad_files::OnBadFile;
use etl::publish::KEEP_DEFAULT;
use etl::rejects::RejectsPath;
use etl::sample::Codec;
use etl::source::{Location, LocationError};
use etl::state::StatePlace;
use etl::stream::{MEMORY_BUDGET_DEFAULT, MEMORY_BUDGET_WITH_REJECTS_MIN, parse_memory_budget};
use segments::reason::RejectReason;
use segments::rules::{MaxRejectRatio, Ratio, Thresholds};
use segments::table::TABLE_DEFAULT;
use segments::value::CountryKey;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Finds the voucher amount that customers like a given one were sent most often, by country,
/// segment and bucket, and publishes it to DynamoDB.
///
/// AWS is found as every AWS tool finds it: `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL` and so
/// on. Logs go to stderr (`RUST_LOG=debug` for more), results to stdout.
///
/// Exit codes: 0 done, 1 other failure, 2 usage, 3 input (missing, malformed, schema, rules),
/// 4 AWS, 5 a threshold stopped publication, 6 another run became current meanwhile, 130 interrupted.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Reads the history, finds the amounts, publishes them.
    Run(RunArgs),
    /// Shows what is published for a country.
    Lookup(LookupArgs),
    /// Proves a published answer: counts a run again from its own input, and compares.
    ///
    /// Every object that the run's manifest names must still be there, at the same version and of the
    /// same size. The country is then counted anew with the published rules, and the hash and every
    /// bucket must be those of the table. Nothing is written.
    ///
    /// Exit codes: 0 reproduced; 1 something else comes out; 3 it cannot be tried, because an object
    /// changed or is gone, or the run is not in the table or its rules are not.
    Reproduce(ReproduceArgs),
    /// Lists the runs of a country that are in the table, newest first.
    Runs(RunsArgs),
    /// Shows how one run of a country differs from another, heaviest change first.
    ///
    /// Without a run, the current one is compared with the one before it; with one, that one with
    /// the current one; with two, the first with the second.
    Diff(DiffArgs),
    /// Makes an earlier run of a country current again, with the rules that it was made with.
    ///
    /// One transaction moves the pointer and notes the move in both runs' manifests. The run must be
    /// whole. What is served follows within the API's refresh time; the next run is published as ever.
    ///
    /// Exit codes: 0 done, or it was current already; 3 nothing is published, or there is no such run,
    /// or it is being deleted or not whole; 6 another run became current meanwhile, and stays.
    Rollback(RollbackArgs),
    /// Holds every published item against the `result_hash` of its manifest; writes nothing.
    ///
    /// Exit codes: 0 nothing differs; 1 something does, each in one line; 3 nothing is published.
    Verify(VerifyArgs),
    /// Shows what is in a history, all columns and countries, before it is trusted; writes nothing.
    ///
    /// Rows, missing and bad values, distinct ones, the most frequent, histograms, what is odd, with
    /// examples, and how close each bucket's mode is to its runner-up, in one pass and within the
    /// memory of a run. Colours appear on a terminal, unless `NO_COLOR` is set.
    Profile(ProfileArgs),
    /// Makes a history to try things on: the real one's shape and dirt, none of its data.
    Sample(SampleArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl run --country Peru --s3path s3://bucket/history/ --dry-run
  voucher-etl run --country Peru --s3path s3://bucket/history/ --dry-run --explain
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

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    /// The DynamoDB table.
    #[arg(long, default_value = TABLE_DEFAULT)]
    pub(crate) table: String,
    /// The form of the answer on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl reproduce --country Peru
  voucher-etl reproduce --country Peru --run 01a20d29-b6c6-736e-a0e0-e5330a50dd2e --format json
  voucher-etl reproduce --country Peru --s3path s3://bucket/history/")]
pub(crate) struct ReproduceArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    /// The run; by default the current one.
    #[arg(long = "run", value_name = "ID")]
    pub(crate) run_id: Option<String>,
    /// The DynamoDB table.
    #[arg(long, default_value = TABLE_DEFAULT)]
    pub(crate) table: String,
    /// Where the input is, as in `run`; repeatable. Only needed if the manifest does not name its
    /// objects, because they were more than 100.
    #[arg(long = "s3path", value_name = "URL")]
    pub(crate) locations: Vec<Location>,
    /// The form of the answer on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// Rows to write.
    #[arg(long, value_name = "N")]
    pub(crate) rows: u64,
    /// The same seed gives the same file.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How pages are compressed.
    #[arg(long, value_enum, default_value_t = Codec::Gzip)]
    pub(crate) codec: Codec,
    /// The file to write: a local path or an s3:// object.
    #[arg(long, value_name = "FILE", value_parser = parse_file)]
    pub(crate) out: Location,
}

/// Understands a location that is one file or object.
fn parse_file(text: &str) -> Result<Location, String> {
    match text.parse().map_err(|error: LocationError| error.to_string())? {
        Location::S3 { key, .. } if key.is_empty() || key.ends_with('/') => {
            Err("it is a folder: expected s3://bucket/key".to_owned())
        }
        file => Ok(file),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people.
    Text,
    /// One JSON document.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadFile {
    /// The run ends, nothing is published.
    Fail,
    /// The file is left out and named.
    Skip,
}

impl Cli {
    /// Returns what the command line asks for; ends the process where it asks for nothing sensible.
    pub(crate) fn checked() -> Self {
        let cli = Self::parse();
        cli.check().unwrap_or_else(|error| error.exit());
        cli
    }

    /// Checks what no argument can tell alone.
    fn check(&self) -> Result<(), clap::Error> {
        let Command::Run(run) = &self.command else { return Ok(()) };
        if run.rejects.is_some() && run.memory_budget < MEMORY_BUDGET_WITH_REJECTS_MIN {
            let problem = format!("--rejects needs --memory-budget {MEMORY_BUDGET_WITH_REJECTS_MIN} or more");
            return Err(Self::command().error(ErrorKind::ValueValidation, problem));
        }
        Ok(())
    }
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
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn usage_errors_have_their_exit_code() {
        for line in [
            "voucher-etl",
            "voucher-etl run",
            "voucher-etl run --s3path https://example.com",
            "voucher-etl run --s3path a --country a#b",
            "voucher-etl run --s3path a --keep -1",
            "voucher-etl run --s3path a --threads 0",
            "voucher-etl run --s3path a --max-reject-ratio 1.1",
            "voucher-etl run --s3path a --max-reject-ratio -0.1",
            "voucher-etl run --s3path a --max-reject-ratio 5%",
            "voucher-etl run --s3path a --max-reject-ratio bad_amount=0.1",
            "voucher-etl run --s3path a --max-reject-ratio overall=0.1",
            "voucher-etl run --s3path a --max-reject-ratio bad_country=",
            "voucher-etl run --s3path a --min-rows -1",
            "voucher-etl run --s3path a --min-rows few",
            "voucher-etl run --s3path a --memory-budget 1MiB",
            "voucher-etl run --s3path a --memory-budget much",
            "voucher-etl run --s3path a --rejects b.csv",
            "voucher-etl run --s3path a --rejects b.jsonl --memory-budget 159MiB",
            "voucher-etl run --s3path a --rejects s3://b/",
            "voucher-etl lookup",
            "voucher-etl reproduce",
            "voucher-etl runs",
            "voucher-etl diff",
            "voucher-etl diff --country Peru a b c",
            "voucher-etl rollback",
            "voucher-etl rollback --country Peru a",
            "voucher-etl verify --country a#b",
            "voucher-etl reproduce --country Peru --s3path https://example.com",
            "voucher-etl profile",
            "voucher-etl profile --s3path a --memory-budget 1MiB",
            "voucher-etl sample --rows many --out a",
            "voucher-etl sample --rows 1 --out s3://bucket",
            "voucher-etl sample --rows 1 --out s3://bucket/folder/",
            "voucher-etl sample --rows 1 --out https://example.com/a",
        ] {
            let parsed = Cli::try_parse_from(line.split(' '));
            let error = parsed.and_then(|cli| cli.check()).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }

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
