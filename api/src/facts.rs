//! Facts about the current request for the log, kept in its task. None is about the customer.

use std::cell::RefCell;
use std::time::Duration;

tokio::task_local! {
    static FACTS: RefCell<Facts>;
}

/// Facts about a request.
#[derive(Debug, Default, Clone)]
pub struct Facts {
    /// The request's id, the caller's or a new one.
    pub request_id: String,
    /// The segment asked for.
    pub segment: Option<String>,
    /// The customer's bucket.
    pub bucket: Option<String>,
    /// The source of the amount: `bucket`, a segment's name, or `country`.
    pub matched: Option<String>,
    /// Number of requests in a batch.
    pub batch: Option<usize>,
    /// Types of the problems sent.
    pub problems: Vec<&'static str>,
    /// The reason of each answer without an amount.
    pub no_amount: Vec<&'static str>,
    /// Latency of each DynamoDB call.
    pub dynamodb: Vec<Duration>,
    /// Time since the served run was last known to be current, if a refresh failed.
    pub stale: Option<Duration>,
    /// Ages of the current runs, if the request read those of all countries.
    pub run_ages: Option<RunAges>,
    /// The internal error, for the log only.
    pub error: Option<String>,
}

/// Ages of a table's current runs, in seconds.
///
/// The newest shows whether runs still publish, the oldest whether a country was left behind: one
/// that is gone from the input keeps its last run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAges {
    /// The table's name.
    pub table: String,
    /// Age of the run published last.
    pub newest: u64,
    /// Age of the run published longest ago.
    pub oldest: u64,
}

impl RunAges {
    /// Returns the smallest and the largest of some ages; `None` if there are none.
    pub fn of(table: &str, ages: impl Iterator<Item = u64> + Clone) -> Option<Self> {
        Some(Self { table: table.to_owned(), newest: ages.clone().min()?, oldest: ages.max()? })
    }
}

/// Notes a fact about the current request; does nothing outside a request.
pub fn note(change: impl FnOnce(&mut Facts)) {
    let _ = FACTS.try_with(|facts| change(&mut facts.borrow_mut()));
}

/// Returns the current request's id; `None` outside a request.
pub(crate) fn request_id() -> Option<String> {
    FACTS.try_with(|facts| facts.borrow().request_id.clone()).ok()
}

/// Runs `work`, and returns its result and the facts it noted.
pub(crate) async fn gathered<T>(facts: Facts, work: impl Future<Output = T>) -> (T, Facts) {
    FACTS
        .scope(RefCell::new(facts), async {
            let result = work.await;
            (result, FACTS.with(RefCell::take))
        })
        .await
}
