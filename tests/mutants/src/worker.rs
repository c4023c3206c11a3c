//! The process that reads mutants one by one and announces each: if it dies, the last one killed it.

use crate::base;
use crate::judge::{Judge, Outcome};
use crate::mutate::Mutator;
use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;

/// Which mutants a worker reads.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Their seed.
    pub seed: u64,
    /// The number of the first.
    pub first: u64,
    /// Step to the next.
    pub step: u64,
    /// The end, exclusive.
    pub end: u64,
}

/// Reads mutants and writes a line before and after each to `out`:
///
/// ```text
/// begin NUMBER
/// end NUMBER MILLISECONDS PEAK_KIB KIND
/// wrong NUMBER WHAT
/// ```
///
/// # Errors
///
/// If the judge does not start, or writing fails.
pub fn work(work: Work, mut out: impl Write) -> Result<()> {
    let folder = tempfile::tempdir().context("make a folder")?;
    let judge = Judge::new(folder.path())?;
    let mutator = Mutator::new(base::all());
    let mut number = work.first;
    while number < work.end {
        writeln!(out, "begin {number}")?;
        out.flush()?;
        let mutant = mutator.mutant(work.seed, number);
        reset_peak();
        let started = std::time::Instant::now();
        let outcome = judge.judge(&mutant.bytes)?;
        let millis = started.elapsed().as_millis();
        match outcome {
            Outcome::Read => writeln!(out, "end {number} {millis} {} read", peak_kib())?,
            Outcome::Refused(kind, _) => writeln!(out, "end {number} {millis} {} {kind}", peak_kib())?,
            Outcome::Wrong(what) => writeln!(out, "wrong {number} {}", what.escape_debug())?,
        }
        number += work.step;
    }
    out.flush()?;
    Ok(())
}

/// Resets the kernel's peak of resident memory, if possible.
fn reset_peak() {
    // If it fails, the peak is that of all files so far.
    let _ = std::fs::write(Path::new("/proc/self/clear_refs"), "5");
}

/// Returns the peak resident memory since then in KiB; 0 if unknown.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
