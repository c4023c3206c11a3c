//! The waiting half of the pipeline: footers and ranges are read ahead, windows handed over.

use super::Limits;
use super::budget::Budget;
use super::window::{Assembly, Window};
use crate::plan::{self, FilePlan};
use crate::progress::Progress;
use crate::source::{Object, Store};
use anyhow::{Result, bail};
use futures::{StreamExt, TryStreamExt, stream};
use segments::rules::Rules;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc::UnboundedSender;

/// Requests for ranges under way at a time.
const FETCHES_UNDER_WAY_MAX: usize = 8;
/// Footers read ahead.
const FOOTERS_AHEAD_MAX: usize = 8;

/// What was read, by the footers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Read {
    /// Rows in the footers of all files.
    pub footer_rows: u64,
}

/// Reads `objects` and sends their windows, in order, as fast as the budget allows. The channel
/// itself has no bound: every window in it holds its bytes of the budget.
///
/// Ends early, without an error, when nobody receives any more: then the receiver has the reason.
///
/// # Errors
///
/// If an object cannot be read or planned, or its bytes are not whole pages.
pub async fn produce(
    store: &Store,
    objects: Vec<Object>,
    rules: &Rules,
    limits: Limits,
    progress: &Progress,
    windows: UnboundedSender<Window>,
) -> Result<Read> {
    let budget = Budget::new(limits.fetched_bytes);
    let footer_rows = AtomicU64::new(0);
    let plans = stream::iter(objects)
        .map(|object| plan::plan(store, Arc::new(object), rules))
        .buffered(FOOTERS_AHEAD_MAX)
        .inspect_ok(|plan| {
            footer_rows.fetch_add(plan.rows, Ordering::Relaxed);
            progress.planned(plan);
        });
    let fetches = plans
        .map_ok(|plan| stream::iter(Arc::new(plan).fetches(&limits).into_iter().map(anyhow::Ok)))
        .try_flatten();
    let granted = fetches.and_then(async |fetch| {
        budget.grant(fetch.bytes.end - fetch.bytes.start).await;
        Ok(fetch)
    });
    let arrived = granted
        .map_ok(async |fetch| {
            let bytes = bytes_of(store, &fetch.file, fetch.bytes.clone()).await?;
            anyhow::Ok((fetch, bytes))
        })
        .try_buffered(FETCHES_UNDER_WAY_MAX);
    let mut arrived = pin!(arrived);
    let mut assembly: Option<Assembly> = None;
    while let Some((fetch, bytes)) = arrived.try_next().await? {
        budget.arrived();
        let assembly = match &mut assembly {
            Some(assembly) if assembly.is_of(&fetch) => assembly,
            done => done.insert(Assembly::new(Arc::clone(&fetch.file), Arc::clone(&fetch.row_group), limits)),
        };
        assembly.push(&fetch, &bytes)?;
        while let Some(window) = assembly.next_window(&budget) {
            if windows.send(window).is_err() {
                return Ok(Read::default());
            }
        }
    }
    Ok(Read { footer_rows: footer_rows.load(Ordering::Relaxed) })
}

async fn bytes_of(store: &Store, file: &FilePlan, range: std::ops::Range<u64>) -> Result<bytes::Bytes> {
    let length = usize::try_from(range.end - range.start)?;
    let bytes = match &file.whole {
        Some(whole) => whole.slice(usize::try_from(range.start)?..usize::try_from(range.end)?),
        None => store.read(&file.object, range).await?,
    };
    if bytes.len() != length {
        bail!("read {} bytes of {} where {length} were asked for", bytes.len(), file.object.url);
    }
    Ok(bytes)
}
