//! Arguments, logs, signals and the exit code; everything else is in the library.

mod cli;

mod commands;

use anyhow::Result;
use cli::{Cli, Command, LookupArgs, ReproduceArgs, RunArgs, SampleArgs};
use etl::RunOptions;
use etl::console::{self, Format, complain, log_to_stderr, ours_from, print, print_json};
use etl::error::Exit;
use etl::lookup::{LookupReport, published_key};
use etl::publish::Table;
use etl::report;
use etl::reproduce::{ReproduceOptions, ReproduceReport};
use etl::run_flags::threads_default;
use etl::stream::Limits;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use storage::{Aws, Location};
use tokio::signal::unix::{SignalKind, signal};

/// It keeps freed pages at hand, where the system's allocator has the kernel clear them anew.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::checked();
    // On a terminal the progress bar says enough; what the AWS SDK warns of comes back as errors.
    let level = if io::stderr().is_terminal() { "warn" } else { "info" };
    log_to_stderr(&ours_from(level, &["voucher_etl"]));
    console::run_to_exit(interruptible(cli.command))
}

/// Dropping a run at any point loses nothing: before its swap nobody sees it, and after it is done.
async fn interruptible(command: Command) -> Result<Exit> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = execute(command) => result,
        _ = interrupt.recv() => Ok(Exit::Interrupted),
        _ = terminate.recv() => Ok(Exit::Interrupted),
    }
}

async fn execute(command: Command) -> Result<Exit> {
    match command {
        Command::Run(args) => run(*args).await,
        Command::Lookup(args) => lookup(args).await,
        Command::Reproduce(args) => reproduce(args).await,
        Command::Runs(args) => commands::runs(args).await,
        Command::Diff(args) => commands::diff(args).await,
        Command::Report(args) => commands::report(args).await,
        Command::Rollback(args) => commands::rollback(args).await,
        Command::Verify(args) => commands::verify(args).await,
        Command::Profile(args) => commands::profile(args).await,
        Command::Sample(args) => sample(args).await,
    }
}

async fn run(args: RunArgs) -> Result<Exit> {
    let RunArgs { flags, report, rejects, explain, on_bad_file, state } = args;
    let mut options = RunOptions {
        report,
        rejects,
        on_bad_file: on_bad_file.into(),
        state,
        explain: explain.then_some(match flags.format {
            Format::Json => |_| Ok(()),
            Format::Text => |plan| print(&report::plan_text(plan)),
        }),
        ..flags.options()?
    };
    if options.rejects.is_some() && flags.is_remote() {
        options.limits = options.limits.with_rejects(options.threads);
    }
    let result = etl::run(&options).await?;
    console::show_run(&result, flags.format)
}

async fn lookup(args: LookupArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.table);
    let country = published_key(&table, &args.country).await?;
    let published = etl::lookup::lookup(&table, &country).await?;
    match args.format {
        Format::Json => print_json(&LookupReport::from(&published))?,
        Format::Text => print(&report::lookup_text(&published))?,
    }
    Ok(Exit::Done)
}

async fn reproduce(args: ReproduceArgs) -> Result<Exit> {
    let options = ReproduceOptions {
        country: args.country,
        run_id: args.run_id,
        table: args.table,
        locations: args.locations,
        request_payer: args.request_payer.is_some(),
        threads: threads_default(),
        limits: Limits::default(),
    };
    let reproduced = etl::reproduce::reproduce(&options).await?;
    match args.format {
        Format::Json => print_json(&ReproduceReport::from(&reproduced))?,
        Format::Text => print(&report::reproduced_text(&reproduced))?,
    }
    let Some(difference) = &reproduced.difference else { return Ok(Exit::Done) };
    let run_id = &reproduced.manifest.run_id;
    complain(&anyhow::anyhow!("run {run_id} of {} is not reproduced: {difference}", reproduced.country));
    Ok(Exit::Other)
}

async fn sample(SampleArgs { rows, seed, codec, out }: SampleArgs) -> Result<Exit> {
    match &out {
        Location::Local { path } => etl::sample::write(path, rows, seed, codec)?,
        Location::S3 { bucket, key } => {
            etl::sample::upload(&Aws::from_env().await?, (bucket, key), rows, seed, codec).await?;
        }
    }
    tracing::info!(rows, file = %out, "wrote a sample");
    Ok(Exit::Done)
}
