//! The whole data path, top to bottom.

use crate::conclude::{Counted, RunResult};
use crate::options::{Explain, RunOptions};
use crate::prepared::Prepared;
use crate::progress::ProgressBar;
use anyhow::Result;
use counts::counting::{Plans, bytes_of};
use counts::fold::{Observed, Task};
use counts::rejects;
use counts::state::{self, Recalled};
use counts::{Counting, RunCounts};
use futures::StreamExt;
use report::plan::PlanReport;
use segments::selection::Selection;
use std::sync::Arc;
use storage::Resolved;
use tokio::sync::mpsc;

/// Executes a run.
///
/// # Errors
///
/// If it fails before anything is published. Later failures are in the result, together with the
/// countries that are published.
pub async fn run(options: &RunOptions) -> Result<RunResult> {
    let prepared = Prepared::new(options).await?;
    let Prepared { target, rules, selection, input, .. } = &prepared;

    // Counts of earlier runs: nothing of their objects is read.
    let (finished, finished_out) = mpsc::unbounded_channel();
    let state = target.state(options, rules)?;
    let counts = RunCounts::new(options.on_bad_file, ProgressBar::shared());
    let counts = Arc::new(if state.is_some() { counts.telling(finished) } else { counts });
    let recalled = match &state {
        Some(state) => state.recall(&input.objects, &counts).await?,
        None => Recalled::nothing(&input.objects),
    };

    // Footers: what to read. Unless the whole plan is shown, only some files are planned ahead.
    let selected = if state.is_some() { Selection::ALL } else { selection.clone() };
    let writer = target.rejects(options.rejects.as_ref()).await?;
    let observed = writer.as_ref().map_or(Observed::Nothing, |writer| Observed::Rejects(writer.sink()));
    let task = Task { rules: Arc::clone(rules), selection: selected, observed };
    let task = Arc::new(task);
    let &RunOptions { threads, bounds, .. } = options;
    let counting = Counting { store: &target.store, task: &task, counts: &counts, threads, bounds };
    let (plans, plan) = planned(counting, input, &recalled, options.explain).await?;

    // Bytes from the store by tokio, which waits; counts by rayon, which uses the cores.
    let (counted, kept) = tokio::join!(
        counting.count(plans, bytes_of(&recalled.missing)),
        state::keep(state.as_ref(), finished_out)
    );
    let (counted, writer) = rejects::reason_behind(counted, writer).await;
    counted?;
    let counted = Counted {
        skipped_files: counts.bad_files.skipped(),
        state: state.as_ref().map(|state| state.report(&recalled, kept)),
        plan,
        rejects: writer,
        ..Counted::of(counts.total())
    };

    // Modes and hashes, batch writes, then one swap per country.
    // On the heap: the future of a whole run is too large for the stacks of its callers.
    Box::pin(prepared.conclude(options, counted)).await
}

/// Plans the objects whose counts are unknown. If the plan is to be shown, all of it is made before
/// anything is read, and then used.
async fn planned<'a>(
    counting: Counting<'a>,
    input: &Resolved,
    recalled: &Recalled,
    explain: Option<Explain>,
) -> Result<(Plans<'a>, Option<PlanReport>)> {
    let objects = recalled.missing.clone();
    let Some(explain) = explain else { return Ok((counting.plans(objects), None)) };
    let plans = counting.plan_all(objects).await?;
    let report = PlanReport::of(input, recalled, &plans, &counting.bounds);
    explain(&report)?;
    Ok((futures::stream::iter(plans).map(Ok).boxed(), Some(report)))
}
