//! `rollback`: makes an earlier run of a country current again, with its own rules.
//!
//! The run to leave and the run to return to are fixed at the start: whatever happens meanwhile, no
//! other run is ever rolled back.

use super::stored::{Stored, unusable};
use crate::error::{MovedMeanwhile, PublicationError};
use crate::lookup;
use crate::publish::move_back::{WriteOutcome, move_back};
use crate::run_id::timestamp;
use crate::table::Table;
use anyhow::{Result, bail};
use chrono::Utc;
use segments::table::Pointer;
use segments::value::CountryKey;
use serde::Serialize;
use std::time::Duration;
use tokio::time::sleep;

/// Maximum moves of one pointer. Another is tried only if someone else wrote at the same time.
const MOVES_MAX: u32 = 8;
/// Average pause between moves.
const MOVE_BACKOFF: Duration = Duration::from_millis(100);

/// The result of a rollback; the form of `rollback --format json`.
#[derive(Debug, Serialize)]
pub struct RolledBack {
    /// The country as shown.
    pub country: String,
    /// The run that is current now.
    pub run_id: String,
    /// The run that was current before; `None` if nothing was written, because `run_id` was current
    /// already.
    pub rolled_back_from: Option<String>,
    /// Number of moves of the pointer.
    pub version: u64,
    /// When it last moved.
    pub published_at: String,
    /// The hash of the rules served now.
    pub rules_hash: String,
}

/// Makes run `to` of `country`, by default the previous one, current again.
///
/// # Errors
///
/// If nothing is published, or the run does not exist or cannot be served, because it is being
/// collected, is not whole, or its rules are unknown. If another run became current meanwhile.
pub async fn rollback(table: &Table, country: &CountryKey, to: Option<&str>) -> Result<RolledBack> {
    let first = lookup::pointer(table, country).await?;
    let Some(to) = to.map(ToOwned::to_owned).or_else(|| first.previous_run_id.clone()) else {
        return Err(
            PublicationError::NoPreviousRun { run_id: first.run_id, country: country.to_string() }.into()
        );
    };
    if first.run_id == to {
        return Ok(RolledBack::of(first, None));
    }
    for _ in 0..MOVES_MAX {
        let next = next_pointer(table, country, &to, &first).await?;
        let has_manifest = table.manifest(country, &first.run_id).await?.is_some();
        let moved = move_back(table, country, first.version, &next, has_manifest).await;
        if matches!(moved, Ok(WriteOutcome::Done)) || went_through(table, country, &next).await {
            return Ok(RolledBack::of(next, Some(first.run_id)));
        }
        moved?;
        let found = lookup::pointer(table, country).await?;
        if found.run_id == to {
            return Ok(RolledBack::of(found, None));
        }
        // Only an unchanged pointer proves that this move was not made. One that names the same run
        // may be new: someone may have undone the move.
        if found != first {
            return Err(MovedMeanwhile { country: country.to_string(), run_id: found.run_id }.into());
        }
        sleep(MOVE_BACKOFF.mul_f64(2.0 * fastrand::f64())).await;
    }
    bail!(
        "the pointer of {country} could not be moved in {MOVES_MAX} attempts: others write at the same time"
    )
}

/// Returns the pointer that goes back to run `to`, which must be whole.
async fn next_pointer(table: &Table, country: &CountryKey, to: &str, known: &Pointer) -> Result<Pointer> {
    let target = Stored::read(table, country, to, known).await?;
    let refuse = |problem: &str| unusable(to, country, problem.to_owned());
    if target.manifest.collecting_at.is_some() {
        return Err(refuse("is being deleted").into());
    }
    // Its own publication may be under way, and would replace this rollback.
    if *to > *known.newest_run_id {
        return Err(refuse("is newer than any that was current: it is being published, or never was").into());
    }
    let (manifest, rules, _) = target.whole(country)?;
    Ok(Pointer {
        run_id: manifest.run_id,
        previous_run_id: Some(known.run_id.clone()),
        newest_run_id: known.newest_run_id.clone(),
        version: known.version + 1,
        published_at: timestamp(Utc::now()),
        country: manifest.country.unwrap_or_else(|| known.country.clone()),
        rules,
        rules_hash: manifest.rules_hash,
        rolled_back_from: Some(known.run_id.clone()),
    })
}

/// Returns whether the move to `next` was made but its response lost: the pointer equals `next`, or
/// it has moved on and the manifest of the run that was left records the move. A failed read counts
/// as no.
async fn went_through(table: &Table, country: &CountryKey, next: &Pointer) -> bool {
    if matches!(table.pointer(country).await, Ok(Some(pointer)) if pointer == *next) {
        return true;
    }
    let Some(from) = &next.rolled_back_from else { return false };
    let left = table.manifest(country, from).await;
    matches!(left, Ok(Some(left)) if left.rolled_back_at.as_ref() == Some(&next.published_at))
}

impl RolledBack {
    fn of(pointer: Pointer, rolled_back_from: Option<String>) -> Self {
        Self {
            country: pointer.country,
            run_id: pointer.run_id,
            rolled_back_from,
            version: pointer.version,
            published_at: pointer.published_at,
            rules_hash: pointer.rules_hash,
        }
    }
}
