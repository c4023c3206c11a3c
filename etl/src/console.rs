//! What programs say: results on stdout, errors on stderr, once, where they end.

use crate::RunResult;
use crate::error::Exit;
use crate::progress::LogWriter;
use crate::publish::Publication;
use crate::report;
use crate::shown::shown;
use anyhow::{Result, anyhow};
use serde::Serialize;
use std::io::{self, Write};

/// Shows what came of a run, and returns its exit code.
///
/// # Errors
///
/// If stdout cannot be written to.
pub fn show_run(result: &RunResult, is_json: bool) -> Result<Exit> {
    if is_json {
        print_json(&result.report)?;
    } else {
        print(&report::run_text(&result.report, &result.table))?;
    }
    if let Some(error) = &result.failure {
        complain(error);
        return Ok(Exit::of(error));
    }
    let superseded = |country: &&report::CountryReport| country.publication == Publication::Superseded;
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

/// Writes to stdout; a reader that has gone away (`| head`) is no failure of ours.
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
    // Nobody is left to tell if stderr is gone.
    let _ = writeln!(LogWriter, "error: {}", shown(&format!("{error:#}")));
}
