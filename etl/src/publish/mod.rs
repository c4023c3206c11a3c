//! Publication, like an Iceberg commit: write the data first, then swap one pointer.
//!
//! (a) all items of the run are written under its own id, where nobody looks for them yet, and
//! what leads from further names of its countries to them;
//! (b) for each country, in order of key, one conditional update moves the pointer;
//! (c) runs that were superseded long ago are deleted.
//! A crash before (b) changes nothing for readers, and an older run cannot overwrite a newer one.

mod run_id;

mod table;

mod batch;

mod swap;

mod update;

mod note;

mod collect;

pub(crate) mod rollback;

pub use run_id::RunId;
pub(crate) use run_id::started_at;
pub use table::{Table, TableItem};

use crate::evaluate::{CountryTable, listed};
use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use schemars::JsonSchema;
use segments::rules::Rules;
use segments::table::{Inputs, Manifest, Pointer, RunFacts, alias_item, country_item};
use segments::value::CountryKey;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Runs that a country keeps, whatever their age, where nobody says otherwise.
pub const KEEP_DEFAULT: usize = 5;

/// Pointers read at a time.
const POINTERS_UNDER_WAY_MAX: usize = 16;

/// What became of a country's publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// The pointer names this run.
    Published,
    /// A dry run: nothing was written.
    DryRun,
    /// A threshold stopped the run before it wrote anything.
    Stopped,
    /// A newer run was published meanwhile, and stays.
    Superseded,
    /// The pointer could not be moved.
    Failed,
    /// An earlier country failed, so this one was left as it is.
    NotAttempted,
}

/// A run that may be published: its id is later than any that is published.
#[derive(Debug)]
pub struct Begun {
    /// The run's id.
    pub run_id: RunId,
    /// The pointers of the countries that are published, among those asked for.
    pub pointers: BTreeMap<CountryKey, Pointer>,
}

/// What all countries of a run have in common.
#[derive(Debug)]
pub struct Run<'a> {
    /// The run's id.
    pub run_id: &'a RunId,
    /// The rules it was made with.
    pub rules: &'a Rules,
    /// What was read.
    pub inputs: &'a Inputs,
    /// The run as a whole.
    pub facts: &'a RunFacts,
    /// How many runs a country keeps, whatever their age.
    pub keep: usize,
}

/// What became of a publication: one entry a country, and the failure that ended it, if any.
#[derive(Debug)]
pub struct Published {
    /// By country, in order of key.
    pub countries: Vec<Publication>,
    /// Why a country failed.
    pub failure: Option<anyhow::Error>,
}

impl Published {
    /// Returns what became of `countries` countries of which none is published.
    #[must_use]
    pub fn none(publication: Publication, countries: usize, failure: Option<anyhow::Error>) -> Self {
        Self { countries: vec![publication; countries], failure }
    }
}

/// Begins a run at the time `now`: reads which runs are published (of the `selection`, or of all
/// countries), so that the new one is later.
///
/// # Errors
///
/// If the table cannot be read.
pub async fn begin(
    table: &Table,
    selection: Option<&BTreeSet<CountryKey>>,
    now: DateTime<Utc>,
) -> Result<Begun> {
    let countries: Vec<CountryKey> = match selection {
        Some(selection) => selection.iter().cloned().collect(),
        None => table.countries().await?,
    };
    let pointers: BTreeMap<_, _> = stream::iter(countries)
        .map(async |country| anyhow::Ok(table.pointer(&country).await?.map(|pointer| (country, pointer))))
        .buffer_unordered(POINTERS_UNDER_WAY_MAX)
        .try_filter_map(async |found| Ok(found))
        .try_collect()
        .await?;
    let newest = pointers.values().map(|pointer| pointer.newest_run_id.as_str()).max();
    Ok(Begun { run_id: RunId::later_than(newest, now), pointers })
}

/// Publishes `countries`, which are in order of key.
///
/// # Errors
///
/// If step (a) fails: then nothing has changed for any reader. Failures of step (b) are in the
/// result, since countries before the failed one are published.
pub async fn publish(
    table: &Table,
    run: &Run<'_>,
    countries: &[CountryTable],
    begun: &Begun,
) -> Result<Published> {
    write_items(table, run, countries).await?;
    let mut published = Published { countries: Vec::new(), failure: None };
    for country in countries {
        if published.failure.is_some() {
            published.countries.push(Publication::NotAttempted);
            continue;
        }
        let known = begun.pointers.get(&country.key).cloned();
        match swap::swap(table, run, country, known).await {
            Ok(publication) => published.countries.push(publication),
            Err(error) => {
                published.countries.push(Publication::Failed);
                published.failure = Some(error.context(format!("publish {}", country.shown)));
            }
        }
    }
    for (country, publication) in countries.iter().zip(&published.countries) {
        if *publication == Publication::Published {
            // The publication stands, whatever becomes of old runs: the next run tries again.
            if let Err(error) = collect::collect(table, &country.key, run.keep, Utc::now()).await {
                tracing::warn!("cannot delete superseded runs of {}: {error:#}", country.shown);
            }
        }
    }
    Ok(published)
}

/// Step (a). Manifests come first: whatever is written is found again by its manifest.
async fn write_items(table: &Table, run: &Run<'_>, countries: &[CountryTable]) -> Result<()> {
    let run_id = run.run_id.as_str();
    let mut first = Vec::new();
    let mut rest = Vec::new();
    for country in countries {
        let manifest = manifest(run, country).to_new_item(&country.key);
        first.push(manifest.with_context(|| format!("the manifest of {}", country.shown))?);
        first.push(country_item(&country.key, &country.shown));
        first.extend(further_names(run.rules, &country.key).map(|name| alias_item(name, &country.key)));
        rest.extend(country.rows.iter().map(|row| row.to_item(&country.key, run_id)));
    }
    for items in [first, rest] {
        batch::put(table, items.into_iter().map(Into::into).collect()).await?;
    }
    Ok(())
}

/// Returns the other keys by which the rules know a country.
fn further_names<'a>(rules: &'a Rules, country: &'a CountryKey) -> impl Iterator<Item = &'a CountryKey> {
    let names = rules.further_names().filter(move |(_, meant)| meant.key == *country);
    names.map(|(name, _)| name).filter(move |name| *name != country)
}

fn manifest(run: &Run<'_>, country: &CountryTable) -> Manifest {
    Manifest {
        run_id: run.run_id.to_string(),
        rows: country.events,
        segments: country.segments.clone(),
        result_hash: country.result_hash.clone(),
        rules_hash: run.rules.hash(),
        item_count: country.rows.len() as u64,
        inputs: run.inputs.clone(),
        country: Some(country.shown.clone()),
        rules: Some(run.rules.canonical()),
        run: Some(run.facts.clone()),
        published_at: None,
        superseded_at: None,
        rolled_back_at: None,
        collecting_at: None,
    }
}

/// Returns names of countries for a message.
pub(crate) fn names(countries: &[CountryKey]) -> String {
    let names: Vec<_> = countries.iter().map(CountryKey::as_str).collect();
    listed(&names)
}

/// How times are written in the table.
pub(crate) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
