//! `rollback`: an earlier run of a country becomes current again, with the rules that it was made
//! with.
//!
//! Which run is left, and for which, is settled by what was there at first: whatever happens
//! meanwhile, nothing else is ever rolled back.

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

/// Moves of one pointer: another is tried only where somebody else wrote at the same moment.
const MOVES_MAX: u32 = 8;
/// The pause between them, on average.
const MOVE_BACKOFF: Duration = Duration::from_millis(100);

/// What came of a rollback; the form of `rollback --format json`.
#[derive(Debug, Serialize)]
pub struct RolledBack {
    /// The country as it is shown.
    pub country: String,
    /// The run that is current now.
    pub run_id: String,
    /// The run that was; `None` if nothing was written, because it was current already.
    pub rolled_back_from: Option<String>,
    /// How many times the pointer was moved.
    pub version: u64,
    /// When it was moved last.
    pub published_at: String,
    /// The hash of the rules that are served now.
    pub rules_hash: String,
}

/// Makes run `to` of `country`, or else the previous one, current again.
///
/// # Errors
///
/// If nothing is published, there is no such run, or it cannot be served: it is being collected,
/// is not whole, or its rules are not known. If another run became current meanwhile.
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
        // Only while the pointer is the very one is it sure that nothing was made of it: it may name
        // the same run again because somebody undid what was done here.
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
    // Its own publication may be under way, and would go on top of this.
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

/// Returns whether the move to `next` was made and its answer lost: the pointer is that very one,
/// or has moved on since and the run that was left knows of it. What cannot be read tells nothing.
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
