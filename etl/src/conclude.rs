//! Turns counts into a publication and a report, whichever engine counted.

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

/// The result of a run.
#[derive(Debug)]
pub struct RunResult {
    /// The report.
    pub report: RunReport,
    /// The table.
    pub table: EvaluatedTable,
    /// The error, if a country was not published or the report was not written.
    pub failure: Option<anyhow::Error>,
}

/// The counts of a run's input.
pub struct Counted {
    /// The counts, and the rows of the footers that they are checked against.
    pub total: Total,
    /// Files that were left out.
    pub skipped_files: Vec<SkippedFile>,
    /// The engine, if another program counted.
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
    /// Evaluates the counts, publishes the result and reports.
    ///
    /// # Errors
    ///
    /// If the counts do not add up, or the run fails before anything is published. Later failures
    /// are in the result.
    pub async fn conclude(self, options: &RunOptions, counted: Counted) -> Result<RunResult> {
        let Self { mut clock, started_at, rules, selection, target, input, begun, page } = self;
        let Counted { total, skipped_files, engine, state, plan, rejects: writer } = counted;
        let inputs = read_of(&input.objects, &skipped_files)?;
        clock.lap(|timings| &mut timings.fold);

        // Modes and hashes: a few thousand cells.
        let table = evaluate(&total, &rules, &selection, &input.pruned_countries)?;
        // Rejects are complete before anything is published, and also if nothing is published.
        let rejects = rejects::finish(writer, table.rejected(), !skipped_files.is_empty()).await?;
        if let Some(folder) = &options.export {
            export(&table, folder)?;
        }
        clock.lap(|timings| &mut timings.evaluate);
        let (rows, countries) = (table.rows.footer, table.countries.len());
        tracing::info!(files = inputs.number, rows, countries, "counted");

        // A run that exceeds a threshold stops here.
        let skipped_rows = thresholds::skipped_rows(&skipped_files, table.rows.footer, inputs.bytes);
        let found = thresholds::RunTotals {
            selected: table.rows.selected,
            skipped: skipped_rows,
            segments: &table.segments,
            copies: &input.copies,
        };
        let exceeded = thresholds::exceeded(&options.thresholds, found);

        // Batch writes, then one swap per country.
        let facts = RunFacts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: timestamp(started_at),
            result_hash: table.result_hash.clone(),
            rows: table.rows,
            pruned_files: input.pruned,
        };
        let run =
            Run { run_id: &begun.run_id, rules: &rules, inputs: &inputs, facts: &facts, keep: options.keep };
        // The live tables are read before they are replaced.
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
        // The page is written in any case; if that fails, the publication stays.
        let written = page.map_or(Ok(()), |page| write_page(page, &report, &table));
        let failure = match (published.failure, written) {
            (Some(failure), Err(error)) => {
                // The run returns one failure; the other one is logged.
                tracing::error!("{}", shown(&format!("{error:#}")));
                Some(failure)
            }
            (failure, written) => failure.or(written.err()),
        };
        Ok(RunResult { report, table, failure })
    }
}

/// Compares each country with its live table, if the comparison will be shown.
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

/// Returns what was read: the objects except those that were left out.
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

/// Returns the published countries that are not in the input, if all were requested. Each is named
/// as displayed; but by its key if its name now leads to another key, because an earlier version
/// made that key.
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
