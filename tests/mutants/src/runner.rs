//! Runs workers under a memory limit and a watchdog. Replaces a worker that dies or hangs, and keeps
//! its file.

use crate::base;
use crate::judge::BUDGET;
use crate::mutate::Mutator;
use crate::worker::Work;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Memory of a process beyond its budget.
const BEYOND_BUDGET_KIB: u64 = 256 << 10;
/// Memory of a process before its first file: thread stacks, the valid files.
const ITSELF_KIB: u64 = 64 << 10;
/// Timeout of a file, generous for a debug build on a busy machine.
const ONE_FILE_MAX: Duration = Duration::from_mins(1);

/// The files to try.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Number of files.
    pub files: u64,
    /// Their seed.
    pub seed: u64,
    /// The number of the first.
    pub first: u64,
    /// Processes in parallel.
    pub workers: u64,
    /// Folder for findings.
    pub keep: PathBuf,
}

/// The outcomes of a trial.
#[derive(Debug, Default)]
pub struct Findings {
    /// Number of files by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Files that failed, and how.
    pub wrong: BTreeMap<u64, String>,
    /// Peak resident memory in KiB, and its file.
    pub peak: (u64, u64),
    /// Longest time in milliseconds, and its file.
    pub slowest: (u64, u64),
}

/// Returns a worker's bound of writable memory, in KiB.
#[must_use]
pub fn memory_kib() -> u64 {
    (BUDGET.as_u64() >> 10) + BEYOND_BUDGET_KIB + ITSELF_KIB
}

/// Reads the files of a trial in workers, which are this `program` with `--worker`.
///
/// # Errors
///
/// If a worker does not run, or writing a finding fails.
pub fn run(program: &Path, trial: &Trial) -> Result<Findings> {
    let threads: Vec<_> = (0..trial.workers)
        .map(|worker| {
            let (program, trial) = (program.to_owned(), trial.clone());
            std::thread::spawn(move || supervise(&program, &trial, worker))
        })
        .collect();
    let mut all = Findings::default();
    for thread in threads {
        let findings =
            thread.join().map_err(|_| anyhow::anyhow!("a thread that watches a worker panicked"))??;
        all.add(findings);
    }
    let mutator = Mutator::new(base::all());
    for (number, what) in &all.wrong {
        std::fs::create_dir_all(&trial.keep).context("make the folder of findings")?;
        let mutant = mutator.mutant(trial.seed, *number);
        let name = trial.keep.join(format!("{}-{number}", trial.seed));
        std::fs::write(name.with_extension("parquet"), &mutant.bytes).context("keep a finding")?;
        let words = format!("{what}\n{}\n{}\n", mutant.base, mutant.changes.join("\n"));
        std::fs::write(name.with_extension("txt"), words).context("keep a finding")?;
    }
    Ok(all)
}

impl Findings {
    fn add(&mut self, other: Self) {
        for (outcome, files) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += files;
        }
        self.wrong.extend(other.wrong);
        self.peak = self.peak.max(other.peak);
        self.slowest = self.slowest.max(other.slowest);
    }

    /// Returns the number of files given to the ETL.
    #[must_use]
    pub fn files(&self) -> u64 {
        self.outcomes.values().sum::<u64>() + self.wrong.len() as u64
    }

    /// Takes a worker's line; returns the file that the worker then reads, if any.
    fn line(&mut self, line: &str) -> Option<u64> {
        let mut words = line.splitn(5, ' ');
        let (word, number) = (words.next()?, words.next()?.parse().ok()?);
        match word {
            "begin" => return Some(number),
            "end" => {
                let (millis, peak) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
                self.slowest = self.slowest.max((millis, number));
                self.peak = self.peak.max((peak, number));
                *self.outcomes.entry(words.next()?.to_owned()).or_default() += 1;
            }
            _ => drop(self.wrong.insert(number, words.collect::<Vec<_>>().join(" "))),
        }
        None
    }

    /// Returns a report for people.
    #[must_use]
    pub fn to_text(&self, took: Duration) -> String {
        let mut text = format!("{} files in {} s\n", self.files(), took.as_secs());
        for (outcome, files) in &self.outcomes {
            let _ = writeln!(text, "  {files:>8}  {outcome}");
        }
        let (peak, by) = self.peak;
        let _ = writeln!(text, "most memory resident: {} MiB, by file {by}", peak >> 10);
        let (millis, by) = self.slowest;
        let _ = writeln!(text, "longest: {millis} ms, by file {by}");
        for (number, what) in &self.wrong {
            let _ = writeln!(text, "WRONG: file {number}: {what}");
        }
        text
    }
}

fn supervise(program: &Path, trial: &Trial, worker: u64) -> Result<Findings> {
    let mut findings = Findings::default();
    let end = trial.first + trial.files;
    let mut next = trial.first + worker;
    while next < end {
        let work = Work { seed: trial.seed, first: next, step: trial.workers, end };
        let mut child = start(program, work)?;
        let lines = lines(&mut child)?;
        let mut at = None;
        let mut is_hung = false;
        loop {
            match lines.recv_timeout(ONE_FILE_MAX) {
                Ok(line) => at = findings.line(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    is_hung = true;
                    child.kill().context("end a worker that hangs")?;
                    break;
                }
            }
        }
        let status = child.wait().context("wait for a worker")?;
        match at {
            Some(number) => {
                let what =
                    if is_hung { "it hangs".to_owned() } else { format!("the process died: {status}") };
                findings.wrong.insert(number, what);
                next = number + trial.workers;
            }
            None if status.success() => break,
            None => anyhow::bail!("a worker ended between files: {status}"),
        }
    }
    Ok(findings)
}

/// Starts a worker with a limit of writable memory: beyond it, the worker dies as on a small machine.
fn start(program: &Path, work: Work) -> Result<Child> {
    let Work { seed, first, step, end } = work;
    Command::new("sh")
        .args(["-c", "ulimit -d \"$1\" && shift && exec \"$@\"", "sh", &memory_kib().to_string()])
        .arg(program)
        .args(["--seed", &seed.to_string(), "--first", &first.to_string(), "--step", &step.to_string()])
        .args(["--end", &end.to_string(), "--worker"])
        .stdout(Stdio::piped())
        .spawn()
        .context("start a worker")
}

/// Returns a worker's lines as they arrive.
fn lines(child: &mut Child) -> Result<Receiver<String>> {
    let out = child.stdout.take().context("a worker writes to a pipe")?;
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// Measures how long `work` takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    (work(), started.elapsed())
}
