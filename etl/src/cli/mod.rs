//! The command line.

mod profile;
mod published;
mod run;
mod sample;

pub(crate) use profile::ProfileArgs;
pub(crate) use published::{DiffArgs, ReportArgs, RollbackArgs, RunsArgs, VerifyArgs};
pub(crate) use run::RunArgs;
pub(crate) use sample::SampleArgs;

use crate::console::Format;
use crate::run_flags::RequestPayer;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use counts::rejects::MEMORY_BUDGET_MIN;
use segments::table::TABLE_DEFAULT;
use segments::value::CountryKey;
use storage::Location;

/// Finds the voucher amount that customers like a given one were sent most often, by country,
/// segment and bucket, and publishes it to DynamoDB.
///
/// AWS is configured as for every AWS tool: `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL` and so
/// on. Logs go to stderr (`RUST_LOG=debug` for more), results to stdout.
///
/// Exit codes: 0 done, 1 other failure, 2 usage, 3 input (missing, malformed, schema, rules),
/// 4 AWS, 5 a threshold stopped publication, 6 another run became current meanwhile, 130 interrupted.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Reads the history, finds the amounts, publishes them.
    Run(Box<RunArgs>),
    /// Shows what is published for a country.
    Lookup(LookupArgs),
    /// Proves a published answer: counts a run again from its own input, and compares.
    ///
    /// Every object that the run's manifest names must still exist, with the same version and size.
    /// The country is counted again with the published rules; the hash and every bucket must equal
    /// those of the table. Nothing is written.
    ///
    /// Exit codes: 0 reproduced; 1 the results differ; 3 the run cannot be counted again: an object
    /// changed or is gone, or the table lacks the run or its rules.
    Reproduce(ReproduceArgs),
    /// Lists the runs of a country in the table, newest first.
    Runs(RunsArgs),
    /// Shows how one run of a country differs from another, heaviest change first.
    ///
    /// Without a run, compares the previous run with the current one; with one run, that run with
    /// the current one; with two, the first with the second.
    Diff(DiffArgs),
    /// Shows what is published of a run of a country: each bucket's mode, runner-up and the rest,
    /// the outcomes of the events, and what changes.
    ///
    /// The current run is compared with the previous one, if that is still kept; any other run is
    /// compared with the current one. The report reads only the table; `run --report` has every
    /// amount. Colours appear on a terminal, unless `NO_COLOR` is set.
    ///
    /// Exit codes: 0 shown; 3 nothing is published, or the run is unknown or incomplete.
    Report(ReportArgs),
    /// Makes an earlier run of a country current again, with its own rules.
    ///
    /// One transaction moves the pointer and notes the move in both runs' manifests. The run must
    /// be complete. The API serves it within its refresh time; the next run is published as usual.
    ///
    /// Exit codes: 0 done, or already current; 3 nothing is published, or the run is unknown,
    /// incomplete or being deleted; 6 another run became current meanwhile, and stays.
    Rollback(RollbackArgs),
    /// Compares every published item with the `result_hash` of its manifest; writes nothing.
    ///
    /// Exit codes: 0 nothing differs; 1 something differs, one line each; 3 nothing is published.
    Verify(VerifyArgs),
    /// Shows what is in a history, all columns and countries, before you trust it; writes nothing.
    ///
    /// Rows, missing and bad values, distinct values, the most frequent ones, histograms, oddities
    /// with examples, and how close each bucket's mode is to its runner-up. It takes one pass and
    /// the memory of a run. Colours appear on a terminal, unless `NO_COLOR` is set.
    Profile(ProfileArgs),
    /// Writes a made-up history to try things on: the real one's shape and dirt, none of its data.
    Sample(SampleArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    /// The DynamoDB table.
    #[arg(long, default_value = TABLE_DEFAULT)]
    pub(crate) table: String,
    /// Format of the output on stdout.
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
    /// Where the input is, as in `run`; repeatable. Only needed if the manifest does not name the
    /// objects, because there were more than 100.
    #[arg(long = "s3path", value_name = "URL")]
    pub(crate) locations: Vec<Location>,
    /// You pay for listings and reads of a bucket whose owner does not.
    #[arg(long, value_name = "WHO", num_args = 0..=1, default_missing_value = "requester")]
    pub(crate) request_payer: Option<RequestPayer>,
    /// Format of the output on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

impl Cli {
    /// Returns the command line; ends the process if it is invalid.
    pub(crate) fn checked() -> Self {
        let cli = Self::parse();
        cli.check().unwrap_or_else(|error| error.exit());
        cli
    }

    /// Checks what no argument alone can show.
    fn check(&self) -> Result<(), clap::Error> {
        let Command::Run(run) = &self.command else { return Ok(()) };
        if run.rejects.is_some() && run.flags.memory_budget < MEMORY_BUDGET_MIN {
            let problem = format!("--rejects needs --memory-budget {MEMORY_BUDGET_MIN} or more");
            return Err(Self::command().error(ErrorKind::ValueValidation, problem));
        }
        Ok(())
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
            "voucher-etl report",
            "voucher-etl report --country Peru 01a20d29",
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
}
