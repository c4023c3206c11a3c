//! The facts of the request at hand, kept beside its task.

use std::cell::RefCell;
use std::time::Duration;

tokio::task_local! {
    static FACTS: RefCell<Facts>;
}

/// What became of a request.
#[derive(Debug, Default, Clone)]
pub struct Facts {
    /// The request's id, as accepted or made.
    pub request_id: String,
    /// The segment asked for.
    pub segment: Option<String>,
    /// The bucket that the customer is in.
    pub bucket: Option<String>,
    /// What gave the amount: `bucket`, a segment's name, `country`.
    pub matched: Option<String>,
    /// Requests of a batch.
    pub batch: Option<usize>,
    /// The types of the problems answered.
    pub problems: Vec<&'static str>,
    /// Why there was no amount, once for each answer without one.
    pub no_amount: Vec<&'static str>,
    /// How long each call of DynamoDB took.
    pub dynamodb: Vec<Duration>,
    /// How long ago the served run was known to be current, if a refresh failed.
    pub stale: Option<Duration>,
    /// How old the current runs of all countries are, where a request asked for all of them.
    pub run_ages: Option<RunAges>,
    /// What went wrong inside, for the log alone.
    pub error: Option<String>,
}

/// The ages of the current runs of a table, in seconds.
///
/// They are two, since a country that is no longer in the input keeps its last run: the newest
/// tells whether runs still publish at all, the oldest whether any country was left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAges {
    /// The table.
    pub table: String,
    /// That of the run that was published last.
    pub newest: u64,
    /// That of the run that was published longest ago.
    pub oldest: u64,
}

impl RunAges {
    /// Returns the least and the greatest of some ages in seconds; nothing of none.
    pub fn of(table: &str, ages: impl Iterator<Item = u64> + Clone) -> Option<Self> {
        Some(Self { table: table.to_owned(), newest: ages.clone().min()?, oldest: ages.max()? })
    }
}

/// Notes something of the request at hand; outside of a request it does nothing.
pub fn note(change: impl FnOnce(&mut Facts)) {
    let _ = FACTS.try_with(|facts| change(&mut facts.borrow_mut()));
}

/// Returns the id of the request at hand; nothing outside of one.
pub(crate) fn request_id() -> Option<String> {
    FACTS.try_with(|facts| facts.borrow().request_id.clone()).ok()
}

/// Runs `work` with facts of its own, and returns its result and what was noted.
pub(crate) async fn gathered<T>(facts: Facts, work: impl Future<Output = T>) -> (T, Facts) {
    FACTS
        .scope(RefCell::new(facts), async {
            let result = work.await;
            (result, FACTS.with(RefCell::take))
        })
        .await
}
