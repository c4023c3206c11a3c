//! Notes moves of the pointer in manifests: when their run became current, and when another replaced it.
//!
//! A note is written only while the pointer is where it was when the note was made. So a current
//! run is never noted as superseded, and no run as superseded earlier than it was.

use super::update::{Change, WriteOutcome, text, transact, unmoved};
use crate::run_id::timestamp;
use crate::table::Table;
use anyhow::Result;
use chrono::{DateTime, Utc};
use segments::table::Pointer;
use segments::value::CountryKey;

/// Notes that a publication moved the pointer to `pointer`. If this fails, the next run's
/// collection makes up for it.
pub(super) async fn published(table: &Table, country: &CountryKey, pointer: &Pointer) {
    let run_id = &pointer.run_id;
    match try_published(table, country, pointer).await {
        Ok(WriteOutcome::Done) => {}
        Ok(_) => tracing::debug!(country = country.as_str(), run_id, "the pointer has moved on"),
        Err(error) => tracing::warn!("cannot note that run {run_id} of {country} is current: {error:#}"),
    }
}

async fn try_published(table: &Table, country: &CountryKey, pointer: &Pointer) -> Result<WriteOutcome> {
    let at = || text(&pointer.published_at);
    let current = Change::default().set_if_missing("published_at", at());
    let mut items = vec![
        unmoved(table, country, pointer.version)?,
        current.of_manifest(table, country, &pointer.run_id, None)?,
    ];
    if let Some(previous) = &pointer.previous_run_id {
        let superseded = Change::default().set("superseded_at", at());
        items.push(superseded.of_manifest(table, country, previous, None)?);
    }
    transact(table, items).await
}

/// Notes that a run is superseded as of `now`, if it exists and the pointer still has `version`.
pub(super) async fn superseded(
    table: &Table,
    country: &CountryKey,
    run_id: &str,
    version: u64,
    now: DateTime<Utc>,
) -> Result<WriteOutcome> {
    let change = Change::default().set("superseded_at", text(&timestamp(now))).named("collecting_at");
    let is_free = Some("attribute_not_exists(#collecting_at)");
    let note = change.of_manifest(table, country, run_id, is_free)?;
    transact(table, vec![unmoved(table, country, version)?, note]).await
}
