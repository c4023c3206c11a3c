//! Arguments, logs, signals and the exit code; everything else is in the library.

mod cli;

use anyhow::Result;
use clap::Parser;
use cli::{Cli, Command, Format, RunArgs};
use etl::RunOptions;
use etl::console::{complain, print, show_run};
use etl::error::Exit;
use etl::progress::LogWriter;
use etl::rules_file;
use etl::source::Location;
use etl::stream::Limits;
use etl_cluster::cluster::{executor, scheduler};
use etl_cluster::sql::Question;
use etl_cluster::{EngineOptions, UnderWay};
use segments::rules::RulesFile;
use std::env;
use std::io::{self, IsTerminal};
use std::os::unix::process::CommandExt;
use std::process::{self, ExitCode};
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Of the engine only what goes wrong is logged, and that comes back as errors.
const LOGGED: &str =
    "error,ballista_core=off,ballista_scheduler=warn,ballista_executor=warn,etl_cluster=info";

/// What the threads of a program have for a stack, where nobody says otherwise.
const STACK_VARIABLE: &str = "RUST_MIN_STACK";
/// Ours; what is not used is not taken.
const STACK_BYTES: usize = 64 << 20;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if env::var_os(STACK_VARIABLE).is_none() {
        // This returns only where it fails, and then the stacks are what they are.
        let _ = deepened();
    }
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{LOGGED},etl=info,voucher_etl_cluster=info")));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| LogWriter)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
    let under_way = UnderWay::default();
    let result = tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        let result = runtime.block_on(interruptible(cli.command, &under_way));
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

/// Begins this program anew, in this process, with deeper stacks: the engine's own threads, which
/// nobody else can give any, walk plans by recursion, and one of ours is deeper than what they have.
fn deepened() -> io::Result<()> {
    let program = env::current_exe()?;
    let mut command = process::Command::new(program);
    Err(command.args(env::args_os().skip(1)).env(STACK_VARIABLE, STACK_BYTES.to_string()).exec())
}

/// Dropping a run at any point loses nothing: before its swap nobody sees it, and after it is done.
/// A job on a cluster is cancelled, or it would go on for nobody.
async fn interruptible(command: Command, under_way: &UnderWay) -> Result<Exit> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let exit = tokio::select! {
        result = execute(command, under_way) => return result,
        _ = interrupt.recv() => Exit::Interrupted,
        _ = terminate.recv() => Exit::Interrupted,
    };
    under_way.cancel().await;
    Ok(exit)
}

async fn execute(command: Command, under_way: &UnderWay) -> Result<Exit> {
    match command {
        Command::Run(args) => run(args, under_way).await,
        Command::Scheduler(args) => scheduler::serve(args).await.map(|()| Exit::Done),
        Command::Executor(args) => executor::serve(args).await.map(|()| Exit::Done),
        Command::Healthcheck(args) => {
            args.scheduler.check_version().await?;
            Ok(Exit::Done)
        }
    }
}

async fn run(args: RunArgs, under_way: &UnderWay) -> Result<Exit> {
    let RulesFile { rules, thresholds } =
        args.rules.as_deref().map_or_else(|| Ok(RulesFile::default()), rules_file::read)?;
    let thresholds = thresholds.overridden_by(args.thresholds());
    let selection = (!args.countries.is_empty()).then(|| args.countries.iter().cloned().collect());
    if args.print_sql {
        let question = Question { rules: &rules, selection: selection.as_ref() };
        print(&format!("{}\n", question.portable()))?;
        return Ok(Exit::Done);
    }
    let asked = args.threads.map_or_else(|| available_parallelism().map_or(1, Into::into), Into::into);
    let threads = Limits::threads_within(args.memory_budget, asked);
    let is_remote = args.locations.iter().any(Location::is_s3);
    let options = RunOptions {
        selection,
        table: args.table,
        rules,
        thresholds,
        export: args.export,
        dry_run: args.dry_run,
        is_compared: true,
        keep: args.keep,
        threads,
        limits: Limits::within(args.memory_budget, threads, is_remote),
        ..RunOptions::new(args.locations)
    };
    let engine_options = EngineOptions {
        scheduler: args.scheduler,
        sample_files: if args.no_verify_sample { 0 } else { args.verify_sample },
        job_timeout: Duration::from_secs(args.job_timeout.get()),
        under_way: under_way.clone(),
    };
    let result = etl_cluster::run(&options, &engine_options).await?;
    show_run(&result, args.format == Format::Json)
}
