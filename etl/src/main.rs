//! Handles arguments, logs, signals and the exit code; everything else is in the library.

mod cli;

mod commands;

use anyhow::Result;
use cli::{Cli, Command};
use etl::console::{log_to_stderr, ours_from, run_to_exit};
use etl::error::exit_of;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use storage::Exit;
use tokio::signal::unix::{SignalKind, signal};

/// Keeps freed pages for reuse; with the system's allocator the kernel would clear them again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::checked();
    // On a terminal the progress bar is enough; warnings of the AWS SDK come back as errors.
    let level = if io::stderr().is_terminal() { "warn" } else { "info" };
    log_to_stderr(&ours_from(level, &["voucher_etl"]));
    run_to_exit(interruptible(cli.command), exit_of)
}

/// A run may be dropped at any point without loss: before its swap it is invisible, and after it is
/// done.
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
        Command::Run(args) => commands::run(*args).await,
        Command::Lookup(args) => commands::lookup(args).await,
        Command::Reproduce(args) => commands::reproduce(args).await,
        Command::Runs(args) => commands::runs(args).await,
        Command::Diff(args) => commands::diff(args).await,
        Command::Report(args) => commands::report(args).await,
        Command::Rollback(args) => commands::rollback(args).await,
        Command::Verify(args) => commands::verify(args).await,
        Command::Profile(args) => commands::profile(args).await,
        Command::Sample(args) => commands::sample(args).await,
    }
}
