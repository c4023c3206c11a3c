//! Arguments, logs, signals and the exit code; everything else is in the library.

mod cli;

use anyhow::Result;
use clap::Parser;
use cli::{Cli, Command, RunArgs};
use etl::console::{log_to_stderr, ours_from, print, run_to_exit, show_run};
use etl_cluster::cluster::{executor, scheduler};
use etl_cluster::error::exit_of;
use etl_cluster::sql::Question;
use etl_cluster::{EngineOptions, UnderWay};
use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{self, ExitCode};
use std::time::Duration;
use storage::Exit;
use tokio::signal::unix::{SignalKind, signal};

/// Log filter of the engine: only problems; the client's come back as errors instead.
const OF_THE_ENGINE: &str = "ballista_core=off,ballista_scheduler=warn,ballista_executor=warn";

/// The variable that sets the default stack of threads.
const STACK_VARIABLE: &str = "RUST_MIN_STACK";
/// Our stack size; unused pages take no memory.
const STACK_BYTES: usize = 64 << 20;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if env::var_os(STACK_VARIABLE).is_none() {
        // This returns only on failure; then the stacks keep their size.
        let _ = deepened();
    }
    let ours = ours_from("info", &["etl_cluster", "voucher_etl_cluster"]);
    log_to_stderr(&format!("{ours},{OF_THE_ENGINE}"));
    run_to_exit(interruptible(cli.command, &UnderWay::default()), exit_of)
}

/// Restarts this program in the same process with deeper stacks. The engine's threads walk plans by
/// recursion, our plans are deeper than their stacks, and only the environment can enlarge those.
fn deepened() -> io::Result<()> {
    let program = env::current_exe()?;
    let mut command = process::Command::new(program);
    Err(command.args(env::args_os().skip(1)).env(STACK_VARIABLE, STACK_BYTES.to_string()).exec())
}

/// Runs a command until a signal. Dropping a run at any point loses nothing: before its swap nobody
/// sees it, and after that it is done. Its job on a cluster is cancelled.
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
    let options = args.flags.options()?;
    if args.print_sql {
        let question = Question { rules: &options.rules, selection: &options.selection };
        print(&format!("{}\n", question.portable()))?;
        return Ok(Exit::Done);
    }
    let engine_options = EngineOptions {
        scheduler: args.scheduler,
        sample_files: if args.no_verify_sample { 0 } else { args.verify_sample },
        job_timeout: Duration::from_secs(args.job_timeout.get()),
        under_way: under_way.clone(),
    };
    let result = etl_cluster::run(&options, &engine_options).await?;
    show_run(&result, args.flags.format)
}
