//! Counts the history by one plan of DataFusion, in this process or on a Ballista cluster.
//!
//! [`run`] differs from [`etl::run`] only in who counts: the rules become one SQL statement, the engine
//! answers it, and the answer is evaluated and published like any other counts. Scheduling, shuffles
//! and retries are the engine's.

pub mod cluster;

pub mod answer;

pub mod engine;

pub mod error;

pub mod files;

mod readable;

pub mod sample;

pub mod sql;

mod stores;

use crate::answer::{Answer, Reader};
use crate::cluster::{Scheduler, watch};
use crate::engine::{Engine, Job, JobId};
use crate::error::{EngineError, NotByCluster};
use crate::files::{Files, Planned};
use crate::sql::{Question, Source};
use anyhow::Result;
use counts::{PartialCounts, Total, count};
use etl::progress::ProgressBar;
use etl::{Counted, Prepared, RunOptions, RunResult};
use futures::TryStreamExt;
use report::run::EngineReport;
use segments::selection::Selection;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::Object;
use tokio::time::timeout;

/// Parts of a cluster's work per core: enough to lose little with an executor, and to keep cores from
/// waiting for each other.
const PARTS_A_CORE: usize = 4;

/// The error of the crate `parquet` for a wrong checksum of a page; it does not say where.
const CHECKSUM_DIFFERS: &str = "CRC checksum mismatch";
/// Timeout of the search for the file that caused a failure.
const EXPLAIN_TIMEOUT: Duration = Duration::from_mins(1);

/// The options of a run on an engine, beyond those of any run.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// The cluster's scheduler; without one, the engine runs in this process.
    pub scheduler: Option<Scheduler>,
    /// Files that this program counts too.
    pub sample_files: usize,
    /// Timeout of a job.
    pub job_timeout: Duration,
    /// The running job, so that it can be cancelled.
    pub under_way: UnderWay,
}

/// The running job of a run on a cluster.
#[derive(Debug, Clone, Default)]
pub struct UnderWay(Arc<Mutex<Option<(Scheduler, JobId)>>>);

/// Does a run on an engine.
///
/// # Errors
///
/// If it fails before anything is published. Later failures are in the result, with the published
/// countries.
pub async fn run(options: &RunOptions, engine_options: &EngineOptions) -> Result<RunResult> {
    let result = Box::pin(count_and_publish(options, engine_options)).await;
    if result.is_err() {
        // This program may have failed while the cluster still counts.
        engine_options.under_way.cancel().await;
    }
    result
}

async fn count_and_publish(options: &RunOptions, engine_options: &EngineOptions) -> Result<RunResult> {
    // Checks that there is a cluster of this version before anything is read.
    let engine = engine(options, engine_options).await?;
    let prepared = Prepared::new(options).await?;
    let selection = &options.selection;

    // Footers: places, types, and the rows that must be accounted for.
    let objects = &prepared.input().objects;
    let planned = Planned::read(prepared.store(), &options.rules, objects).await?;
    let read = planned.read.clone();
    let sample = sample::draw(objects, engine_options.sample_files);
    let verified_rows = sample::rows(&sample, &planned);
    let names: BTreeSet<_> = sample.iter().map(|object| object.url.as_str()).collect();
    let files = planned.files(|object| names.contains(object.url.as_str()));

    // The engine counts all of it, this program the sample.
    let (answer, ours) = tokio::try_join!(
        ask(&engine, options, &files, engine_options),
        count_sample(&prepared, options, &sample),
    )?;
    // The engine's reads are not pinned to a version.
    prepared.check_unchanged(options).await?;
    sample::compare(engine.name(), &sample, &answer.sampled, ours, selection)?;
    let counts = answer.sampled.merge(answer.others)?;

    let report = EngineReport {
        name: engine.name(),
        version: engine.version().to_owned(),
        scheduler: engine.scheduler().map(ToString::to_string),
        verified_files: sample.len() as u64,
        verified_rows,
    };
    let mut counted = Counted::of(Total { counts, read });
    counted.engine = Some(report);
    prepared.conclude(options, counted).await
}

