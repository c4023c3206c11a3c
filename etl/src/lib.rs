//! Streams the history of voucher assignments and publishes the most used amount per bucket.
//!
//! [`run`] is the whole data path, top to bottom.

pub mod error;

mod options;

pub mod rules_file;

pub mod run_flags;

mod target;

mod clock;

pub mod plan;

pub mod stream;

mod thrift;

mod caught;

pub mod decode;

pub mod fold;

pub mod rejects;

pub mod partial;

pub mod bad_files;

pub mod parts;

pub mod state;

mod prepared;

mod count;

mod conclude;

pub mod evaluate;

mod distribution;

pub mod thresholds;

pub mod publish;

pub mod lookup;

pub mod reproduce;

pub mod history;

pub mod terminal;

pub mod report;

mod page;

pub mod profile;

pub mod sample;

pub mod progress;

pub mod console;

mod memory;

pub use conclude::Counted;
pub use count::{Explain, count};
pub use options::RunOptions;
pub use prepared::Prepared;

use crate::count::Counting;
use crate::evaluate::Table;
use crate::fold::Task;
use crate::parts::Parts;
use crate::rejects::RejectsWriter;
use crate::report::RunReport;
use crate::state::Recalled;
use anyhow::Result;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What came of a run.
#[derive(Debug)]
pub struct RunResult {
    /// The facts.
    pub report: RunReport,
    /// The table.
    pub table: Table,
    /// Why a country was not published, or the report not written, if that was a failure.
    pub failure: Option<anyhow::Error>,
}

/// Does a run.
///
/// # Errors
///
/// If it fails before anything is published. What fails later is in the result, together with
/// the countries that are published.
pub async fn run(options: &RunOptions) -> Result<RunResult> {
    let prepared = Prepared::new(options).await?;
    let Prepared { target, rules, selection, input, .. } = &prepared;

    // What earlier runs counted: of those objects nothing is read.
    let (finished, finished_out) = mpsc::unbounded_channel();
    let state = target.state(options, rules)?;
    let parts = Arc::new(Parts::new(options.on_bad_file, state.is_some().then_some(finished)));
    let recalled = match &state {
        Some(state) => state.recall(&input.objects, &parts).await?,
        None => Recalled::nothing(&input.objects),
    };

    // Footers: what to read; where nobody asked for the whole plan, only some files ahead.
    let selected = if state.is_some() { None } else { selection.clone() };
    let writer = target.rejects(options.rejects.as_ref()).await?;
    let sink = writer.as_ref().map(RejectsWriter::sink);
    let task = Task { rules: Arc::clone(rules), selection: selected, rejects: sink, profile: None };
    let task = Arc::new(task);
    let counting = Counting {
        store: &target.store,
        task: &task,
        parts: &parts,
        threads: options.threads,
        limits: options.limits,
    };
    let (plans, plan) = counting.planned(input, &recalled, options.explain).await?;

    // Bytes off the store by tokio, counts by rayon; the first pays with waiting, the second with cores.
    let (counted, kept) =
        tokio::join!(counting.count(plans, &recalled), state::keep(state.as_ref(), finished_out));
    let (counted, writer) = rejects::reason_behind(counted, writer).await;
    counted?;
    let counted = Counted {
        skipped_files: parts.bad_files.skipped(),
        state: state.as_ref().map(|state| state.report(&recalled, kept)),
        plan,
        rejects: writer,
        ..Counted::of(parts.total())
    };

    // Modes and hashes, batch writes, then one swap a country.
    // On the heap: the future of a whole run is too large for the stacks of its callers.
    Box::pin(prepared.conclude(options, counted)).await
}
