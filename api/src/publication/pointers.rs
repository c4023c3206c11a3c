//! A cache of the current publication of each country: refreshed when due, single-flight, bounded.
//!
//! A name without a pointer may be an alias of a country. Aliases are cached like pointers, and one
//! alias is followed, never a chain.

use super::entry::{Current, Entry, EntryBytes, Known, Limits};
use super::misses::Misses;
use super::renewal::Renewals;
use super::resolved::{Resolved, Stored};
use super::{Publication, Snapshots};
use crate::facts::note;
use crate::observe::Observer;
use crate::settings::Settings;
use crate::table::{ReadError, Table};
use quick_cache::sync::Cache;
use segments::value::CountryKey;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

/// Approximate bytes of all publications in memory.
const CACHE_BYTES_MAX: u64 = 32 << 20;
/// Publications to lay out the cache for; it may hold more.
const COUNTRIES_EXPECTED: usize = 256;

/// The pointers, as last read.
#[derive(Debug)]
pub struct Pointers {
    renewals: Renewals,
    misses: Misses,
    limits: Limits,
    /// Whether a renewal runs apart from the request that found it due.
    are_apart: bool,
}

impl Pointers {
    /// Returns the pointers of `table`; it reads none yet. What was read is saved as `snapshots`, if
    /// there are any.
    #[must_use]
    pub fn new(
        table: Arc<Table>,
        settings: &Settings,
        observer: Arc<Observer>,
        snapshots: Option<Snapshots>,
    ) -> Self {
        let cache = Cache::with_weighter(COUNTRIES_EXPECTED, CACHE_BYTES_MAX, EntryBytes);
        Self {
            renewals: Renewals::new(table, cache, observer, snapshots, settings.read_budget()),
            misses: Misses::new(),
            limits: Limits { refresh: settings.pointer_refresh, stale: settings.stale_limit },
            // Where every request looks, each is to see what is there.
            are_apart: settings.renews_apart && !settings.pointer_refresh.is_zero(),
        }
    }

    /// Returns the publication of a country, which may be named by an alias; `None` if there is none.
    ///
    /// It was current when the request `arrived` or within the refresh time before. If the table
    /// cannot be read, or another request is reading it, it was current within the stale limit, and
    /// [`Current::stale`] is set.
    ///
    /// # Errors
    ///
    /// If the table cannot be read and nothing in memory may be served.
    pub async fn current(
        &self,
        country: &CountryKey,
        arrived: Instant,
    ) -> Result<Option<Current>, ReadError> {
        let Some(known) = self.known(country, arrived).await? else { return Ok(None) };
        let Resolved::Alias(meant) = &known.resolved else { return Ok(known.current(None)) };
        // Either the table cannot be read, or another request reads it: neither is tried twice.
        let in_memory = known.stale.and_then(|_| self.in_memory(meant, arrived));
        let target = match in_memory {
            Some(target) => Some(target),
            None => self.known(meant, arrived).await?,
        };
        Ok(target.and_then(|target| target.current(known.stale)))
    }

