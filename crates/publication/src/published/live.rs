//! What a dry run would change: compares its table with the live one, if that can be read.

use super::diff::{Diff, RunBrief};
use super::stored::Stored;
use crate::run_id::RunId;
use crate::table::Table;
use anyhow::{Result, anyhow, bail, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use segments::table::CountryTable;
use std::time::Duration;
use storage::Aws;
use tokio::time::timeout;

/// A dry run needs no table, so it waits no longer than this for one.
const LIVE_WITHIN: Duration = Duration::from_secs(5);
/// Countries read at a time.
const COUNTRIES_UNDER_WAY_MAX: usize = 8;

/// What to compare with.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a> {
    /// The name of the table.
    pub table: &'a str,
    /// Whether the input is on S3; then there is an account.
    pub is_input_on_s3: bool,
    /// The hash of the run's rules.
    pub rules_hash: &'a str,
}

/// Compares each of `countries`, as run `run_id` made them, with the live table; `None` for a
/// country without a publication, and for all if the table cannot be read.
pub async fn changes(live: &Live<'_>, run_id: &RunId, countries: &[CountryTable]) -> Vec<Option<Diff>> {
    let compared = timeout(LIVE_WITHIN, compare(live, run_id, countries)).await;
    let problem = match compared {
        Ok(Ok(changes)) => return changes,
        Ok(Err(error)) => error,
        Err(_) => anyhow!("table {} was not read within {} s", live.table, LIVE_WITHIN.as_secs()),
    };
    // Not an error: the run was not meant to touch the table.
    tracing::warn!("there is nothing to compare with: {problem:#}");
    vec![None; countries.len()]
}

async fn compare(live: &Live<'_>, run_id: &RunId, countries: &[CountryTable]) -> Result<Vec<Option<Diff>>> {
    // If the input is on S3, there is an account.
    let is_account_there = Aws::is_configured() || live.is_input_on_s3;
    ensure!(is_account_there, "AWS is not configured");
    let table = &Table::new(&Aws::from_env().await?.impatient(), live.table);
    stream::iter(countries)
        .map(async |country| {
            let after = RunBrief {
                run_id: run_id.to_string(),
                rules_hash: live.rules_hash.to_owned(),
                result_hash: country.result_hash.clone(),
            };
            against_live(table, country, after).await
        })
        .buffered(COUNTRIES_UNDER_WAY_MAX)
        .try_collect()
        .await
}

async fn against_live(table: &Table, country: &CountryTable, after: RunBrief) -> Result<Option<Diff>> {
    let Some(pointer) = table.pointer(&country.key).await? else { return Ok(None) };
    let live = Stored::read(table, &country.key, &pointer.run_id, &pointer).await?;
    if !live.contents.missing.is_empty() || !live.contents.malformed.is_empty() {
        bail!("run {} of {} is not whole: see `voucher-etl verify`", pointer.run_id, country.shown);
    }
    let before = (RunBrief::from(live.manifest), live.contents.rows);
    Ok(Some(Diff::of(before, (after, &country.rows))))
}
