//! Streams the history of voucher assignments and publishes the most used amount per bucket.
//!
//! [`run`] is the whole data path, top to bottom.

pub mod error;

pub mod aws;

pub mod source;

pub mod plan;

pub mod stream;

mod caught;

mod buffers;

pub mod decode;

pub mod fold;

pub mod partial;

pub mod evaluate;

pub mod publish;

pub mod lookup;

pub mod reproduce;

pub mod report;

pub mod sample;

pub mod progress;

mod memory;

use crate::aws::Aws;
use crate::evaluate::Table;
use crate::fold::Task;
use crate::partial::PartialCounts;
use crate::plan::{FilePlan, Planner};
use crate::progress::Progress;
use crate::publish::{Begun, Publication, RunId};
use crate::report::{CountryReport, PlanReport, RunReport, Timings};
use crate::source::{Location, Resolved, S3, Store};
use crate::stream::{Limits, Read};
use anyhow::{Context, Result};
use chrono::Utc;
use futures::stream::BoxStream;
use futures::{StreamExt, stream as futures_stream};
use segments::rules::Rules;
use segments::table::Inputs;
use segments::value::CountryKey;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::task;

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The countries; `None` means every country in the data.
    pub selection: Option<BTreeSet<CountryKey>>,
    /// Where the history is.
    pub locations: Vec<Location>,
    /// The table to publish to.
    pub table: String,
    /// The rules.
    pub rules: Rules,
    /// Where to write the files for analysts.
    pub export: Option<PathBuf>,
    /// Whether to leave the table alone.
    pub dry_run: bool,
    /// How many runs a country keeps, whatever their age.
    pub keep: usize,
    /// Threads that compute.
    pub threads: usize,
    /// The bounds of the pipeline.
    pub limits: Limits,
    /// Who is shown the plan before anything is read by it; then all files are planned first.
    pub explain: Option<Explain>,
}

/// Shows a plan.
pub type Explain = fn(&PlanReport) -> Result<()>;

/// What came of a run.
#[derive(Debug)]
pub struct RunResult {
    /// The facts.
    pub report: RunReport,
    /// The table.
    pub table: Table,
    /// Why a country was not published, if that was a failure.
    pub failure: Option<anyhow::Error>,
}

/// Does a run.
///
/// # Errors
///
/// If it fails before anything is published. What fails later is in the result, together with
/// the countries that are published.
pub async fn run(options: &RunOptions) -> Result<RunResult> {
    let mut clock = Clock::start();
    let rules = Arc::new(options.rules.clone());
    let selection = options.selection.clone().map(Arc::new);
    let target = Target::connect(options).await?;

    // Listings: which files, at which version.
    let input = source::resolve(&target.store, &options.locations, selection.as_deref()).await?;
    let inputs = Inputs::of(input.objects.iter().map(source::Object::to_input).collect());
    tracing::debug!(
        files = inputs.number,
        size_bytes = inputs.bytes,
        pruned_files = input.pruned,
        "found the input"
    );
    // Pointers: what is published, so that this run is later.
    let begun = target.begin(selection.as_deref()).await?;
    clock.lap(|timings| &mut timings.resolve);

    // Footers: what to read; where nobody asked for the whole plan, only some files ahead.
    let planner = Planner {
        store: &target.store,
        rules: &rules,
        selection: selection.as_deref(),
        limits: options.limits,
    };
    let (plans, plan) = match options.explain {
        Some(explain) => explained(planner, &input, explain).await?,
        None => (planner.plans(input.objects.clone()).boxed(), None),
    };

    // Bytes off the store by tokio, counts by rayon; the first pays with waiting, the second with cores.
    let task = Arc::new(Task { rules: Arc::clone(&rules), selection: selection.clone() });
    let (counts, read) =
        stream_and_fold(&target.store, plans, inputs.bytes, task, options.threads, options.limits).await?;
    clock.lap(|timings| &mut timings.fold);

    // Modes and hashes: a few thousand cells.
    let table = evaluate::evaluate(&counts, &rules, selection.as_deref(), &input.pruned_countries, &read)?;
    if let Some(folder) = &options.export {
        report::export(&table, folder)?;
    }
    clock.lap(|timings| &mut timings.evaluate);
    tracing::info!(
        files = inputs.number,
        rows = table.rows.footer,
        countries = table.countries.len(),
        "counted"
    );

    // Batch writes, then one swap a country.
    let run = publish::Run { run_id: &begun.run_id, rules: &rules, inputs: &inputs, keep: options.keep };
    let published = match &target.table {
        Some(table_in_aws) => publish::publish(table_in_aws, &run, &table.countries, &begun).await?,
        None => {
            publish::Published { countries: vec![Publication::DryRun; table.countries.len()], failure: None }
        }
    };
    clock.lap(|timings| &mut timings.publish);

    let report = RunReport {
        run_id: begun.run_id.to_string(),
        version: env!("CARGO_PKG_VERSION"),
        rules_hash: rules.hash(),
        result_hash: table.result_hash.clone(),
        inputs,
        pruned_files: input.pruned,
        plan,
        rows: table.rows,
        segments: table.segments.clone(),
        countries: CountryReport::all(&table, &published.countries),
        kept_countries: kept(&begun, &table, selection.is_none()),
        timings_ms: clock.stop(),
        peak_rss_bytes: memory::peak_rss_bytes(),
    };
    Ok(RunResult { report, table, failure: published.failure })
}

