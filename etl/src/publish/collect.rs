//! Step (c): deletes runs that were superseded more than a day ago and are beyond those kept.

use super::table::{Table, TableItem};
use super::{batch, timestamp};
use anyhow::{Context, Result};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Duration, Utc};
use segments::table::{ATTRIBUTE_COUNTRY, ATTRIBUTE_ITEM, ITEM_MANIFEST_PREFIX, ItemKey, Manifest, Pointer};
use segments::value::CountryKey;
use std::cmp::Reverse;

/// How long a superseded run stays at least: readers may hold on to a pointer for less.
const SUPERSEDED_AGE_MIN: Duration = Duration::hours(24);

/// What is to become of an old run.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Keep,
    /// Its time as a superseded run begins now: it never was current, or that was not noted.
    Mark,
    Delete,
}

/// Deletes the runs of `country` that may go at the time `now`, and notes those whose time begins.
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
    // Read after the manifests: a run that becomes current meanwhile is seen to be.
    let Some(pointer) = table.pointer(country).await? else { return Ok(()) };
    manifests.sort_by_key(|manifest| Reverse(manifest.run_id.clone()));
    for (age, manifest) in manifests.iter().enumerate() {
        match fate(manifest, &pointer, age < keep, now) {
            Fate::Keep => {}
            Fate::Mark => mark(table, country, &manifest.run_id, now).await?,
            Fate::Delete => delete(table, country, &manifest.run_id).await?,
        }
    }
    Ok(())
}

fn fate(manifest: &Manifest, pointer: &Pointer, is_kept: bool, now: DateTime<Utc>) -> Fate {
    let run_id = &manifest.run_id;
    // A run newer than any that was current may be about to be published.
    if *run_id == pointer.run_id || *run_id > pointer.newest_run_id {
        return Fate::Keep;
    }
    let is_previous = pointer.previous_run_id.as_ref() == Some(run_id);
    let superseded_at = manifest.superseded_at.as_deref().map(DateTime::parse_from_rfc3339);
    match superseded_at {
        Some(Ok(superseded_at))
            if is_previous || is_kept || now - superseded_at.to_utc() <= SUPERSEDED_AGE_MIN =>
        {
            Fate::Keep
        }
        Some(Ok(_)) => Fate::Delete,
        None | Some(Err(_)) => Fate::Mark,
    }
}

/// Notes that a run is superseded as of `now`, if there is such a run.
pub(super) async fn mark(
    table: &Table,
    country: &CountryKey,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let key: TableItem = ItemKey::manifest(country, run_id).to_item().into();
    let marked = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key))
        .update_expression("SET superseded_at = :now")
        .condition_expression("attribute_exists(#item)")
        .expression_attribute_names("#item", ATTRIBUTE_ITEM)
        .expression_attribute_values(":now", AttributeValue::S(timestamp(now)))
        .send()
        .await;
    match marked {
        Err(error) if error.code() != Some("ConditionalCheckFailedException") => {
            Err(table.error("update", &error).into())
        }
        _ => Ok(()),
    }
}

/// Items first, the manifest last: what is left by a crash is found again by it.
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
    use segments::table::Inputs;
    use std::collections::BTreeMap;

    fn manifest(run_id: &str, superseded_at: Option<&str>) -> Manifest {
        Manifest {
            run_id: run_id.to_owned(),
            rows: 0,
            segments: BTreeMap::new(),
            result_hash: String::new(),
            rules_hash: String::new(),
            item_count: 0,
            inputs: Inputs::of(Vec::new()),
            superseded_at: superseded_at.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn both_sides_of_every_border() {
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().expect("a time");
        // Run 7 is current by a rollback, 5 was current before, 8 is the newest that ever was.
        let pointer = Pointer {
            run_id: "7".to_owned(),
            previous_run_id: Some("5".to_owned()),
            newest_run_id: "8".to_owned(),
            version: 9,
            published_at: String::new(),
            country: String::new(),
            rules: String::new(),
            rules_hash: String::new(),
        };
        let (day_ago, longer) = (Some("2026-11-23T10:00:00Z"), Some("2026-11-23T09:59:59.999Z"));
        for (run_id, superseded_at, is_kept, expected) in [
            ("7", longer, false, Fate::Keep),
            ("7", None, false, Fate::Keep),
            ("5", longer, false, Fate::Keep),
            ("5", None, false, Fate::Mark),
            ("8", longer, false, Fate::Delete),
            ("9", None, false, Fate::Keep),
            ("6", day_ago, false, Fate::Keep),
            ("6", longer, false, Fate::Delete),
            ("6", longer, true, Fate::Keep),
            ("6", None, false, Fate::Mark),
            ("6", None, true, Fate::Mark),
            ("6", Some("yesterday"), false, Fate::Mark),
        ] {
            let fate = fate(&manifest(run_id, superseded_at), &pointer, is_kept, now);
            assert_eq!(fate, expected, "run {run_id}, superseded {superseded_at:?}, kept {is_kept}");
        }
    }
}
