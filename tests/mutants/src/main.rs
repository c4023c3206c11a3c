//! `voucher-mutants`: gives the ETL broken files (`make fuzz`).

use anyhow::Result;
use clap::Parser;
use mutants::runner::{self, Trial};
use mutants::worker::{self, Work};
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;

/// Gives the ETL broken files, each with `--memory-budget 128MiB`, in processes limited to 256 MiB
/// more; shows the outcomes and keeps the files that fail.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Number of files.
    #[arg(long, default_value_t = 1_000)]
    files: u64,
    /// Seed; the same seed makes the same files.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of the first file, to repeat one.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Folder for findings.
    #[arg(long, default_value = "mutants-found")]
    keep: PathBuf,
    /// Only writes one file, `--first`, here.
    #[arg(long)]
    write: Option<PathBuf>,
    /// Only writes the seed corpora of the libFuzzer targets here.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Processes in parallel; by default one per core.
    #[arg(long)]
    workers: Option<u64>,
    #[arg(long, hide = true)]
    worker: bool,
    #[arg(long, hide = true, default_value_t = 1)]
    step: u64,
    #[arg(long, hide = true, default_value_t = 0)]
    end: u64,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    if args.worker {
        let work = Work { seed: args.seed, first: args.first, step: args.step.max(1), end: args.end };
        return worker::work(work, stdout().lock()).map(|()| ExitCode::SUCCESS);
    }
    if let Some(path) = args.write {
        let mutant = mutants::mutate::Mutator::new(mutants::base::all()).mutant(args.seed, args.first);
        std::fs::write(path, &mutant.bytes)?;
        writeln!(stdout(), "{}: {}", mutant.base, mutant.changes.join(", "))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(folder) = args.corpus {
        mutants::corpus::write(&folder)?;
        return Ok(ExitCode::SUCCESS);
    }
    let cores = available_parallelism().map_or(1, |cores| cores.get() as u64);
    let workers = args.workers.unwrap_or(cores).max(1);
    let trial = Trial { files: args.files, seed: args.seed, first: args.first, workers, keep: args.keep };
    let program = std::env::current_exe()?;
    let (findings, took) = runner::timed(|| runner::run(&program, &trial));
    let findings = findings?;
    write!(stdout(), "seed {}: {}", trial.seed, findings.to_text(took))?;
    Ok(if findings.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