    /// Reads the pointer of `country` again, even if it is not due.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn renewed(&self, country: &CountryKey) -> Result<Option<Current>, ReadError> {
        let Some(known) = self.reread(country).await? else { return Ok(None) };
        let Resolved::Alias(meant) = &known.resolved else { return Ok(known.current(None)) };
        Ok(self.reread(meant).await?.and_then(|target| target.current(known.stale)))
    }

    /// Returns the publication in memory of a country whose pointer is due for a refresh.
    #[must_use]
    pub fn due(&self, country: &CountryKey, arrived: Instant) -> Option<Arc<Publication>> {
        let mut entry = self.renewals.cache.get(country)?;
        let mut is_due = entry.servable(arrived, self.limits).is_none();
        if let Resolved::Alias(meant) = &entry.resolved {
            let meant = self.renewals.cache.get(meant)?;
            is_due |= meant.servable(arrived, self.limits).is_none();
            entry = meant;
        }
        match &entry.resolved {
            Resolved::Publication(publication) if is_due => Some(Arc::clone(publication)),
            _ => None,
        }
    }

    /// Reads all items of a publication in the background, unless they are known: one of them was
    /// asked for.
    pub fn read_ahead(&self, publication: &Arc<Publication>) {
        if publication.is_due_ahead() {
            self.renewals.read_ahead(Arc::clone(publication));
        }
    }

    /// Returns what is in memory of a name, however old it is within the limit.
    fn in_memory(&self, name: &CountryKey, arrived: Instant) -> Option<Known> {
        let entry = self.renewals.cache.get(name)?;
        let served = entry.servable(arrived, self.limits);
        served.and_then(Result::ok).or_else(|| entry.while_refreshed(self.limits))
    }

    /// Returns what a name leads to, from memory or the table.
    async fn known(&self, name: &CountryKey, arrived: Instant) -> Result<Option<Known>, ReadError> {
        loop {
            let Some(entry) = self.renewals.cache.get(name) else {
                if let Some(missed) = self.misses.shared(name, arrived) {
                    return missed.map(|()| None);
                }
                let Err(guard) = self.renewals.cache.get_value_or_guard_async(name).await else { continue };
                // While this request waited for its turn, another may have read to no avail.
                if let Some(missed) = self.misses.shared(name, arrived) {
                    return missed.map(|()| None);
                }
                let Some((entry, known)) = self.read(name).await? else { return Ok(None) };
                // Fails if the entry was removed meanwhile; what was read is still right.
                if guard.insert(entry).is_ok() && known.stale.is_none() {
                    self.renewals.save(name);
                }
                return Ok(Some(known));
            };
            if let Some(served) = entry.servable(arrived, self.limits) {
                return served.map(Some);
            }
            if let Ok(refreshing) = Arc::clone(&entry.refreshing).try_lock_owned() {
                if !self.is_latest(name, &entry) {
                    continue;
                }
                if let Some(served) = entry.servable(arrived, self.limits) {
                    return served.map(Some);
                }
                let renewed = if self.are_apart {
                    self.renewals.apart(name, &entry, refreshing, self.limits).await
                } else {
                    Some(self.renewals.renew(name, &entry, true).await)
                };
                match renewed {
                    Some(Ok(known)) => return Ok(known),
                    Some(Err(error)) => {
                        let known = entry.while_refreshed(self.limits).ok_or_else(|| error.clone())?;
                        note(|facts| facts.error = Some(error.to_string()));
                        return Ok(Some(known));
                    }
                    None => {}
                }
            }
            // Somebody reads: who has an answer in memory does not wait for it.
            if self.are_apart
                && let Some(known) = entry.while_refreshed(self.limits)
            {
                return Ok(Some(known));
            }
            drop(entry.refreshing.lock().await);
        }
    }

    /// Reads what a name leads to, which is not in memory; notes that it leads to nothing, or why it
    /// cannot be read. If it cannot, a snapshot may be served.
    async fn read(&self, name: &CountryKey) -> Result<Option<(Arc<Entry>, Known)>, ReadError> {
        let began = Instant::now();
        let stored = Stored::read(&self.renewals.table, name).await;
        let resolved = stored.and_then(|stored| stored.map(|stored| Resolved::of(name, stored)).transpose());
        let error = match resolved {
            Ok(Some(resolved)) => {
                let entry = Entry::new(resolved, began);
                let known = entry.fresh();
                return Ok(Some((entry, known)));
            }
            Ok(None) => None,
            Err(error) => match self.saved(name, &error).await {
                Some(saved) => return Ok(Some(saved)),
                None => Some(error),
            },
        };
        self.misses.note(name, began, error.clone());
        error.map_or(Ok(None), Err)
    }

    /// Returns what a snapshot says that a name leads to, which cannot be read.
    async fn saved(&self, name: &CountryKey, error: &ReadError) -> Option<(Arc<Entry>, Known)> {
        let (snapshots, of) = (self.renewals.snapshots.clone()?, name.clone());
        let (resolved, age) = spawn_blocking(move || snapshots.load(&of)).await.ok()??;
        let entry = Entry::new(resolved, Instant::now().checked_sub(age)?);
        entry.failed(error);
        let known = entry.while_refreshed(self.limits)?;
        note(|facts| facts.error = Some(error.to_string()));
        Some((entry, known))
    }

    /// Reads what a name leads to again, even if it is not due.
    async fn reread(&self, name: &CountryKey) -> Result<Option<Known>, ReadError> {
        let Some(entry) = self.renewals.cache.get(name) else {
            return self.known(name, Instant::now()).await;
        };
        let _refreshing = entry.refreshing.lock().await;
        self.renewals.renew(name, &entry, false).await
    }

    fn is_latest(&self, name: &CountryKey, entry: &Arc<Entry>) -> bool {
        self.renewals.cache.get(name).is_some_and(|latest| Arc::ptr_eq(&latest, entry))
    }
}