/// Returns the statement of a run over `files`.
#[must_use]
pub fn statement(options: &RunOptions, files: &[Files]) -> String {
    let question = Question { rules: &options.rules, selection: &options.selection };
    let sources: Vec<Source> = files.iter().map(|files| files.source.clone()).collect();
    question.statement(&sources)
}

async fn engine(options: &RunOptions, engine_options: &EngineOptions) -> Result<Engine> {
    match &engine_options.scheduler {
        None => Engine::in_process(options.threads, options.request_payer),
        Some(scheduler) => {
            let cores = scheduler.check().await?;
            tracing::info!(%scheduler, cores, "counting on the cluster");
            Engine::on_cluster(scheduler.clone(), cores * PARTS_A_CORE, options.request_payer).await
        }
    }
}

/// Has the engine count, until its timeout or the loss of its cluster.
async fn ask(
    engine: &Engine,
    options: &RunOptions,
    files: &[Files],
    engine_options: &EngineOptions,
) -> Result<Answer> {
    // Without rows there is no source.
    if files.is_empty() {
        return Ok(Answer::default());
    }
    engine.register(files)?;
    let job = match engine.begin(&statement(options, files)).await {
        Ok(job) => job,
        Err(error) => return Err(explained(error, engine, files).await),
    };
    let id = job.id();
    let under_way = &engine_options.under_way;
    if let Some(scheduler) = engine.scheduler() {
        under_way.begin(scheduler, &id);
    }
    let lost = async {
        match engine.scheduler() {
            Some(scheduler) => watch(scheduler, &id).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        answer = read(engine, options, job) => {
            under_way.end();
            match answer {
                Err(error) => Err(explained(error, engine, files).await),
                answer => answer,
            }
        }
        error = lost => Err(error.into()),
        () = tokio::time::sleep(engine_options.job_timeout) => {
            Err(EngineError::Timeout { seconds: engine_options.job_timeout.as_secs() }.into())
        }
    }
}

async fn read(engine: &Engine, options: &RunOptions, job: Job) -> Result<Answer> {
    let mut reader = Reader::new(&options.rules, &options.selection);
    let mut batches = job.answer;
    let failed = |error| engine.failed("count the input", &error);
    while let Some(batch) = batches.try_next().await.map_err(failed)? {
        reader.add(&batch)?;
    }
    Ok(reader.finish())
}

/// Turns an engine's failure into an error about the input if it is one: about the file whose footer it
/// cannot read, or about a page.
async fn explained(error: anyhow::Error, engine: &Engine, files: &[Files]) -> anyhow::Error {
    let Some(EngineError::Failed { problem, .. }) = error.downcast_ref() else { return error };
    if problem.contains(CHECKSUM_DIFFERS) {
        let problem = "a page does not have its checksum".to_owned();
        return NotByCluster { what: "the input".to_owned(), problem }.into();
    }
    match timeout(EXPLAIN_TIMEOUT, engine.unreadable(files)).await {
        Ok(Some((what, problem))) => NotByCluster { what, problem }.into(),
        Ok(None) | Err(_) => error,
    }
}

async fn count_sample(prepared: &Prepared, options: &RunOptions, sample: &[Object]) -> Result<PartialCounts> {
    let rules = Arc::new(options.rules.clone());
    // All countries: the engine reads all rows, so this must not skip any.
    let progress = ProgressBar::shared();
    let store = prepared.store();
    let total =
        count(store, &rules, &Selection::ALL, sample, options.threads, options.bounds, progress).await?;
    Ok(total.counts)
}

impl UnderWay {
    /// Cancels the running job, without waiting for its end.
    pub async fn cancel(&self) {
        let taken = self.slot().take();
        if let Some((scheduler, job)) = taken
            && let Some(id) = job.get()
        {
            scheduler.cancel(&id).await;
        }
    }

    fn begin(&self, scheduler: &Scheduler, job: &JobId) {
        *self.slot() = Some((scheduler.clone(), job.clone()));
    }

    fn end(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<(Scheduler, JobId)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
