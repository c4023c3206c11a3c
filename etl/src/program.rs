//! The program: logs, signals and the exit code.

use crate::cli::{Cli, Command};
use crate::commands;
use crate::console::{log_to_stderr, ours_from, run_to_exit};
use crate::error::exit_of;
use anyhow::Result;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use storage::Exit;
use tokio::signal::unix::{SignalKind, signal};

/// Runs `voucher-etl` with the arguments of this process, and returns its exit code.
#[must_use]
pub fn program() -> ExitCode {
    let cli = Cli::checked();
    // On a terminal the progress bar is enough; warnings of the AWS SDK come back as errors.
    let level = if io::stderr().is_terminal() { "warn" } else { "info" };
    log_to_stderr(&ours_from(level, &[]));
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
