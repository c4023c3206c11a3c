//! The write of a rollback: in one transaction, the pointer goes back to an earlier run and both
//! runs' manifests record it.

use super::update::{Change, number, text, transact};
use crate::table::Table;
use anyhow::Result;
use segments::table::{ItemKey, Pointer};
use segments::value::CountryKey;

pub(crate) use super::update::WriteOutcome;

/// Replaces the pointer with that `version` by `next`, which names an earlier run.
///
/// It is refused if the pointer has moved, or if the earlier run is gone or being collected. The
/// run that is rolled back from is marked so if it `has_manifest`: in a damaged table it may have
/// none.
pub(crate) async fn move_back(
    table: &Table,
    country: &CountryKey,
    version: u64,
    next: &Pointer,
    has_manifest: bool,
) -> Result<WriteOutcome> {
    let at = || text(&next.published_at);
    let moved = Change::to_pointer(country, next).value("known", number(version));
    let current_again =
        Change::default().remove("superseded_at").set_if_missing("published_at", at()).named("collecting_at");
    let is_free = Some("attribute_not_exists(#collecting_at)");
    let mut items = vec![
        moved.of(table, &ItemKey::current(country), "#version = :known")?,
        current_again.of_manifest(table, country, &next.run_id, is_free)?,
    ];
    if let Some(from) = next.rolled_back_from.as_ref().filter(|_| has_manifest) {
        let left = Change::default().set("superseded_at", at()).set("rolled_back_at", at());
        items.push(left.of_manifest(table, country, from, None)?);
    }
    transact(table, items).await
}
