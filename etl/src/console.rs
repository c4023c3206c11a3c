//! Output of programs: results on stdout; errors on stderr, once, where they end the program.

use crate::conclude::RunResult;
use crate::error::exit_of;
use crate::progress::LogWriter;
use anyhow::{Result, anyhow};
use clap::ValueEnum;
use publication::publish::Publication;
use report::run::{CountryReport, run_text};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use storage::{Exit, shown};
use tracing_subscriber::EnvFilter;

/// The form of what is said on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for people.
    Text,
    /// One JSON document.
    Json,
}

/// The libraries that make up a run.
const LIBRARIES: [&str; 6] = ["storage", "history", "counts", "publication", "report", "etl"];

/// Returns a filter for `RUST_LOG`: messages of our libraries and `programs` from `level` on, and
/// errors of everything else.
#[must_use]
pub fn ours_from(level: &str, programs: &[&str]) -> String {
    let ours = LIBRARIES.iter().chain(programs).map(|name| format!(",{name}={level}"));
    format!("error{}", ours.collect::<Vec<_>>().concat())
}

/// Sends the log to stderr, filtered by `RUST_LOG` or, if that is not set, by `default`.
///
/// # Panics
///
/// If a log is already set up.
pub fn log_to_stderr(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| LogWriter)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
}

/// Does a program's work and returns its exit code. An error is printed, and `exit_of` gives its
/// exit code.
pub fn run_to_exit(
    work: impl Future<Output = Result<Exit>>,
    exit_of: impl Fn(&anyhow::Error) -> Exit,
) -> ExitCode {
    let result = tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        let result = runtime.block_on(work);
        // Threads that still read or fold are not awaited: their results are no longer needed.
        runtime.shutdown_background();
        result
    });
    result
        .unwrap_or_else(|error| {
            complain(&error);
            exit_of(&error)
        })
        .into()
}

/// Shows the result of a run, and returns its exit code.
///
/// # Errors
///
/// If stdout cannot be written to.
pub fn show_run(result: &RunResult, format: Format) -> Result<Exit> {
    match format {
        Format::Json => print_json(&result.report)?,
        Format::Text => print(&run_text(&result.report, &result.table))?,
    }
    if let Some(error) = &result.failure {
        complain(error);
        return Ok(exit_of(error));
    }
    let superseded = |country: &&CountryReport| country.publication == Publication::Superseded;
    let superseded: Vec<_> =
        result.report.countries.iter().filter(superseded).map(|country| country.country.as_str()).collect();
    if superseded.is_empty() {
        return Ok(Exit::Done);
    }
    complain(&anyhow!("a newer run is published for {}; this one is not", superseded.join(", ")));
    Ok(Exit::Superseded)
}

/// Writes one JSON document to stdout.
///
/// # Errors
///
/// If stdout cannot be written to.
pub fn print_json(report: &impl Serialize) -> Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(report)?))
}

/// Writes to stdout. A reader that has gone away (`| head`) is not an error.
///
/// # Errors
///
/// If stdout cannot be written to.
pub fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes an error to stderr, with its causes in one line.
pub fn complain(error: &anyhow::Error) {
    // If stderr is gone, there is nowhere to report that.
    let _ = writeln!(LogWriter, "error: {}", shown(&format!("{error:#}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// `segments` does no I/O and logs nothing.
    #[test]
    fn every_library_of_ours_is_logged() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let folders = fs::read_dir(crates).expect("the folder of the crates");
        let folders =
            folders.map(|folder| folder.expect("readable").file_name().into_string().expect("UTF-8"));
        let expected: BTreeSet<_> =
            folders.chain(["etl".to_owned()]).filter(|name| name != "segments").collect();
        assert_eq!(LIBRARIES.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
        assert_eq!(ours_from("info", &["a_program"]).matches("=info").count(), LIBRARIES.len() + 1);
    }
}
