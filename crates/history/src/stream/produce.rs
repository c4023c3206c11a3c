//! The waiting half of the pipeline: reads footers and ranges ahead and hands windows over.

use super::budget::Budget;
use super::window::{Assembly, Window};
use crate::bounds::Bounds;
use crate::consumer::Consumer;
use crate::plan::{Fetch, FilePlan, Request};
use anyhow::Result;
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, future, stream};
use segments::value::Country;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use storage::Store;
use tokio::sync::mpsc::{self, Receiver, Sender, UnboundedSender};

/// Maximum number of range requests under way.
const FETCHES_UNDER_WAY_MAX: usize = 8;
/// Maximum number of files that are planned but whose ranges are not yet requested.
const PLANS_AHEAD_MAX: usize = 8;

/// What was read, according to the footers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Rows in the footers of all files.
    pub footer_rows: u64,
    /// Rows of row groups that were not read.
    pub pruned_rows: u64,
    /// Countries of row groups that were not read.
    pub pruned_countries: BTreeSet<Country>,
}

/// Reads the files of `plans` and sends their windows, in order, as fast as the budget allows. The
/// channel itself is unbounded: every window in it holds its bytes of the budget.
///
/// Ends early, without an error, when the receiver is gone: then the receiver has the reason.
///
/// # Errors
///
/// If an object cannot be read or planned, or its bytes are not whole pages, and it may not be left
/// out.
pub async fn produce(
    store: &Store,
    plans: impl Stream<Item = Result<Arc<FilePlan>>>,
    bounds: Bounds,
    consumer: &dyn Consumer,
    windows: UnboundedSender<Window>,
) -> Result<()> {
    let (planned_in, planned_out) = mpsc::channel(PLANS_AHEAD_MAX);
    let reading = pin!(read(store, planned_out, bounds, consumer, windows));
    let planning = pin!(async {
        plan_ahead(plans, planned_in).await;
        future::pending().await
    });
    // Planning goes on while ranges wait for the budget: a slow fold delays no footer.
    match future::select(reading, planning).await {
        future::Either::Left((read, _)) | future::Either::Right((read, _)) => read,
    }
}

/// Passes plans on, in order, until one fails or the receiver is gone.
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
    bounds: Bounds,
    consumer: &dyn Consumer,
    windows: UnboundedSender<Window>,
) -> Result<()> {
    let budget = Budget::new(bounds.fetched_bytes);
    let plans = stream::unfold(planned, async |mut planned| Some((planned.recv().await?, planned)));
    let requests = plans.map(|plan| {
        let plan = plan?;
        consumer.planned(&plan)?;
        anyhow::Ok(stream::iter(plan.requests(&bounds).into_iter().map(anyhow::Ok)))
    });
    let needed = requests
        .try_flatten()
        .try_filter(|request| future::ready(!consumer.is_left_out(&request.file.object)));
    let granted = needed.and_then(async |request| {
        budget.grant(request.length()).await;
        Ok(request)
    });
    let arrived = granted
        .map_ok(async |request| {
            let buffers = buffers_of(store, &request).await?;
            anyhow::Ok((request, buffers))
        })
        .try_buffered(FETCHES_UNDER_WAY_MAX);
    let mut arrived = pin!(arrived);
    let mut assembler = Assembler { bounds, budget: &budget, consumer, windows, assembly: None };
    while let Some((request, buffers)) = arrived.try_next().await? {
        budget.arrived();
        if assembler.take(request, buffers)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Builds windows from arriving bytes, one row group after the other.
struct Assembler<'a> {
    bounds: Bounds,
    budget: &'a Budget,
    consumer: &'a dyn Consumer,
    windows: UnboundedSender<Window>,
    assembly: Option<Assembly>,
}

impl Assembler<'_> {
    /// Sends the windows that a request completes. Breaks if the receiver is gone.
    fn take(&mut self, request: Request, buffers: Vec<Bytes>) -> Result<ControlFlow<()>> {
        let file = Arc::clone(&request.file);
        let mut left_bytes = request.length();
        for (fetch, bytes) in request.arrived(buffers) {
            if self.consumer.is_left_out(&file.object) {
                break;
            }
            left_bytes -= bytes.len() as u64;
            match self.push(&fetch, &bytes) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(error) => self.consumer.leave_out(&file.object, Some(file.rows), error)?,
            }
        }
        if self.consumer.is_left_out(&file.object) {
            let unfinished = self.assembly.take_if(|assembly| assembly.is_of_file(&file));
            left_bytes += unfinished.map_or(0, |assembly| assembly.held_bytes());
        }
        self.budget.give_back(left_bytes);
        Ok(ControlFlow::Continue(()))
    }

    fn push(&mut self, fetch: &Fetch, bytes: &Bytes) -> Result<ControlFlow<()>> {
        let assembly = match &mut self.assembly {
            Some(assembly) if assembly.is_of(fetch) => assembly,
            done => {
                let (file, row_group) = (Arc::clone(&fetch.file), Arc::clone(&fetch.row_group));
                done.insert(Assembly::new(file, row_group, self.bounds))
            }
        };
        assembly.push(fetch, bytes)?;
        while let Some(window) = assembly.next_window(self.budget) {
            if self.windows.send(window).is_err() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Read {
    /// Returns what the footer of a planned file claims.
    #[must_use]
    pub fn of(plan: &FilePlan) -> Self {
        let countries = plan.pruned.iter().flat_map(|pruned| pruned.countries.iter().cloned());
        Self {
            footer_rows: plan.rows,
            pruned_rows: plan.pruned.iter().map(|pruned| pruned.rows).sum(),
            pruned_countries: countries.collect(),
        }
    }

    /// Adds what other footers claim.
    pub fn add(&mut self, other: Self) {
        self.footer_rows += other.footer_rows;
        self.pruned_rows += other.pruned_rows;
        self.pruned_countries.extend(other.pruned_countries);
    }
}

/// Returns the bytes of a request: from the store, and those that came with the footer.
async fn buffers_of(store: &Store, request: &Request) -> Result<Vec<Bytes>> {
    let (asked, here) = request.asked();
    let mut buffers = store.read_buffers(&request.file.object, asked).await?;
    buffers.extend(here);
    Ok(buffers)
}
