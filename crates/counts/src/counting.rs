//! Turns objects into counts: runs the reading and the computing half of the pipeline side by side.

use crate::bad_files::OnBadFile;
use crate::fold::{self, Observed, Task};
use crate::progress::Progress;
use crate::run_counts::{RunCounts, Total};
use anyhow::{Context, Result};
use futures::StreamExt;
use futures::stream::BoxStream;
use history::plan::{FilePlan, Planner};
use history::{Bounds, stream};
use segments::rules::Rules;
use segments::selection::Selection;
use std::sync::Arc;
use storage::{Object, Store};
use tokio::sync::mpsc;
use tokio::task;

/// The planned files of an input, in order.
pub type Plans<'a> = BoxStream<'a, Result<Arc<FilePlan>>>;

/// Counts `objects` and nothing else: the whole data path before evaluation. The first file that
/// cannot be read ends it.
///
/// # Errors
///
/// If an object cannot be read.
pub async fn count(
    store: &Store,
    rules: &Arc<Rules>,
    selection: &Selection,
    objects: &[Object],
    threads: usize,
    bounds: Bounds,
    progress: Arc<dyn Progress>,
) -> Result<Total> {
    let (rules, selection) = (Arc::clone(rules), selection.clone());
    let task = Arc::new(Task { rules, selection, observed: Observed::Nothing });
    let counts = Arc::new(RunCounts::new(OnBadFile::Fail, progress));
    let counting = Counting { store, task: &task, counts: &counts, threads, bounds };
    counting.count(counting.plans(objects.to_vec()), bytes_of(objects)).await?;
    Ok(counts.total())
}

/// Returns the total size of objects.
#[must_use]
pub fn bytes_of(objects: &[Object]) -> u64 {
    objects.iter().map(|object| object.bytes).sum()
}

/// How to count an input.
#[derive(Debug, Clone, Copy)]
pub struct Counting<'a> {
    /// Where files are read from.
    pub store: &'a Store,
    /// What to count.
    pub task: &'a Arc<Task>,
    /// Where the counts go.
    pub counts: &'a Arc<RunCounts>,
    /// Number of threads that compute.
    pub threads: usize,
    /// The bounds of the pipeline.
    pub bounds: Bounds,
}

impl<'a> Counting<'a> {
    /// Plans the files; some are planned ahead of demand.
    #[must_use]
    pub fn plans(self, objects: Vec<Object>) -> Plans<'a> {
        self.planner().plans(objects).boxed()
    }

    /// Plans all files before any of the planned ranges are read.
    ///
    /// # Errors
    ///
    /// If a file cannot be planned and may not be left out.
    pub async fn plan_all(self, objects: Vec<Object>) -> Result<Vec<Arc<FilePlan>>> {
        self.planner().plan_all(objects).await
    }

    /// Reads and counts the planned files, of `bytes` bytes in all.
    ///
    /// # Errors
    ///
    /// If a file cannot be read and may not be left out, or has more distinct countries or amounts
    /// than a history can have.
    pub async fn count(self, plans: Plans<'_>, bytes: u64) -> Result<()> {
        self.counts.progress.begin(bytes);
        let (windows_in, windows_out) = mpsc::unbounded_channel();
        let folding = task::spawn_blocking({
            let (task, threads, counts) = (Arc::clone(self.task), self.threads, Arc::clone(self.counts));
            move || fold::fold(&task, threads, &counts, windows_out)
        });
        let read = stream::produce(self.store, plans, self.bounds, &**self.counts, windows_in).await;
        let folded = folding.await.context("the thread that folds panicked")?;
        self.counts.progress.end();
        self.counts.close();
        // If the fold failed, the reader stopped early without an error of its own.
        read.and(folded)
    }

    fn planner(self) -> Planner<'a> {
        Planner {
            store: self.store,
            rules: &self.task.rules,
            is_all_columns: matches!(self.task.observed, Observed::Facts(_)),
            selection: &self.task.selection,
            bounds: self.bounds,
            consumer: &**self.counts,
        }
    }
}