/// Where a run reads from and publishes to; AWS is left alone where neither needs it.
struct Target {
    store: Store,
    table: Option<publish::Table>,
}

impl Target {
    async fn connect(options: &RunOptions) -> Result<Self> {
        let reads_s3 = options.locations.iter().any(Location::is_s3);
        let aws = if reads_s3 || !options.dry_run { Some(Aws::from_env().await?) } else { None };
        let store = Store::new(aws.as_ref().filter(|_| reads_s3).map(S3::new));
        let table =
            aws.as_ref().filter(|_| !options.dry_run).map(|aws| publish::Table::new(aws, &options.table));
        Ok(Self { store, table })
    }

    async fn begin(&self, selection: Option<&BTreeSet<CountryKey>>) -> Result<Begun> {
        match &self.table {
            Some(table) => publish::begin(table, selection, Utc::now()).await,
            None => Ok(Begun { run_id: RunId::later_than(None, Utc::now()), pointers: BTreeMap::new() }),
        }
    }
}

/// The files of an input, each planned, in order.
type Plans<'a> = BoxStream<'a, Result<Arc<FilePlan>>>;

/// Plans everything before anything is read, shows the plan, and goes on with it.
async fn explained<'a>(
    planner: Planner<'a>,
    input: &Resolved,
    explain: Explain,
) -> Result<(Plans<'a>, Option<PlanReport>)> {
    let plans = planner.plan_all(input.objects.clone()).await?;
    let report = PlanReport::of(input, &plans, &planner.limits);
    explain(&report)?;
    Ok((futures_stream::iter(plans).map(Ok).boxed(), Some(report)))
}

/// Reads and counts the input: the counts, and what the footers promised.
async fn stream_and_fold(
    store: &Store,
    plans: Plans<'_>,
    input_bytes: u64,
    task: Arc<Task>,
    threads: usize,
    limits: Limits,
) -> Result<(PartialCounts, Read)> {
    let progress = Arc::new(Progress::start(input_bytes));
    let (windows_in, windows_out) = mpsc::unbounded_channel();
    let folding = task::spawn_blocking({
        let progress = Arc::clone(&progress);
        move || fold::fold(&task, threads, &progress, windows_out)
    });
    let read = stream::produce(store, plans, limits, &progress, windows_in).await;
    let folded = folding.await.context("the thread that folds panicked")?;
    progress.finish();
    // Where the fold failed, the reader stopped early without an error of its own.
    let read = read?;
    Ok((folded?, read))
}

/// Countries that are published and were not in the input, where all were asked for.
fn kept(begun: &Begun, table: &Table, is_all: bool) -> Vec<String> {
    let is_absent = |key: &CountryKey| table.countries.iter().all(|country| country.key != *key);
    let absent = begun.pointers.iter().filter(|(key, _)| is_all && is_absent(key));
    absent.map(|(_, pointer)| pointer.country.clone()).collect()
}

/// Times the steps of a run.
struct Clock {
    started: Instant,
    lap: Instant,
    timings: Timings,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { started: now, lap: now, timings: Timings::default() }
    }

    fn lap(&mut self, step: impl FnOnce(&mut Timings) -> &mut u64) {
        *step(&mut self.timings) = millis(self.lap);
        self.lap = Instant::now();
    }

    fn stop(mut self) -> Timings {
        self.timings.total = millis(self.started);
        self.timings
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
