//! Counts the history by one plan of DataFusion, in this process or on a Ballista cluster.
//!
//! [`run`] is the same run as [`etl::run`], but for who counts: the rules become one statement of
//! SQL, the engine answers it, and the answer is evaluated and published like any other counts.
//! There is no scheduler, shuffle or retry of our own here.

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

/// Parts that a cluster's work is cut into for each core: so many that little is lost with an
/// executor, and none waits long for another.
const PARTS_A_CORE: usize = 4;

/// What the crate `parquet` says of a page whose checksum is another; it names no place.
const CHECKSUM_DIFFERS: &str = "CRC checksum mismatch";
/// For the file to be found that a failure is about.
const EXPLAIN_TIMEOUT: Duration = Duration::from_mins(1);

/// What a run on an engine is asked to do beyond what any run is.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// The cluster's scheduler; without one, the engine runs in this process.
    pub scheduler: Option<Scheduler>,
    /// Files that are counted here as well.
    pub sample_files: usize,
    /// How long a job may take.
    pub job_timeout: Duration,
    /// What is under way, for whoever has to cancel it.
    pub under_way: UnderWay,
}

/// The job that a run has under way on a cluster.
#[derive(Debug, Clone, Default)]
pub struct UnderWay(Arc<Mutex<Option<(Scheduler, JobId)>>>);

/// Does a run on an engine.
///
/// # Errors
///
/// If it fails before anything is published. What fails later is in the result, together with
/// the countries that are published.
pub async fn run(options: &RunOptions, engine_options: &EngineOptions) -> Result<RunResult> {
    let result = Box::pin(count_and_publish(options, engine_options)).await;
    if result.is_err() {
        // What failed may be this program's half, and the cluster still at it.
        engine_options.under_way.cancel().await;
    }
    result
}

async fn count_and_publish(options: &RunOptions, engine_options: &EngineOptions) -> Result<RunResult> {
    // Whether there is a cluster of this version is known before anything is read.
    let engine = engine(options, engine_options).await?;
    let prepared = Prepared::new(options).await?;
    let selection = &options.selection;

    // Footers: what is where, of which type, and how many rows must be accounted for.
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
    // The engine does not pin what it reads to a version.
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

/// Returns the statement that a run over `files` asks.
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

/// Has the engine count, for as long as it may and there is a cluster to do so.
async fn ask(
    engine: &Engine,
    options: &RunOptions,
    files: &[Files],
    engine_options: &EngineOptions,
) -> Result<Answer> {
    // Objects of no rows, or none of them, leave nothing to ask.
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

/// Tells an engine's failure by what it is about, where that is the input: the file whose footer it
/// cannot read, or a page.
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
    // All countries: the engine reads all rows, so none may be left out here.
    let progress = ProgressBar::shared();
    let store = prepared.store();
    let total =
        count(store, &rules, &Selection::ALL, sample, options.threads, options.bounds, progress).await?;
    Ok(total.counts)
}

impl UnderWay {
    /// Cancels what is under way. What becomes of it is not waited for.
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
