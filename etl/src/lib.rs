//! Streams the history of voucher assignments and publishes the most used amount per bucket.
//!
//! [`run`] is the whole data path, top to bottom.

pub mod error;

pub mod shown;

pub mod aws;

mod options;

mod target;

mod clock;

pub mod source;

pub mod plan;

pub mod stream;

mod thrift;

mod caught;

mod buffers;

pub mod decode;

pub mod fold;

mod upload;

pub mod whole_file;

pub mod rejects;

pub mod partial;

pub mod bad_files;

pub mod parts;

pub mod state;

mod count;

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

mod memory;

pub use count::Explain;
pub use options::RunOptions;

use crate::bad_files::SkippedFile;
use crate::clock::Clock;
use crate::count::Counting;
use crate::error::InputError;
use crate::evaluate::Table;
use crate::fold::Task;
use crate::history::Diff;
use crate::parts::Parts;
use crate::publish::Begun;
use crate::rejects::RejectsWriter;
use crate::report::{CountryReport, LimitsReport, RunReport, SkippedFiles};
use crate::source::Object;
use crate::state::Recalled;
use crate::target::Target;
use crate::whole_file::WholeFile;
use anyhow::Result;
use chrono::Utc;
use segments::table::{Inputs, RunFacts};
use segments::value::CountryKey;
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
    let mut clock = Clock::start();
    let started_at = Utc::now();
    let rules = Arc::new(options.rules.clone());
    let selection = options.selection.clone().map(Arc::new);
    // A place that cannot be written to is known before the work begins.
    let page = options.report.as_deref().map(|path| WholeFile::create("the report", path)).transpose()?;
    let target = Target::connect(options).await?;

    // Listings: which files, at which version.
    let input = source::resolve(&target.store, &options.locations, selection.as_deref()).await?;
    tracing::debug!(files = input.objects.len(), pruned_files = input.pruned, "found the input");
    if let Some(rejects) = &options.rejects {
        rejects.check_is_no_input(&input.objects)?;
    }
    page.as_ref().map_or(Ok(()), |page| page.check_is_no_input(&input.objects))?;
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
    let writer = target.rejects(options.rejects.as_ref()).await?;
    let sink = writer.as_ref().map(RejectsWriter::sink);
    let task = Task { rules: Arc::clone(&rules), selection: selected, rejects: sink, profile: None };
    let task = Arc::new(task);
    let counting = Counting {
        store: &target.store,
        task: &task,
        parts: &parts,
        threads: options.threads,
        limits: options.limits,
    };
    let (plans, plan) = counting.planned(&input, &recalled, options.explain).await?;

    // Bytes off the store by tokio, counts by rayon; the first pays with waiting, the second with cores.
    let (counted, kept) =
        tokio::join!(counting.count(plans, &recalled), state::keep(state.as_ref(), finished_out));
    let (counted, writer) = rejects::reason_behind(counted, writer).await;
    counted?;
    let total = parts.total();
    let skipped_files = parts.bad_files.skipped();
    let inputs = read_of(&input.objects, &skipped_files)?;
    clock.lap(|timings| &mut timings.fold);

    // Modes and hashes: a few thousand cells.
    let table = evaluate::evaluate(&total, &rules, selection.as_deref(), &input.pruned_countries)?;
    // Rejects are whole before anything is published, and whether it is or not.
    let rejects = rejects::finish(writer, table.rejected(), !skipped_files.is_empty()).await?;
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

    // A run that is beyond a threshold stops here.
    let skipped_rows = thresholds::skipped_rows(&skipped_files, table.rows.footer, inputs.bytes);
    let exceeded =
        thresholds::exceeded(&options.thresholds, table.rows.selected, skipped_rows, &table.segments);

    // Batch writes, then one swap a country.
    let facts = RunFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: publish::timestamp(started_at),
        result_hash: table.result_hash.clone(),
        rows: table.rows,
        pruned_files: input.pruned,
    };
    let run = publish::Run {
        run_id: &begun.run_id,
        rules: &rules,
        inputs: &inputs,
        facts: &facts,
        keep: options.keep,
    };
    // What is live is read before it is replaced.
    let changes = changes(options, &begun, &table).await;
    let published = target.publish(&run, &table.countries, &begun, &exceeded).await?;
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
        min_support: table.min_support,
        limits: LimitsReport { exceeded },
        rejects,
        countries: CountryReport::all(&table, &published.countries, changes),
        kept_countries: unchanged(&begun, &table, selection.is_none()),
        timings_ms: clock.stop(),
        peak_rss_bytes: memory::peak_rss_bytes(),
    };
    // Published or not, the page is written; that it cannot be undoes no publication.
    let written = page.map_or(Ok(()), |page| report::write_page(page, &report, &table));
    Ok(RunResult { report, table, failure: published.failure.or(written.err()) })
}

/// Compares each country with what is live, where somebody is shown it.
async fn changes(options: &RunOptions, begun: &Begun, table: &Table) -> Vec<Option<Diff>> {
    if options.is_compared && (options.dry_run || options.report.is_some()) {
        history::changes(options, &begun.run_id, &table.countries).await
    } else {
        vec![None; table.countries.len()]
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
