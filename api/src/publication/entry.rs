//! What is in memory of a name: what it leads to, and until when that may be served.

use super::Publication;
use super::resolved::Resolved;
use crate::table::ReadError;
use quick_cache::Weighter;
use segments::value::CountryKey;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Pause between a failed refresh and the next one of the same country, so that in an outage not
/// every request waits for a read.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// The publication to serve for a country.
#[derive(Debug, Clone)]
pub struct Current {
    /// The publication.
    pub publication: Arc<Publication>,
    /// Time since it was last known to be current, if that is not known now: the table cannot be
    /// read, or another request is reading.
    pub stale: Option<Duration>,
}

/// What a name leads to, as far as it may be served.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) resolved: Resolved,
    /// As in [`Current`].
    pub(super) stale: Option<Duration>,
}

impl Known {
    /// Returns the publication, at least as stale as the alias that led to it; `None` for an alias.
    pub(super) fn current(self, alias_stale: Option<Duration>) -> Option<Current> {
        let Resolved::Publication(publication) = self.resolved else { return None };
        Some(Current { publication, stale: self.stale.max(alias_stale) })
    }
}

/// A name in memory.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) resolved: Resolved,
    times: Mutex<Times>,
    /// Held during a refresh.
    pub(super) refreshing: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Times {
    /// Start of the read that last confirmed the entry.
    confirmed: Instant,
    /// The refresh that failed since, if the last one did.
    failed: Option<Failed>,
}

#[derive(Debug)]
struct Failed {
    /// When it ended.
    ended: Instant,
    error: ReadError,
}

/// How long an entry is served.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Time after which it is read again.
    pub(super) refresh: Duration,
    /// Time after which it is served no more, although it cannot be read.
    pub(super) stale: Duration,
}

impl Entry {
    /// Returns an entry that was confirmed by a read that began then.
    pub(super) fn new(resolved: Resolved, confirmed: Instant) -> Arc<Self> {
        let times = Mutex::new(Times { confirmed, failed: None });
        Arc::new(Self { resolved, times, refreshing: Arc::default() })
    }

    /// Returns what a request that `arrived` may be served without a read, or why it cannot be
    /// served; `None` if the entry is to be read again.
    pub(super) fn servable(&self, arrived: Instant, limits: Limits) -> Option<Result<Known, ReadError>> {
        let times = self.times();
        let now = Instant::now();
        let age = now.saturating_duration_since(times.confirmed);
        // A read that began after the request arrived is as good as its own.
        if age < limits.refresh || times.confirmed >= arrived {
            return Some(Ok(self.known(None)));
        }
        let failed = times.failed.as_ref()?;
        if age < limits.stale {
            return (now < failed.ended + RETRY_PAUSE).then(|| Ok(self.known(Some(age))));
        }
        // Who waited for it shares the error.
        (arrived <= failed.ended).then(|| Err(failed.error.clone()))
    }

    /// Returns what is served while another request reads; `None` beyond the stale limit.
    pub(super) fn while_refreshed(&self, limits: Limits) -> Option<Known> {
        let age = self.age();
        (age < limits.stale).then(|| self.known(Some(age)))
    }

    /// Returns the time since it was last known to be current.
    pub(super) fn age(&self) -> Duration {
        Instant::now().saturating_duration_since(self.times().confirmed)
    }

    /// Notes that a read that began then confirmed the entry, and returns it.
    pub(super) fn confirmed(&self, began: Instant) -> Known {
        *self.times() = Times { confirmed: began, failed: None };
        self.known(None)
    }

    /// Notes that a refresh failed just now: the next one has to wait a moment.
    pub(super) fn failed(&self, error: &ReadError) {
        self.times().failed = Some(Failed { ended: Instant::now(), error: error.clone() });
    }

    /// Returns the entry as just read.
    pub(super) fn fresh(&self) -> Known {
        self.known(None)
    }

    fn known(&self, stale: Option<Duration>) -> Known {
        Known { resolved: self.resolved.clone(), stale }
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Weighs an entry by its approximate bytes in memory.
#[derive(Debug, Clone)]
pub(super) struct EntryBytes;

impl Weighter<CountryKey, Arc<Entry>> for EntryBytes {
    fn weight(&self, _: &CountryKey, entry: &Arc<Entry>) -> u64 {
        entry.resolved.bytes()
    }
}
