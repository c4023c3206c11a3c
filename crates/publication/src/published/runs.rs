//! `runs`: lists a country's runs in the table, newest first.

use super::run_state::RunState;
use crate::lookup;
use crate::run_id::started_at;
use crate::table::Table;
use anyhow::{Context, Result};
use segments::table::{ITEM_MANIFEST_PREFIX, Inputs, Manifest, Pointer, SegmentCounts};
use segments::value::CountryKey;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The form of `runs --format json`.
#[derive(Debug, Serialize)]
pub struct RunsReport {
    /// The country as shown.
    pub country: String,
    /// Number of moves of its pointer.
    pub version: u64,
    /// The newest run that was ever current.
    pub newest_run_id: String,
    /// Newest first.
    pub runs: Vec<RunEntry>,
}

/// One run.
#[derive(Debug, Serialize)]
pub struct RunEntry {
    /// The run.
    pub run_id: String,
    /// Its present state.
    pub state: RunState,
    /// When it began; taken from its id if its manifest does not say.
    pub started_at: Option<String>,
    /// When it first became current.
    pub published_at: Option<String>,
    /// When another run replaced it.
    pub superseded_at: Option<String>,
    /// When it was last rolled back from.
    pub rolled_back_at: Option<String>,
    /// Whether nothing happened to it since then.
    pub is_rolled_back: bool,
    /// The version of the program that made it.
    pub version: Option<String>,
    /// Events of the country.
    pub rows: u64,
    /// Their outcomes, by segment.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// The hash of its rows in the table.
    pub result_hash: String,
    /// The hash of its rules.
    pub rules_hash: String,
    /// Its input.
    pub inputs: Inputs,
}

/// Reads the runs of `country`.
///
/// # Errors
///
/// If nothing is published, or the table cannot be read.
pub async fn runs(table: &Table, country: &CountryKey) -> Result<RunsReport> {
    let items = table.query(country.as_str(), ITEM_MANIFEST_PREFIX).await?;
    let manifests: Result<Vec<_>, _> =
        items.into_iter().map(|item| Manifest::from_item(item.into())).collect();
    let manifests = manifests.with_context(|| format!("a manifest of {country} in table {}", table.name))?;
    let pointer = lookup::pointer(table, country).await?;
    let mut runs: Vec<_> = manifests.into_iter().map(|manifest| RunEntry::of(manifest, &pointer)).collect();
    runs.sort_by_key(|run| Reverse(run.run_id.clone()));
    Ok(RunsReport {
        country: pointer.country,
        version: pointer.version,
        newest_run_id: pointer.newest_run_id,
        runs,
    })
}

impl RunEntry {
    fn of(manifest: Manifest, pointer: &Pointer) -> Self {
        let state = RunState::of(&manifest, Some(pointer));
        let is_rolled_back = manifest.is_rolled_back();
        let published_at = first_published_at(&manifest, state, pointer);
        let (started, version) = manifest.run.map(|run| (run.started_at, run.version)).unzip();
        Self {
            state,
            started_at: started.or_else(|| started_at(&manifest.run_id)),
            run_id: manifest.run_id,
            published_at,
            superseded_at: manifest.superseded_at,
            rolled_back_at: manifest.rolled_back_at,
            is_rolled_back,
            version,
            rows: manifest.rows,
            segments: manifest.segments,
            result_hash: manifest.result_hash,
            rules_hash: manifest.rules_hash,
            inputs: manifest.inputs,
        }
    }
}

/// Returns when a run first became current, as far as that is known.
pub(super) fn first_published_at(manifest: &Manifest, state: RunState, pointer: &Pointer) -> Option<String> {
    // If it was not recorded, the pointer has it for the current run, unless that came back.
    let is_first = state == RunState::Current && pointer.rolled_back_from.is_none();
    manifest.published_at.clone().or_else(|| is_first.then(|| pointer.published_at.clone()))
}
