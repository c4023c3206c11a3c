//! Step (c): deletes runs that were superseded more than a day ago and are beyond those kept.
//!
//! A run is claimed first, in one transaction: it succeeds only if the pointer has not moved since
//! it was read, and it marks the run's manifest as being collected. A rollback is one transaction
//! too, and refuses a claimed run. So only one of the two can happen, and nothing that a reader
//! could be sent to is deleted.

use super::update::{Change, WriteOutcome, text, transact, unmoved};
use super::{batch, note};
use crate::run_id::timestamp;
use crate::table::Table;
use anyhow::{Context, Result};
use chrono::{DateTime, Duration, Utc};
use segments::table::{ATTRIBUTE_COUNTRY, ATTRIBUTE_ITEM, ITEM_MANIFEST_PREFIX, ItemKey, Manifest, Pointer};
use segments::value::CountryKey;
use std::cmp::Reverse;

/// Minimum time that a superseded run stays: readers hold on to a pointer for less.
const SUPERSEDED_AGE_MIN: Duration = Duration::hours(24);

/// What to do with an old run.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Keep,
    /// Its time as a superseded run begins now: it never was current, or that was not recorded.
    Mark,
    /// It may be deleted.
    Claim,
    /// It was claimed before: delete what is left of it.
    Finish,
}

/// Deletes the runs of `country` that may be deleted at the time `now`, and marks those whose time
/// begins.
pub(super) async fn collect(
    table: &Table,
    country: &CountryKey,
    keep: usize,
    now: DateTime<Utc>,
) -> Result<()> {
    let items = table.query(country.as_str(), ITEM_MANIFEST_PREFIX).await?;
    let manifests: Result<Vec<_>, _> =
        items.into_iter().map(|item| Manifest::from_item(item.into())).collect();
    let mut manifests = manifests.context("a manifest")?;
    // Read after the manifests, so that a run that becomes current meanwhile is seen.
    let Some(pointer) = table.pointer(country).await? else { return Ok(()) };
    manifests.sort_by_key(|manifest| Reverse(manifest.run_id.clone()));
    let mut kept = 0..keep;
    for manifest in &manifests {
        let is_kept = manifest.collecting_at.is_none() && kept.next().is_some();
        let run_id = &manifest.run_id;
        // If it is refused, someone else moved the pointer: they collect after that.
        match fate(manifest, &pointer, is_kept, now) {
            Fate::Keep => {}
            Fate::Mark => {
                note::superseded(table, country, run_id, pointer.version, now).await?;
            }
            Fate::Claim => {
                if claim(table, country, manifest, &pointer, now).await? == WriteOutcome::Done {
                    delete(table, country, run_id).await?;
                }
            }
            Fate::Finish => delete(table, country, run_id).await?,
        }
    }
    Ok(())
}

fn fate(manifest: &Manifest, pointer: &Pointer, is_kept: bool, now: DateTime<Utc>) -> Fate {
    let run_id = &manifest.run_id;
    // A run newer than all that were current may be about to be published.
    if *run_id == pointer.run_id || *run_id > pointer.newest_run_id {
        return Fate::Keep;
    }
    if manifest.collecting_at.is_some() {
        return Fate::Finish;
    }
    let is_previous = pointer.previous_run_id.as_ref() == Some(run_id);
    let superseded_at = manifest.superseded_at.as_deref().map(DateTime::parse_from_rfc3339);
    match superseded_at {
        Some(Ok(superseded_at))
            if is_previous || is_kept || now - superseded_at.to_utc() <= SUPERSEDED_AGE_MIN =>
        {
            Fate::Keep
        }
        Some(Ok(_)) => Fate::Claim,
        None | Some(Err(_)) => Fate::Mark,
    }
}

/// Claims a run for deletion, if the pointer has not moved since it was read and the run's
/// `superseded_at` has not changed.
async fn claim(
    table: &Table,
    country: &CountryKey,
    manifest: &Manifest,
    pointer: &Pointer,
    now: DateTime<Utc>,
) -> Result<WriteOutcome> {
    let superseded_at = manifest.superseded_at.as_deref().unwrap_or_default();
    let claim = Change::default()
        .set("collecting_at", text(&timestamp(now)))
        .named("superseded_at")
        .value("superseded_at", text(superseded_at))
        .of_manifest(table, country, &manifest.run_id, Some("#superseded_at = :superseded_at"))?;
    transact(table, vec![unmoved(table, country, pointer.version)?, claim]).await
}

/// Deletes items first and the manifest last: after a crash the manifest still leads to the rest.
async fn delete(table: &Table, country: &CountryKey, run_id: &str) -> Result<()> {
    tracing::info!(country = country.as_str(), run_id, "deleting a superseded run");
    let mut keys = table.query(country.as_str(), &ItemKey::bucket_prefix(run_id)).await?;
    for key in &mut keys {
        key.retain(|name, _| name == ATTRIBUTE_COUNTRY || name == ATTRIBUTE_ITEM);
    }
    batch::delete(table, keys).await?;
    batch::delete(table, vec![ItemKey::manifest(country, run_id).to_item().into()]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{self, pointer};

    fn manifest(run_id: &str, superseded_at: Option<&str>) -> Manifest {
        Manifest { superseded_at: superseded_at.map(ToOwned::to_owned), ..fixtures::manifest(run_id) }
    }

    #[test]
    fn both_sides_of_every_border() {
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().expect("a time");
        let (day_ago, longer) = (Some("2026-11-23T10:00:00Z"), Some("2026-11-23T09:59:59.999Z"));
        for (run_id, superseded_at, is_kept, expected) in [
            ("7", longer, false, Fate::Keep),
            ("7", None, false, Fate::Keep),
            ("5", longer, false, Fate::Keep),
            ("5", None, false, Fate::Mark),
            ("8", longer, false, Fate::Claim),
            ("9", None, false, Fate::Keep),
            ("6", day_ago, false, Fate::Keep),
            ("6", longer, false, Fate::Claim),
            ("6", longer, true, Fate::Keep),
            ("6", None, false, Fate::Mark),
            ("6", None, true, Fate::Mark),
            ("6", Some("yesterday"), false, Fate::Mark),
        ] {
            let fate = fate(&manifest(run_id, superseded_at), &pointer(), is_kept, now);
            assert_eq!(fate, expected, "run {run_id}, superseded {superseded_at:?}, kept {is_kept}");
        }
    }

    #[test]
    fn a_claimed_run_goes_unless_readers_are_sent_to_it() {
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().expect("a time");
        for (run_id, expected) in [
            ("7", Fate::Keep),
            ("5", Fate::Finish),
            ("6", Fate::Finish),
            ("8", Fate::Finish),
            ("9", Fate::Keep),
        ] {
            for (superseded_at, is_kept) in [(None, true), (Some("2026-11-24T09:00:00Z"), false)] {
                let mut claimed = manifest(run_id, superseded_at);
                claimed.collecting_at = Some("2026-11-24T09:30:00Z".to_owned());
                assert_eq!(fate(&claimed, &pointer(), is_kept, now), expected, "run {run_id}");
            }
        }
    }
}
