//! The waiting half of the pipeline: footers and ranges are read ahead, windows handed over.

use super::Limits;
use super::budget::Budget;
use super::window::{Assembly, Window};
use crate::plan::{FilePlan, Request};
use crate::progress::Progress;
use crate::source::Store;
use anyhow::Result;
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, future, stream};
use segments::value::Country;
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc::{self, Receiver, Sender, UnboundedSender};

/// Requests for ranges under way at a time.
const FETCHES_UNDER_WAY_MAX: usize = 8;
/// Files that are planned and wait for their ranges to be asked for.
const PLANS_AHEAD_MAX: usize = 8;

/// What was read, by the footers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Rows in the footers of all files.
    pub footer_rows: u64,
    /// Those of row groups that were not read.
    pub pruned_rows: u64,
    /// The countries of those.
    pub pruned_countries: BTreeSet<Country>,
}

/// Reads the files of `plans` and sends their windows, in order, as fast as the budget allows. The
/// channel itself has no bound: every window in it holds its bytes of the budget.
///
/// Ends early, without an error, when nobody receives any more: then the receiver has the reason.
///
/// # Errors
///
/// If an object cannot be read or planned, or its bytes are not whole pages.
pub async fn produce(
    store: &Store,
    plans: impl Stream<Item = Result<Arc<FilePlan>>>,
    limits: Limits,
    progress: &Progress,
    windows: UnboundedSender<Window>,
) -> Result<Read> {
    let (planned_in, planned_out) = mpsc::channel(PLANS_AHEAD_MAX);
    let reading = pin!(read(store, planned_out, limits, progress, windows));
    let planning = pin!(async {
        plan_ahead(plans, planned_in).await;
        future::pending().await
    });
    // Planning goes on while ranges wait for the budget: a slow fold stops no footer.
    match future::select(reading, planning).await {
        future::Either::Left((read, _)) | future::Either::Right((read, _)) => read,
    }
}

/// Passes plans on, in order, up to the first that failed or until nobody takes them.
async fn plan_ahead(
    plans: impl Stream<Item = Result<Arc<FilePlan>>>,
    planned: Sender<Result<Arc<FilePlan>>>,
) {
    let mut plans = pin!(plans);
    while let Some(plan) = plans.next().await {
        let is_last = plan.is_err();
        if planned.send(plan).await.is_err() || is_last {
            return;
        }
    }
}

async fn read(
    store: &Store,
    planned: Receiver<Result<Arc<FilePlan>>>,
    limits: Limits,
    progress: &Progress,
    windows: UnboundedSender<Window>,
) -> Result<Read> {
    let budget = Budget::new(limits.fetched_bytes);
    let mut all = Read::default();
    let plans = stream::unfold(planned, async |mut planned| Some((planned.recv().await?, planned)));
    let requests = plans.map_ok(|plan| {
        all.note(&plan);
        progress.planned(&plan);
        stream::iter(plan.requests(&limits).into_iter().map(anyhow::Ok))
    });
    let granted = requests.try_flatten().and_then(async |request| {
        budget.grant(request.length()).await;
        Ok(request)
    });
    let arrived = granted
        .map_ok(async |request| {
            let buffers = buffers_of(store, &request).await?;
            anyhow::Ok((request, buffers))
        })
        .try_buffered(FETCHES_UNDER_WAY_MAX);
    {
        let mut arrived = pin!(arrived);
        let mut assembly: Option<Assembly> = None;
        while let Some((request, buffers)) = arrived.try_next().await? {
            budget.arrived();
            for (fetch, bytes) in request.arrived(buffers) {
                let assembly = match &mut assembly {
                    Some(assembly) if assembly.is_of(&fetch) => assembly,
                    done => done.insert(Assembly::new(
                        Arc::clone(&fetch.file),
                        Arc::clone(&fetch.row_group),
                        limits,
                    )),
                };
                assembly.push(&fetch, &bytes)?;
                while let Some(window) = assembly.next_window(&budget) {
                    if windows.send(window).is_err() {
                        return Ok(Read::default());
                    }
                }
            }
        }
    }
    Ok(all)
}

impl Read {
    fn note(&mut self, plan: &FilePlan) {
        self.footer_rows += plan.rows;
        for pruned in &plan.pruned {
            self.pruned_rows += pruned.rows;
            self.pruned_countries.extend(pruned.countries.iter().cloned());
        }
    }
}

/// Returns what a request brings: from the store, and what came with the footer.
async fn buffers_of(store: &Store, request: &Request) -> Result<Vec<Bytes>> {
    let (asked, here) = request.asked();
    let mut buffers = store.read_buffers(&request.file.object, asked).await?;
    buffers.extend(here);
    Ok(buffers)
}
