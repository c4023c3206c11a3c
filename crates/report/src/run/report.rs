//! The facts of a run, as `run --format json` prints them.

use crate::plan::PlanReport;
use crate::schema::schema_of;
use counts::EvaluatedTable;
use counts::bad_files::SkippedFile;
use counts::rejects::RejectsReport;
use counts::state::StateReport;
use counts::thresholds::Exceeded;
use publication::publish::Publication;
use publication::published::Diff;
use schemars::JsonSchema;
use segments::table::{BucketReport, CountryTable, Inputs, RowCounts, SegmentCounts};
use serde::Serialize;
use std::collections::BTreeMap;
use storage::{Copies, LeftOut};

/// Maximum number of left-out files that are reported individually.
const SKIPPED_LISTED_MAX: usize = 100;

/// A run, as it is reported.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RunReport {
    /// The run.
    pub run_id: String,
    /// The program's version.
    pub version: &'static str,
    /// The hash of the rules.
    pub rules_hash: String,
    /// The hash of all rows of the table.
    pub result_hash: String,
    /// Who counted the rows, if that was not this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<EngineReport>,
    /// What was read.
    pub inputs: Inputs,
    /// Files left out because their path names a country that was not asked for.
    pub pruned_files: u64,
    /// What was found beside data and left out.
    pub left_out: LeftOut,
    /// Files that have the content of others.
    pub copies: Copies,
    /// What was known from earlier runs, where a state was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateReport>,
    /// Files left out because they could not be read.
    pub skipped_files: SkippedFiles,
    /// What was planned, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanReport>,
    /// What became of the rows.
    pub rows: RowCounts,
    /// What became of the selected rows, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// What was kept of rejected events, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects: Option<RejectsReport>,
    /// How many counted events a bucket needs to have an amount, where the rules say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_support: Option<u64>,
    /// What the run was held against.
    pub limits: LimitsReport,
    /// The tables.
    pub countries: Vec<CountryReport>,
    /// Countries that are published and not in the input: they keep what they have.
    pub kept_countries: Vec<String>,
    /// Where the time went.
    pub timings_ms: Timings,
    /// The most memory that was used, where the system tells.
    pub peak_rss_bytes: Option<u64>,
}

/// An engine that counts the rows of a run in place of this program.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EngineReport {
    /// What it is called: `datafusion` in this process, `ballista` on a cluster.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// Where its scheduler is; null without a cluster.
    pub scheduler: Option<String>,
    /// Files of which the engine's counts were held against this program's own.
    pub verified_files: u64,
    /// The rows of those.
    pub verified_rows: u64,
}

/// The thresholds of a run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LimitsReport {
    /// Those that it is beyond; if there is one, nothing is published.
    pub exceeded: Vec<Exceeded>,
}

/// Files that could not be read and were left out; nothing of them is in any count.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SkippedFiles {
    /// How many.
    pub number: u64,
    /// Their sizes added up.
    pub bytes: u64,
    /// Their rows, of those whose footer could be read.
    pub rows: u64,
    /// The first of them, in order of URL.
    pub list: Vec<SkippedFile>,
}

/// One country's table.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CountryReport {
    /// The country as it is shown.
    pub country: String,
    /// What became of its publication.
    pub publication: Publication,
    /// The hash of its rows.
    pub result_hash: String,
    /// Its buckets.
    pub buckets: Vec<BucketReport>,
    /// Of a dry run, and with `--report`: how it differs from what is live, or was before it; null where
    /// nothing is, or it cannot be read.
    pub changes: Option<Diff>,
}

/// Milliseconds by step.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Timings {
    /// Finding the input, and reading the pointers.
    pub resolve: u64,
    /// Reading, decoding and counting.
    pub fold: u64,
    /// Modes, hashes and the export.
    pub evaluate: u64,
    /// Writing to the table.
    pub publish: u64,
    /// All of it.
    pub total: u64,
}

impl SkippedFiles {
    /// Returns the report on `skipped`, sorted by URL.
    #[must_use]
    pub fn of(mut skipped: Vec<SkippedFile>) -> Self {
        let number = skipped.len() as u64;
        let bytes = skipped.iter().map(|file| file.bytes).sum();
        let rows = skipped.iter().filter_map(|file| file.rows).sum();
        skipped.truncate(SKIPPED_LISTED_MAX);
        Self { number, bytes, rows, list: skipped }
    }
}

impl CountryReport {
    /// Returns the reports of all countries of a table.
    #[must_use]
    pub fn all(
        table: &EvaluatedTable,
        publications: &[Publication],
        changes: Vec<Option<Diff>>,
    ) -> Vec<Self> {
        let facts = table.countries.iter().zip(publications).zip(changes);
        let report = |((country, publication), changes): ((&CountryTable, &Publication), _)| Self {
            country: country.shown.clone(),
            publication: *publication,
            result_hash: country.result_hash.clone(),
            buckets: country.rows.iter().map(BucketReport::from).collect(),
            changes,
        };
        facts.map(report).collect()
    }
}

/// Returns the schema of `run --format json`, draft 2020-12. The copy in the repository is
/// `etl/run-report.schema.json`.
///
/// # Panics
///
/// Never: a schema is JSON.
#[must_use]
pub fn run_schema() -> String {
    schema_of::<RunReport>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::check;

    #[test]
    fn what_is_checked_in_is_what_the_types_say() {
        check(&run_schema(), include_str!("../../../../etl/run-report.schema.json"));
    }
}
