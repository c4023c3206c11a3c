//! The command line.

use bytesize::ByteSize;
use clap::{Args, Parser, Subcommand, ValueEnum};
use etl::publish::KEEP_DEFAULT;
use etl::source::Location;
use etl::stream::{MEMORY_BUDGET_DEFAULT, parse_memory_budget};
use etl_cluster::cluster::Scheduler;
use etl_cluster::cluster::executor::ExecutorArgs;
use etl_cluster::cluster::scheduler::SchedulerArgs;
use segments::reason::RejectReason;
use segments::rules::{MaxRejectRatio, Ratio, Thresholds};
use segments::table::TABLE_DEFAULT;
use segments::value::CountryKey;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Does the run of voucher-etl on DataFusion, in this process or on a Ballista cluster.
///
/// The same rules, the same `result_hash`, the same publication: only the counting is done by the
/// engine. AWS is found by the environment (`AWS_REGION`, `AWS_ENDPOINT_URL` and so on), on scheduler
/// and executors as well. Logs go to stderr (`RUST_LOG=debug` for more), results to stdout.
///
/// Exit codes: 0 done, 1 other failure (of engine or cluster, too), 2 usage, 3 input (missing,
/// malformed, schema, rules), 4 AWS, 5 a threshold stopped publication, 6 another run became current
/// meanwhile, 130 interrupted.
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
    /// Serves as the scheduler of a cluster, until it is stopped.
    Scheduler(SchedulerArgs),
    /// Works for a scheduler, until it is stopped.
    Executor(ExecutorArgs),
    /// Asks a scheduler whether it is there and of this version; for containers.
    Healthcheck(HealthcheckArgs),
}

#[derive(Debug, Args)]
pub(crate) struct HealthcheckArgs {
    /// The scheduler.
    #[arg(long, value_name = "URL")]
    pub(crate) scheduler: Scheduler,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl-cluster run --country Peru --s3path s3://bucket/history/ --dry-run
  voucher-etl-cluster run --s3path s3://bucket/history/ --scheduler df://scheduler:50050
  voucher-etl-cluster run --s3path history.parquet --print-sql >count.sql")]
pub(crate) struct RunArgs {
    /// Country to publish, in any spelling; repeatable. Without it, every country in the data.
    #[arg(long = "country", value_name = "NAME")]
    pub(crate) countries: Vec<CountryKey>,
    /// Where the history is: an s3:// or s3a:// object, prefix or glob, or a local path or glob.
    /// Hive folders (`country_code=Peru/`) become columns. Repeatable.
    #[arg(long = "s3path", value_name = "URL", required_unless_present = "print_sql")]
    pub(crate) locations: Vec<Location>,
    /// The scheduler of the cluster that counts; without it, the engine runs in this process.
    #[arg(long, value_name = "URL")]
    pub(crate) scheduler: Option<Scheduler>,
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
    /// Does everything but the write, and shows what would change where the live table can be read.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Files that this program counts as well, drawn anew each time; nothing is published unless the
    /// engine counts the same.
    #[arg(long, value_name = "FILES", default_value_t = 2)]
    pub(crate) verify_sample: usize,
    /// Counts no file twice.
    #[arg(long, conflicts_with = "verify_sample")]
    pub(crate) no_verify_sample: bool,
    /// How long the job may take; then it is cancelled.
    #[arg(long, value_name = "SECONDS", default_value = "3600")]
    pub(crate) job_timeout: std::num::NonZeroU64,
    /// Shows what is counted as SQL over a view `events` of texts, and does nothing else; DuckDB and
    /// Spark run it as well.
    #[arg(long)]
    pub(crate) print_sql: bool,
    /// The form of the report on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Runs that a country keeps; older ones go a day after they were superseded.
    #[arg(long, value_name = "N", default_value_t = KEEP_DEFAULT)]
    pub(crate) keep: usize,
    /// Threads that compute in this process; by default one a core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory that counting the sample stays within; the engine has bounds of its own.
    #[arg(long, value_name = "SIZE", default_value = MEMORY_BUDGET_DEFAULT, value_parser = parse_memory_budget)]
    pub(crate) memory_budget: ByteSize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people.
    Text,
    /// One JSON document.
    Json,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn usage_errors_have_their_exit_code() {
        for line in [
            "voucher-etl-cluster",
            "voucher-etl-cluster run",
            "voucher-etl-cluster run --s3path a --scheduler localhost:50050",
            "voucher-etl-cluster run --s3path a --scheduler http://localhost",
            "voucher-etl-cluster run --s3path a --job-timeout 0",
            "voucher-etl-cluster run --s3path a --verify-sample 1 --no-verify-sample",
            "voucher-etl-cluster run --s3path a --rejects b.jsonl",
            "voucher-etl-cluster executor",
            "voucher-etl-cluster executor --work-dir a --cores 0",
            "voucher-etl-cluster scheduler --bind 50050",
        ] {
            let error = Cli::try_parse_from(line.split(' ')).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
