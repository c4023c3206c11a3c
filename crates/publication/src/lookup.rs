//! Reads the published table of a country as the API does: from the pointer.

use crate::error::PublicationError;
use crate::table::{Table, TableItem};
use anyhow::{Context, Result};
use segments::rules::Rules;
use segments::table::{ATTRIBUTE_ITEM, BucketReport, BucketRow, ItemKey, Pointer, result_hash};
use segments::value::CountryKey;
use serde::Serialize;
use std::collections::HashMap;
use storage::listed;

/// A country's current run.
#[derive(Debug)]
pub struct Published {
    /// The pointer.
    pub pointer: Pointer,
    /// One row for each bucket of the rules in the pointer.
    pub rows: Vec<BucketRow>,
    /// The hash of these rows.
    pub result_hash: String,
    /// How many counted events a bucket needs to have an amount; `None` if the rules do not say.
    pub min_support: Option<u64>,
}

/// The form of `lookup --format json`.
#[derive(Debug, Serialize)]
pub struct LookupReport<'a> {
    country: &'a str,
    run_id: &'a str,
    previous_run_id: Option<&'a str>,
    newest_run_id: &'a str,
    version: u64,
    published_at: &'a str,
    rules_hash: &'a str,
    result_hash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_support: Option<u64>,
    buckets: Vec<BucketReport>,
}

/// Reads the current run of `country`.
///
/// # Errors
///
/// If nothing is published, if the table cannot be read, or if an item of the current run is missing.
pub async fn lookup(table: &Table, country: &CountryKey) -> Result<Published> {
    let pointer = pointer(table, country).await?;
    let rules = pointer.rules().with_context(|| format!("the pointer of {country}"))?;
    let rows = rows(table, country, &pointer.run_id, &rules).await?;
    let result_hash = result_hash([(country, &rows[..])]);
    Ok(Published { result_hash, min_support: rules.min_support(), pointer, rows })
}

/// Returns the key under which `name` is published: the name itself or, if nothing is published
/// under it, the country that it is a further name of.
///
/// # Errors
///
/// If the table cannot be read.
pub async fn published_key(table: &Table, name: &CountryKey) -> Result<CountryKey> {
    if table.pointer(name).await?.is_some() {
        return Ok(name.clone());
    }
    Ok(table.alias(name).await?.unwrap_or_else(|| name.clone()))
}

/// Reads the pointer of a published country.
///
/// # Errors
///
/// If nothing is published, or the table cannot be read.
pub async fn pointer(table: &Table, country: &CountryKey) -> Result<Pointer> {
    let Some(pointer) = table.pointer(country).await? else {
        let hint = match &table.countries().await?[..] {
            [] => "no country has; run the ETL first".to_owned(),
            some => format!("these have: {}", names(some)),
        };
        let (country, table) = (country.to_string(), table.name.clone());
        return Err(PublicationError::NotPublished { country, table, hint }.into());
    };
    Ok(pointer)
}

fn names(countries: &[CountryKey]) -> String {
    let names: Vec<_> = countries.iter().map(CountryKey::as_str).collect();
    listed(&names)
}

/// Reads the rows of a run with these rules.
///
/// # Errors
///
/// If one is missing or malformed, or the table cannot be read.
pub async fn rows(
    table: &Table,
    country: &CountryKey,
    run_id: &str,
    rules: &Rules,
) -> Result<Vec<BucketRow>> {
    let items = table.query(country.as_str(), &ItemKey::bucket_prefix(run_id)).await?;
    let by_key = |item: TableItem| Some((item.get(ATTRIBUTE_ITEM)?.as_s().ok()?.clone(), item));
    let mut items: HashMap<_, _> = items.into_iter().filter_map(by_key).collect();
    let mut rows = Vec::new();
    for split in rules.splits() {
        for label in split.labels() {
            let key = ItemKey::bucket(country, run_id, split.name(), label);
            let item = items.remove(&key.item);
            let item = item.with_context(|| {
                format!("item {} of {country} is missing: the table is damaged", key.item)
            })?;
            let row = BucketRow::from_item(split.name(), label, item.into());
            rows.push(row.with_context(|| format!("item {} of {country}", key.item))?);
        }
    }
    Ok(rows)
}

impl<'a> From<&'a Published> for LookupReport<'a> {
    fn from(published: &'a Published) -> Self {
        let pointer = &published.pointer;
        Self {
            country: &pointer.country,
            run_id: &pointer.run_id,
            previous_run_id: pointer.previous_run_id.as_deref(),
            newest_run_id: &pointer.newest_run_id,
            version: pointer.version,
            published_at: &pointer.published_at,
            rules_hash: &pointer.rules_hash,
            result_hash: &published.result_hash,
            min_support: published.min_support,
            buckets: published.rows.iter().map(BucketReport::from).collect(),
        }
    }
}
