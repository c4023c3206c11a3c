//! Reads again what a name in memory leads to. It runs apart from the request that found it due, which
//! may have something better to do than to wait for a table that hangs.

use super::entry::{Entry, EntryBytes, Known, Limits};
use super::resolved::{Resolved, Stored};
use super::{Publication, Snapshots};
use crate::facts::{Facts, gathered, note};
use crate::observe::Observer;
use crate::table::{ReadError, Table};
use quick_cache::sync::Cache;
use segments::value::CountryKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedMutexGuard, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a request waits for a renewal before it is served what was known just before. A table in
/// the same region answers in a tenth of it.
const WAIT_MAX: Duration = Duration::from_millis(100);
/// What is known so much longer than the refresh time is worth a longer wait, unless the table is slow.
const JUST_BEFORE: Duration = Duration::from_secs(10);

/// Names in memory.
pub(super) type Names = Cache<CountryKey, Arc<Entry>, EntryBytes>;

type Outcome = Result<Option<Known>, ReadError>;

/// What a renewal needs; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Renewals {
    pub(super) table: Arc<Table>,
    pub(super) cache: Arc<Names>,
    pub(super) observer: Arc<Observer>,
    pub(super) snapshots: Option<Snapshots>,
    /// Time for all reads of a renewal.
    pub(super) budget: Duration,
    /// Whether the last renewal that was waited for took too long: then none is waited for.
    is_slow: Arc<AtomicBool>,
}

impl Renewals {
    pub(super) fn new(
        table: Arc<Table>,
        cache: Names,
        observer: Arc<Observer>,
        snapshots: Option<Snapshots>,
        budget: Duration,
    ) -> Self {
        Self { table, cache: Arc::new(cache), observer, snapshots, budget, is_slow: Arc::default() }
    }

    /// Renews a name apart from the request, and returns what came of it, unless that takes too long.
    pub(super) async fn apart(
        &self,
        name: &CountryKey,
        entry: &Arc<Entry>,
        refreshing: OwnedMutexGuard<()>,
        limits: Limits,
    ) -> Option<Outcome> {
        let was_known_just_before = entry.age() < limits.refresh + JUST_BEFORE;
        let wait_max = if was_known_just_before { WAIT_MAX } else { self.budget };
        let (sender, renewed) = oneshot::channel();
        let (renewals, name, entry) = (self.clone(), name.clone(), Arc::clone(entry));
        tokio::spawn(async move {
            let began = Instant::now();
            let (outcome, facts) = gathered(Facts::default(), renewals.renew(&name, &entry, true)).await;
            renewals.is_slow.store(outcome.is_err() || began.elapsed() > WAIT_MAX, Ordering::Relaxed);
            drop(refreshing);
            if let Err((outcome, reads)) = sender.send((outcome, facts.dynamodb)) {
                renewals.observer.read_in_background(&reads);
                if let Err(error) = outcome {
                    renewals.observer.log.warn(&format!("cannot renew {name}: {error}"));
                }
            }
        });
        if self.is_slow.load(Ordering::Relaxed) {
            return None;
        }
        let Ok(Ok((outcome, reads))) = timeout(wait_max, renewed).await else {
            // It takes too long.
            self.is_slow.store(true, Ordering::Relaxed);
            return None;
        };
        note(|facts| facts.dynamodb.extend(reads));
        Some(outcome)
    }

    /// Reads what a name leads to. If that is another run, it is read whole first, where the old one
    /// still serves. Notes in the entry if that fails.
    pub(super) async fn renew(&self, name: &CountryKey, entry: &Entry, old_serves: bool) -> Outcome {
        let outcome = self.read(name, entry, old_serves).await;
        if let Err(error) = &outcome {
            entry.failed(error);
        }
        outcome
    }

    async fn read(&self, name: &CountryKey, entry: &Entry, old_serves: bool) -> Outcome {
        let began = Instant::now();
        let Some(stored) = Stored::read(&self.table, name).await? else {
            self.cache.remove(name);
            self.save(name);
            return Ok(None);
        };
        if entry.resolved.is_still(&stored) {
            let known = entry.confirmed(began);
            self.save(name);
            return Ok(Some(known));
        }
        let resolved = Resolved::of(name, stored)?;
        if old_serves
            && let (Resolved::Publication(old), Resolved::Publication(new)) = (&entry.resolved, &resolved)
            && old.was_asked()
        {
            let read = timeout_at(began + self.budget, new.read_all(&self.table)).await;
            read.unwrap_or(Err(ReadError::TooSlow(self.budget)))?;
        }
        let entry = Entry::new(resolved, began);
        self.cache.insert(name.clone(), Arc::clone(&entry));
        self.save(name);
        Ok(Some(entry.fresh()))
    }

    /// Reads all items of a publication in the background.
    pub(super) fn read_ahead(&self, publication: Arc<Publication>) {
        let (table, observer) = (Arc::clone(&self.table), Arc::clone(&self.observer));
        let saving = self.saving(&publication.key);
        tokio::spawn(async move {
            let (read, facts) = gathered(Facts::default(), publication.read_all(&table)).await;
            observer.read_in_background(&facts.dynamodb);
            // An error shows in the next request that needs what was not read.
            if read.is_ok() {
                saving.map(spawn_blocking);
            }
        });
    }

    /// Has the snapshot of a name follow what is in memory.
    pub(super) fn save(&self, name: &CountryKey) {
        self.saving(name).map(spawn_blocking);
    }

    fn saving(&self, name: &CountryKey) -> Option<impl FnOnce() + Send + 'static> {
        let (snapshots, cache, name) = (self.snapshots.clone()?, Arc::clone(&self.cache), name.clone());
        Some(move || {
            snapshots.follow(&name, || cache.get(&name).map(|entry| (entry.resolved.clone(), entry.age())));
        })
    }
}
