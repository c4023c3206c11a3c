//! Step (b): one conditional update makes a run the current one of a country.

use super::note;
use super::run::{Publication, Run};
use super::update::{Change, number};
use crate::run_id::timestamp;
use crate::table::{Table, TableItem};
use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use chrono::Utc;
use segments::table::CountryTable;
use segments::table::{ItemKey, Pointer};
use segments::value::CountryKey;
use std::time::Duration;
use tokio::time::sleep;

/// Maximum updates of one pointer. Each is refused only if another writer's succeeded meanwhile.
const SWAPS_MAX: u32 = 8;
/// Average pause between updates.
const SWAP_BACKOFF: Duration = Duration::from_millis(100);

/// The outcome of an update.
enum Update {
    Done,
    /// The pointer has changed since it was read; this is the present one.
    Refused(Option<Box<Pointer>>),
}

/// What to do about a pointer that is not as expected.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It names this run: the update succeeded and its response was lost.
    Mine,
    /// It names a newer run.
    Newer,
    /// It is older: try again on top of it.
    Again,
}

/// Makes the run current for `country`, whose pointer was `known` when last read.
pub(super) async fn swap(
    table: &Table,
    run: &Run<'_>,
    country: &CountryTable,
    mut known: Option<Pointer>,
) -> Result<Publication> {
    for _ in 0..SWAPS_MAX {
        let next = next_pointer(run, country, known.as_ref());
        let found = match update(table, &country.key, &next, known.as_ref()).await? {
            Update::Done => {
                note::published(table, &country.key, &next).await;
                return Ok(Publication::Published);
            }
            Update::Refused(found) => found,
        };
        match verdict(found.as_deref(), run.run_id.as_str()) {
            Verdict::Mine => {
                // Unless it was rolled back from since: the rollback notes that itself.
                if let Some(found) = found.filter(|found| found.run_id == run.run_id.as_str()) {
                    note::published(table, &country.key, &found).await;
                }
                return Ok(Publication::Published);
            }
            Verdict::Newer => return Ok(Publication::Superseded),
            Verdict::Again => known = found.map(|pointer| *pointer),
        }
        sleep(SWAP_BACKOFF.mul_f64(2.0 * fastrand::f64())).await;
    }
    bail!("the pointer of {} changed {SWAPS_MAX} times before it could be moved", country.shown)
}

fn next_pointer(run: &Run<'_>, country: &CountryTable, known: Option<&Pointer>) -> Pointer {
    Pointer {
        run_id: run.run_id.to_string(),
        previous_run_id: known.map(|pointer| pointer.run_id.clone()),
        newest_run_id: run.run_id.to_string(),
        version: known.map_or(1, |pointer| pointer.version + 1),
        published_at: timestamp(Utc::now()),
        country: country.shown.clone(),
        rules: run.rules.canonical(),
        rules_hash: run.rules.hash(),
        rolled_back_from: None,
    }
}

fn verdict(found: Option<&Pointer>, run_id: &str) -> Verdict {
    match found {
        Some(pointer) if pointer.newest_run_id == run_id => Verdict::Mine,
        Some(pointer) if pointer.newest_run_id.as_str() > run_id => Verdict::Newer,
        _ => Verdict::Again,
    }
}

async fn update(
    table: &Table,
    country: &CountryKey,
    next: &Pointer,
    known: Option<&Pointer>,
) -> Result<Update> {
    let key: TableItem = ItemKey::current(country).to_item().into();
    let change = Change::to_pointer(country, next);
    let mut request = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key))
        .update_expression(change.expression())
        .set_expression_attribute_names(Some(change.names))
        .set_expression_attribute_values(Some(change.values))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    request = match known {
        None => request.condition_expression("attribute_not_exists(#version)"),
        Some(pointer) => request
            .condition_expression("#version = :known AND #newest_run_id < :newest_run_id")
            .expression_attribute_values(":known", number(pointer.version)),
    };
    let Err(error) = request.send().await else {
        return Ok(Update::Done);
    };
    if let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() {
        let found = match &refused.item {
            Some(item) => {
                Some(Pointer::from_item(item.clone().into()).context("the pointer in the refusal")?)
            }
            // Some stand-ins leave it out.
            None => table.pointer(country).await?,
        };
        return Ok(Update::Refused(found.map(Box::new)));
    }
    Err(table.error("update", &error).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn what_a_refusal_means() {
        let pointer = |newest: &str, current: &str| Pointer {
            run_id: current.to_owned(),
            newest_run_id: newest.to_owned(),
            ..fixtures::pointer()
        };
        for (found, expected) in [
            (None, Verdict::Again),
            (Some(pointer("5", "5")), Verdict::Mine),
            (Some(pointer("5", "4")), Verdict::Mine),
            (Some(pointer("6", "6")), Verdict::Newer),
            (Some(pointer("6", "5")), Verdict::Newer),
            (Some(pointer("4", "4")), Verdict::Again),
        ] {
            assert_eq!(verdict(found.as_ref(), "5"), expected, "{found:?}");
        }
    }
}
