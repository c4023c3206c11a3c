//! `report`: a run of a country, as far as the table has it, and how it differs from another.

use super::diff::{Diff, RunBrief};
use super::run_state::RunState;
use super::runs::first_published_at;
use super::stored::Stored;
use crate::error::PublicationError;
use crate::lookup;
use crate::run_id::started_at;
use crate::table::Table;
use anyhow::{Context, Result};
use schemars::JsonSchema;
use segments::mode::NoAmount;
use segments::rules::Rules;
use segments::table::{BucketRow, Inputs, Manifest, Pointer, SegmentCounts};
use segments::value::{Amount, CountryKey};
use serde::Serialize;
use std::collections::BTreeMap;

/// A run of a country.
#[derive(Debug)]
pub struct PublishedRun {
    /// The country as shown.
    pub country: String,
    /// Its present state.
    pub state: RunState,
    /// When it began.
    pub started_at: Option<String>,
    /// When it first became current.
    pub published_at: Option<String>,
    /// The facts of the run.
    pub manifest: Manifest,
    /// Its buckets.
    pub rows: Vec<BucketRow>,
    /// How many counted events a bucket needs to have an amount; `None` if the rules do not say.
    pub min_support: Option<u64>,
    /// The run it is compared with.
    pub compared_with: ComparedWith,
    /// How it differs from that run, or why that cannot be told.
    pub changes: Result<Diff, String>,
}

/// Which run another is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComparedWith {
    /// The current run is compared with the one that was current before it.
    Previous,
    /// Any other run is compared with the current one, which it would replace.
    Current,
}

/// The form of `report --format json`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PublishedReport<'a> {
    /// The country as it is shown.
    country: &'a str,
    /// The run.
    run_id: &'a str,
    /// What it is now.
    state: RunState,
    /// When it began; by its id where its manifest does not say.
    started_at: Option<&'a str>,
    /// When it became current first.
    published_at: Option<&'a str>,
    /// When another took its place.
    superseded_at: Option<&'a str>,
    /// When it was rolled back from, last.
    rolled_back_at: Option<&'a str>,
    /// The version of the program that made it.
    version: Option<&'a str>,
    /// The hash of its rules.
    rules_hash: &'a str,
    /// The hash of its rows of the table.
    result_hash: &'a str,
    /// What it read.
    inputs: &'a Inputs,
    /// Events of the country.
    rows: u64,
    /// What became of them, by segment.
    segments: &'a BTreeMap<String, SegmentCounts>,
    /// How many counted events a bucket needs to have an amount, where the rules say.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_support: Option<u64>,
    /// Its buckets; of other amounts than mode and runner-up only the sum is published.
    buckets: Vec<PublishedBucket>,
    /// Which run it is compared with.
    compared_with: ComparedWith,
    /// How it differs from that; null where that cannot be said.
    changes: Option<&'a Diff>,
    /// Why that cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_compared: Option<&'a str>,
}

/// One bucket, as far as it is published.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PublishedBucket {
    /// The segment.
    segment: String,
    /// The bucket.
    bucket: String,
    /// The mode; null where there is none to serve.
    voucher_amount: Option<Amount>,
    /// Why there is no amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<NoAmount>,
    /// Events that chose it, or the amount that is withheld.
    support: u64,
    /// Events of the bucket.
    total: u64,
    /// `support / total`, unrounded.
    share: f64,
    /// The next amount.
    runner_up_amount: Option<Amount>,
    /// Events that chose that.
    runner_up_support: Option<u64>,
    /// How many events the mode is ahead of it.
    margin: u64,
    /// Events that chose any other amount.
    other_amounts: u64,
}

/// Reads a run of `country`, by default the current one.
///
/// # Errors
///
/// If nothing is published, or the run does not exist or is not whole.
pub async fn report(table: &Table, country: &CountryKey, run_id: Option<&str>) -> Result<PublishedRun> {
    let pointer = lookup::pointer(table, country).await?;
    let run_id = run_id.unwrap_or(&pointer.run_id);
    let (manifest, canonical, rows) = Stored::read(table, country, run_id, &pointer).await?.whole(country)?;
    let rules = Rules::from_canonical(&canonical).with_context(|| format!("the rules of run {run_id}"))?;
    let (compared_with, other) = if run_id == pointer.run_id {
        (ComparedWith::Previous, pointer.previous_run_id.as_deref())
    } else {
        (ComparedWith::Current, Some(&pointer.run_id[..]))
    };
    let changes = match other {
        Some(other) => changes(table, country, &pointer, other, (manifest.clone(), &rows)).await?,
        None => Err(format!("{} has no run before {run_id}, its first", pointer.country)),
    };
    let state = RunState::of(&manifest, Some(&pointer));
    let started = manifest.run.as_ref().map(|run| run.started_at.clone());
    Ok(PublishedRun {
        state,
        started_at: started.or_else(|| started_at(&manifest.run_id)),
        published_at: first_published_at(&manifest, state, &pointer),
        min_support: rules.min_support(),
        manifest,
        rows,
        compared_with,
        changes,
        country: pointer.country,
    })
}

/// Compares a run with `other`, if that still exists and is whole.
async fn changes(
    table: &Table,
    country: &CountryKey,
    pointer: &Pointer,
    other: &str,
    (manifest, rows): (Manifest, &[BucketRow]),
) -> Result<Result<Diff, String>> {
    let stored = Stored::read(table, country, other, pointer).await.and_then(|stored| stored.whole(country));
    match stored {
        Ok((before, _, before_rows)) => {
            let before = (RunBrief::from(before), before_rows);
            Ok(Ok(Diff::of(before, (RunBrief::from(manifest), rows))))
        }
        // A problem of the other run does not stop the report of this one.
        Err(error) => match error.downcast_ref::<PublicationError>() {
            Some(PublicationError::NoSuchRun { run_id, .. }) => {
                Ok(Err(format!("run {run_id} is not kept any more")))
            }
            Some(problem) => Ok(Err(problem.to_string())),
            None => Err(error),
        },
    }
}

impl<'a> From<&'a PublishedRun> for PublishedReport<'a> {
    fn from(run: &'a PublishedRun) -> Self {
        let manifest = &run.manifest;
        Self {
            country: &run.country,
            run_id: &manifest.run_id,
            state: run.state,
            started_at: run.started_at.as_deref(),
            published_at: run.published_at.as_deref(),
            superseded_at: manifest.superseded_at.as_deref(),
            rolled_back_at: manifest.rolled_back_at.as_deref(),
            version: manifest.run.as_ref().map(|run| run.version.as_str()),
            rules_hash: &manifest.rules_hash,
            result_hash: &manifest.result_hash,
            inputs: &manifest.inputs,
            rows: manifest.rows,
            segments: &manifest.segments,
            min_support: run.min_support,
            buckets: run.rows.iter().map(PublishedBucket::from).collect(),
            compared_with: run.compared_with,
            changes: run.changes.as_ref().ok(),
            not_compared: run.changes.as_ref().err().map(String::as_str),
        }
    }
}

impl From<&BucketRow> for PublishedBucket {
    fn from(row: &BucketRow) -> Self {
        let mode = &row.mode;
        Self {
            segment: row.segment.clone(),
            bucket: row.bucket.clone(),
            voucher_amount: mode.voucher_amount,
            reason: mode.no_amount(),
            support: mode.support,
            total: mode.total,
            share: mode.share(),
            runner_up_amount: mode.runner_up.map(|(amount, _)| amount),
            runner_up_support: mode.runner_up.map(|(_, events)| events),
            margin: mode.margin(),
            other_amounts: mode.others(),
        }
    }
}
