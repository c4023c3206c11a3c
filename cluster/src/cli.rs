//! The command line.

use clap::{Args, Parser, Subcommand};
use etl::run_flags::RunFlags;
use etl_cluster::cluster::Scheduler;
use etl_cluster::cluster::executor::ExecutorArgs;
use etl_cluster::cluster::scheduler::SchedulerArgs;
use std::num::NonZeroU64;

/// Does the run of voucher-etl on DataFusion, in this process or on a Ballista cluster.
///
/// The same rules, `result_hash` and publication as voucher-etl: the engine only counts. The
/// environment configures AWS (`AWS_REGION`, `AWS_ENDPOINT_URL` and so on), also on scheduler and
/// executors. Logs go to stderr (`RUST_LOG=debug` for more), results to stdout.
///
/// Exit codes: 0 done, 1 other failure (also of engine or cluster), 2 usage, 3 input (missing,
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
    /// Serves as the scheduler of a cluster until it is stopped.
    Scheduler(SchedulerArgs),
    /// Works for a scheduler until it is stopped.
    Executor(ExecutorArgs),
    /// Checks that a scheduler answers and has this version; for containers.
    Healthcheck(HealthcheckArgs),
}

#[derive(Debug, Args)]
pub(crate) struct HealthcheckArgs {
    /// The scheduler.
    #[arg(long, value_name = "URL")]
    pub(crate) scheduler: Scheduler,
}

#[derive(Debug, Args)]
#[command(mut_arg("locations", |input| input.required(false).required_unless_present("print_sql")))]
#[command(mut_arg("memory_budget", |budget| budget
    .help("Memory bound for counting the sample; the engine has its own bounds")))]
#[command(after_help = "Examples:
  voucher-etl-cluster run --country Peru --s3path s3://bucket/history/ --dry-run
  voucher-etl-cluster run --s3path s3://bucket/history/ --scheduler df://scheduler:50050
  voucher-etl-cluster run --s3path history.parquet --print-sql >count.sql")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) flags: RunFlags,
    /// Scheduler of the cluster that counts; without it, the engine runs in this process.
    #[arg(long, value_name = "URL")]
    pub(crate) scheduler: Option<Scheduler>,
    /// Number of random files that this program counts too; nothing is published unless the engine
    /// counts the same.
    #[arg(long, value_name = "FILES", default_value_t = 2)]
    pub(crate) verify_sample: usize,
    /// Verifies no sample.
    #[arg(long, conflicts_with = "verify_sample")]
    pub(crate) no_verify_sample: bool,
    /// Timeout of the job, after which it is cancelled.
    #[arg(long, value_name = "SECONDS", default_value = "3600")]
    pub(crate) job_timeout: NonZeroU64,
    /// Only prints the counting as SQL over a view `events` of text columns; DuckDB and Spark run it
    /// too.
    #[arg(long)]
    pub(crate) print_sql: bool,
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
