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

pub mod bad_files;

pub mod parts;

pub mod state;

mod count;

pub mod evaluate;

pub mod publish;

pub mod lookup;

pub mod reproduce;

pub mod report;

pub mod sample;

pub mod progress;

mod memory;

pub use count::Explain;

use crate::aws::Aws;
use crate::bad_files::{OnBadFile, SkippedFile};
use crate::count::Counting;
use crate::error::InputError;
use crate::evaluate::Table;
use crate::fold::Task;
use crate::parts::Parts;
use crate::publish::{Begun, Publication, RunId};
use crate::report::{CountryReport, RunReport, SkippedFiles, Timings};
use crate::source::{Location, Object, S3, Store};
use crate::state::{Recalled, State, StatePlace};
use crate::stream::Limits;
use anyhow::Result;
use chrono::Utc;
use segments::rules::Rules;
use segments::table::{Inputs, TABLE_DEFAULT};
use segments::value::CountryKey;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

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
    /// What becomes of the run where a file cannot be read.
    pub on_bad_file: OnBadFile,
    /// Where the counts of each object are kept, for the next run; all countries' then.
    pub state: Option<StatePlace>,
    /// Who is shown the plan before anything is read by it; then all files are planned first.
    pub explain: Option<Explain>,
}

impl RunOptions {
    /// Returns the options of a run over `locations` where nobody asks for anything else.
    #[must_use]
    pub fn new(locations: Vec<Location>) -> Self {
        Self {
            selection: None,
            locations,
            table: TABLE_DEFAULT.to_owned(),
            rules: Rules::default(),
            export: None,
            dry_run: false,
            keep: publish::KEEP_DEFAULT,
            threads: 2,
            limits: Limits::default(),
            on_bad_file: OnBadFile::Fail,
            state: None,
            explain: None,
        }
    }
}

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
    tracing::debug!(files = input.objects.len(), pruned_files = input.pruned, "found the input");
    // Pointers: what is published, so that this run is later.
    let begun = target.begin(selection.as_deref()).await?;
    clock.lap(|timings| &mut timings.resolve);

    // What earlier runs counted: of those objects nothing is read.
    let (finished, finished_out) = mpsc::unbounded_channel();
    let state = target.state(options, &rules)?;
    let parts = Arc::new(Parts::new(options.on_bad_file, state.is_some().then_some(finished)));
    let recalled = match &state {
        Some(state) => state.recall(&input.objects, &parts).await?,
        None => Recalled::nothing(&input.objects),
    };

    // Footers: what to read; where nobody asked for the whole plan, only some files ahead.
    let selected = if state.is_some() { None } else { selection.clone() };
    let task = Arc::new(Task { rules: Arc::clone(&rules), selection: selected });
    let counting = Counting {
        store: &target.store,
        task: &task,
        parts: &parts,
        threads: options.threads,
        limits: options.limits,
    };
    let (plans, plan) = match options.explain {
        Some(explain) => {
            let (plans, plan) = counting.explained(&input, &recalled, explain).await?;
            (plans, Some(plan))
        }
        None => (counting.plans(recalled.missing.clone()), None),
    };

    // Bytes off the store by tokio, counts by rayon; the first pays with waiting, the second with cores.
    let (counted, kept) =
        tokio::join!(counting.count(plans, &recalled), state::keep(state.as_ref(), finished_out));
    counted?;
    let total = parts.total();
    let skipped_files = parts.bad_files.skipped();
    let inputs = read_of(&input.objects, &skipped_files)?;
    clock.lap(|timings| &mut timings.fold);

    // Modes and hashes: a few thousand cells.
    let table = evaluate::evaluate(&total, &rules, selection.as_deref(), &input.pruned_countries)?;
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
        state: state.as_ref().map(|state| state.report(&recalled, kept)),
        skipped_files: SkippedFiles::of(skipped_files),
        plan,
        rows: table.rows,
        segments: table.segments.clone(),
        countries: CountryReport::all(&table, &published.countries),
        kept_countries: unchanged(&begun, &table, selection.is_none()),
        timings_ms: clock.stop(),
        peak_rss_bytes: memory::peak_rss_bytes(),
    };
    Ok(RunResult { report, table, failure: published.failure })
}

/// Where a run reads from and publishes to; AWS is left alone where neither needs it.
struct Target {
    aws: Option<Aws>,
    store: Store,
    table: Option<publish::Table>,
}

impl Target {
    async fn connect(options: &RunOptions) -> Result<Self> {
        let reads_s3 = options.locations.iter().any(Location::is_s3);
        let keeps_in_s3 = options.state.as_ref().is_some_and(StatePlace::is_s3);
        let needs_aws = reads_s3 || keeps_in_s3 || !options.dry_run;
        let aws = if needs_aws { Some(Aws::from_env().await?) } else { None };
        let store = Store::new(aws.as_ref().filter(|_| reads_s3).map(S3::new));
        let table =
            aws.as_ref().filter(|_| !options.dry_run).map(|aws| publish::Table::new(aws, &options.table));
        Ok(Self { aws, store, table })
    }

    fn state(&self, options: &RunOptions, rules: &Arc<Rules>) -> Result<Option<State>> {
        let place = options.state.as_ref();
        place.map(|place| State::new(place, self.aws.as_ref(), Arc::clone(rules))).transpose()
    }

    async fn begin(&self, selection: Option<&BTreeSet<CountryKey>>) -> Result<Begun> {
        match &self.table {
            Some(table) => publish::begin(table, selection, Utc::now()).await,
            None => Ok(Begun { run_id: RunId::later_than(None, Utc::now()), pointers: BTreeMap::new() }),
        }
    }
}

/// Returns what was read: the objects without those that were left out.
fn read_of(objects: &[Object], skipped: &[SkippedFile]) -> Result<Inputs, InputError> {
    let is_skipped = |url: &str| skipped.binary_search_by(|skipped| skipped.url.as_str().cmp(url)).is_ok();
    let read: Vec<_> =
        objects.iter().filter(|object| !is_skipped(&object.url)).map(Object::to_input).collect();
    match skipped.first() {
        Some(first) if read.is_empty() => {
            Err(InputError::AllSkipped { files: skipped.len(), first: first.problem.clone() })
        }
        _ => Ok(Inputs::of(read)),
    }
}

/// Countries that are published and were not in the input, where all were asked for.
fn unchanged(begun: &Begun, table: &Table, is_all: bool) -> Vec<String> {
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
