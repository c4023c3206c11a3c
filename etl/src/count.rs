//! Objects to counts: the reading and the computing half of the pipeline, side by side.

use crate::fold::{self, Task};
use crate::parts::{Parts, Total};
use crate::plan::{FilePlan, Planner};
use crate::progress::Progress;
use crate::report::PlanReport;
use crate::state::Recalled;
use crate::stream::{self, Limits};
use anyhow::{Context, Result};
use futures::stream::BoxStream;
use futures::{StreamExt, stream as futures_stream};
use segments::rules::Rules;
use segments::value::CountryKey;
use std::collections::BTreeSet;
use std::sync::Arc;
use storage::{Object, Resolved, Store};
use tokio::sync::mpsc;
use tokio::task;

/// The files of an input, each planned, in order.
pub(crate) type Plans<'a> = BoxStream<'a, Result<Arc<FilePlan>>>;

/// Shows a plan.
pub type Explain = fn(&PlanReport) -> Result<()>;

/// Counts `objects` and nothing else: what the whole data path is up to its evaluation. The first
/// file that cannot be read ends it.
///
/// # Errors
///
/// If one of them cannot be read.
pub async fn count(
    store: &Store,
    rules: &Arc<Rules>,
    selection: Option<&Arc<BTreeSet<CountryKey>>>,
    objects: &[Object],
    threads: usize,
    limits: Limits,
) -> Result<Total> {
    let (rules, selection) = (Arc::clone(rules), selection.map(Arc::clone));
    let task = Arc::new(Task { rules, selection, rejects: None, profile: None });
    let parts = Arc::new(Parts::default());
    let counting = Counting { store, task: &task, parts: &parts, threads, limits };
    counting.count(counting.plans(objects.to_vec()), &Recalled::nothing(objects)).await?;
    Ok(parts.total())
}

/// How an input is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counting<'a> {
    /// Where files are read from.
    pub(crate) store: &'a Store,
    /// What is counted of them.
    pub(crate) task: &'a Arc<Task>,
    /// Where the counts go.
    pub(crate) parts: &'a Arc<Parts>,
    /// Threads that compute.
    pub(crate) threads: usize,
    /// The bounds of the pipeline.
    pub(crate) limits: Limits,
}

impl<'a> Counting<'a> {
    /// Plans the files, some ahead of those that are asked for.
    pub(crate) fn plans(self, objects: Vec<Object>) -> Plans<'a> {
        self.planner().plans(objects).boxed()
    }

    /// Plans what is not known. Where somebody wants to see the plan, all of it is planned before
    /// anything is read, and gone on with.
    pub(crate) async fn planned(
        self,
        input: &Resolved,
        recalled: &Recalled,
        explain: Option<Explain>,
    ) -> Result<(Plans<'a>, Option<PlanReport>)> {
        let objects = recalled.missing.clone();
        let Some(explain) = explain else { return Ok((self.plans(objects), None)) };
        let plans = self.planner().plan_all(objects).await?;
        let report = PlanReport::of(input, recalled, &plans, &self.limits);
        explain(&report)?;
        Ok((futures_stream::iter(plans).map(Ok).boxed(), Some(report)))
    }

    /// Reads and counts the planned files, those that are not `recalled`.
    pub(crate) async fn count(self, plans: Plans<'_>, recalled: &Recalled) -> Result<()> {
        let bytes = recalled.missing.iter().map(|object| object.bytes).sum();
        let progress = Arc::new(Progress::start(bytes));
        let (windows_in, windows_out) = mpsc::unbounded_channel();
        let folding = task::spawn_blocking({
            let (progress, parts) = (Arc::clone(&progress), Arc::clone(self.parts));
            let (task, threads) = (Arc::clone(self.task), self.threads);
            move || fold::fold(&task, threads, &progress, &parts, windows_out)
        });
        let read = stream::produce(self.store, plans, self.limits, &progress, self.parts, windows_in).await;
        let folded = folding.await.context("the thread that folds panicked")?;
        progress.finish();
        self.parts.close();
        // Where the fold failed, the reader stopped early without an error of its own.
        read.and(folded)
    }

    fn planner(self) -> Planner<'a> {
        Planner {
            store: self.store,
            rules: &self.task.rules,
            is_all_columns: self.task.profile.is_some(),
            selection: self.task.selection.as_deref(),
            limits: self.limits,
            bad_files: &self.parts.bad_files,
        }
    }
}
