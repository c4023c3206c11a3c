//! Publication, like an Iceberg commit: write the data first, then swap one pointer.
//!
//! (a) all items of the run are written under its own id, where nobody looks for them yet, and with
//! them the aliases of its countries' further names;
//! (b) for each country, sorted by key, one conditional update moves the pointer;
//! (c) runs that were superseded long ago are deleted.
//! A crash before (b) changes nothing for readers, and an older run cannot overwrite a newer one.

mod run;

mod batch;

mod update;

mod note;

mod swap;

mod collect;

pub(crate) mod move_back;

pub use run::{Begun, KEEP_DEFAULT, Publication, PublishResult, Run};

use crate::run_id::RunId;
use crate::table::Table;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use segments::rules::Rules;
use segments::selection::Selection;
use segments::table::{CountryTable, Manifest, alias_item, country_item};
use segments::value::CountryKey;
use std::collections::BTreeMap;

/// Pointers read at a time.
const POINTERS_UNDER_WAY_MAX: usize = 16;

/// Begins a run at the time `now`. Reads the published runs of the `selection`, or of all
/// countries, so that the new run is later.
///
/// # Errors
///
/// If the table cannot be read.
pub async fn begin(table: &Table, selection: &Selection, now: DateTime<Utc>) -> Result<Begun> {
    let countries: Vec<CountryKey> = match selection.keys() {
        Some(selected) => selected.iter().cloned().collect(),
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

/// Publishes `countries`, which are sorted by key.
///
/// # Errors
///
/// If step (a) fails; then nothing has changed for any reader. Failures of step (b) are in the
/// result, since the countries before the failed one are published.
pub async fn publish(
    table: &Table,
    run: &Run<'_>,
    countries: &[CountryTable],
    begun: &Begun,
) -> Result<PublishResult> {
    write_items(table, run, countries).await?;
    let mut published = PublishResult { countries: Vec::new(), failure: None };
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
            // The publication stands even if old runs cannot be deleted: the next run tries again.
            if let Err(error) = collect::collect(table, &country.key, run.keep, Utc::now()).await {
                tracing::warn!("cannot delete superseded runs of {}: {error:#}", country.shown);
            }
        }
    }
    Ok(published)
}

/// Step (a). Manifests come first, so that everything written can be found by its manifest.
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

/// Returns the other keys that the rules have for a country.
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
