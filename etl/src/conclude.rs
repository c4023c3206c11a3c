//! Counts to a publication and a report, wherever they were counted.

use crate::error::InputError;
use crate::memory;
use crate::options::RunOptions;
use crate::prepared::Prepared;
use anyhow::Result;
use counts::bad_files::SkippedFile;
use counts::rejects::{self, RejectsWriter};
use counts::state::StateReport;
use counts::{EvaluatedTable, Total, evaluate, thresholds};
use publication::publish::{Begun, Run};
use publication::published::{Diff, Live, changes};
use publication::timestamp;
use report::plan::PlanReport;
use report::run::{CountryReport, EngineReport, LimitsReport, RunReport, SkippedFiles, export, write_page};
use segments::table::{Inputs, RunFacts};
use segments::value::CountryKey;
use storage::{Location, Object, shown};

/// What came of a run.
#[derive(Debug)]
pub struct RunResult {
    /// The facts.
    pub report: RunReport,
    /// The table.
    pub table: EvaluatedTable,
    /// Why a country was not published, or the report not written, if that was a failure.
    pub failure: Option<anyhow::Error>,
}

/// What was counted of a run's input.
pub struct Counted {
    /// The counts, and the rows of the footers that they are held against.
    pub total: Total,
    /// Files that were left out.
    pub skipped_files: Vec<SkippedFile>,
    /// Who counted, if that was not this program.
    pub engine: Option<EngineReport>,
    pub(crate) state: Option<StateReport>,
    pub(crate) plan: Option<PlanReport>,
    pub(crate) rejects: Option<RejectsWriter>,
}

impl Counted {
    /// Returns the counts of a whole input.
    #[must_use]
    pub fn of(total: Total) -> Self {
        Self { total, skipped_files: Vec::new(), engine: None, state: None, plan: None, rejects: None }
    }
}

impl Prepared {
    /// Evaluates what was counted, publishes it and reports.
    ///
    /// # Errors
    ///
    /// If the counts do not add up, or the run fails before anything is published. What fails later
    /// is in the result.
    pub async fn conclude(self, options: &RunOptions, counted: Counted) -> Result<RunResult> {
        let Self { mut clock, started_at, rules, selection, target, input, begun, page } = self;
        let Counted { total, skipped_files, engine, state, plan, rejects: writer } = counted;
        let inputs = read_of(&input.objects, &skipped_files)?;
        clock.lap(|timings| &mut timings.fold);

        // Modes and hashes: a few thousand cells.
        let table = evaluate(&total, &rules, &selection, &input.pruned_countries)?;
        // Rejects are whole before anything is published, and whether it is or not.
        let rejects = rejects::finish(writer, table.rejected(), !skipped_files.is_empty()).await?;
        if let Some(folder) = &options.export {
            export(&table, folder)?;
        }
        clock.lap(|timings| &mut timings.evaluate);
        let (rows, countries) = (table.rows.footer, table.countries.len());
        tracing::info!(files = inputs.number, rows, countries, "counted");

        // A run that is beyond a threshold stops here.
        let skipped_rows = thresholds::skipped_rows(&skipped_files, table.rows.footer, inputs.bytes);
        let found = thresholds::RunTotals {
            selected: table.rows.selected,
            skipped: skipped_rows,
            segments: &table.segments,
            copies: &input.copies,
        };
        let exceeded = thresholds::exceeded(&options.thresholds, found);

        // Batch writes, then one swap a country.
        let facts = RunFacts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: timestamp(started_at),
            result_hash: table.result_hash.clone(),
            rows: table.rows,
            pruned_files: input.pruned,
        };
        let run =
            Run { run_id: &begun.run_id, rules: &rules, inputs: &inputs, facts: &facts, keep: options.keep };
        // What is live is read before it is replaced.
        let changes = compared(options, &begun, &table).await;
        let published = target.publish(&run, &table.countries, &begun, &exceeded).await?;
        clock.lap(|timings| &mut timings.publish);

        let report = RunReport {
            run_id: begun.run_id.to_string(),
            version: env!("CARGO_PKG_VERSION"),
            rules_hash: rules.hash(),
            result_hash: table.result_hash.clone(),
            engine,
            inputs,
            pruned_files: input.pruned,
            left_out: input.left_out,
            copies: input.copies,
            state,
            skipped_files: SkippedFiles::of(skipped_files),
            plan,
            rows: table.rows,
            segments: table.segments.clone(),
            min_support: table.min_support,
            limits: LimitsReport { exceeded },
            rejects,
            countries: CountryReport::all(&table, &published.countries, changes),
            kept_countries: unchanged(&begun, &table, selection.is_all()),
            timings_ms: clock.stop(),
            peak_rss_bytes: memory::peak_rss_bytes(),
        };
        // Published or not, the page is written; that it cannot be undoes no publication.
        let written = page.map_or(Ok(()), |page| write_page(page, &report, &table));
        let failure = match (published.failure, written) {
            (Some(failure), Err(error)) => {
                // One failure is the run's; the other is not to go unsaid.
                tracing::error!("{}", shown(&format!("{error:#}")));
                Some(failure)
            }
            (failure, written) => failure.or(written.err()),
        };
        Ok(RunResult { report, table, failure })
    }
}

/// Compares each country with what is live, where somebody is shown it.
async fn compared(options: &RunOptions, begun: &Begun, table: &EvaluatedTable) -> Vec<Option<Diff>> {
    if options.is_compared && (options.dry_run || options.report.is_some()) {
        let live = Live {
            table: &options.table,
            is_input_on_s3: options.locations.iter().any(Location::is_s3),
            rules_hash: &options.rules.hash(),
        };
        changes(&live, &begun.run_id, &table.countries).await
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

/// Countries that are published and were not in the input, where all were asked for: as they are
/// shown, but by its key one whose name leads to another, since an earlier version made it so.
fn unchanged(begun: &Begun, table: &EvaluatedTable, is_all: bool) -> Vec<String> {
    let is_absent = |key: &CountryKey| table.countries.iter().all(|country| country.key != *key);
    let absent = begun.pointers.iter().filter(|(key, _)| is_all && is_absent(key));
    let is_led_elsewhere =
        |key: &CountryKey, shown: &str| shown.parse().is_ok_and(|made: CountryKey| made != *key);
    absent
        .map(|(key, pointer)| match &pointer.country {
            shown if is_led_elsewhere(key, shown) => key.to_string(),
            shown => shown.clone(),
        })
        .collect()
}
