//! Arguments, logs, signals and the exit code; everything else is in the library.

mod cli;

mod commands;

use anyhow::Result;
use cli::{Cli, Command, Format, LookupArgs, ReproduceArgs, RunArgs, SampleArgs};
use etl::aws::Aws;
use etl::console::{self, complain, print, print_json};
use etl::error::Exit;
use etl::lookup::LookupReport;
use etl::progress::LogWriter;
use etl::publish::Table;
use etl::reproduce::{ReproduceOptions, ReproduceReport};
use etl::source::Location;
use etl::stream::Limits;
use etl::{RunOptions, report, rules_file};
use segments::rules::RulesFile;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::thread::available_parallelism;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// It keeps freed pages at hand, where the system's allocator has the kernel clear them anew.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::checked();
    // On a terminal the progress bar says enough; what the AWS SDK warns of comes back as errors.
    let level = if io::stderr().is_terminal() { "error,etl=warn" } else { "error,etl=info,voucher_etl=info" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| LogWriter)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
    let result = tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        let result = runtime.block_on(interruptible(cli.command));
        // Threads that still read or fold are not waited for: there is nobody to hand it to.
        runtime.shutdown_background();
        result
    });
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain(&error);
            Exit::of(&error).into()
        }
    }
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
    let asked = args.threads.map_or_else(threads_default, Into::into);
    let threads = Limits::threads_within(args.memory_budget, asked);
    if threads < asked {
        tracing::info!(threads, asked, "fewer threads compute: --memory-budget has room for no more");
    }
    let RulesFile { rules, thresholds } =
        args.rules.as_deref().map_or_else(|| Ok(RulesFile::default()), rules_file::read)?;
    let thresholds = thresholds.overridden_by(args.thresholds());
    let is_remote = args.locations.iter().any(Location::is_s3);
    let mut limits = Limits::within(args.memory_budget, threads, is_remote);
    if args.rejects.is_some() && is_remote {
        limits = limits.with_rejects(threads);
    }
    let options = RunOptions {
        selection: (!args.countries.is_empty()).then(|| args.countries.into_iter().collect()),
        locations: args.locations,
        table: args.table,
        rules,
        thresholds,
        export: args.export,
        report: args.report,
        rejects: args.rejects,
        dry_run: args.dry_run,
        is_compared: true,
        keep: args.keep,
        threads,
        limits,
        on_bad_file: args.on_bad_file.into(),
        state: args.state,
        explain: args.explain.then_some(match args.format {
            Format::Json => |_| Ok(()),
            Format::Text => |plan| print(&report::plan_text(plan)),
        }),
    };
    let result = etl::run(&options).await?;
    console::show_run(&result, args.format == Format::Json)
}

async fn lookup(args: LookupArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.table);
    let published = etl::lookup::lookup(&table, &args.country).await?;
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

fn threads_default() -> usize {
    available_parallelism().map_or(1, Into::into)
}
