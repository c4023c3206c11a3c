//! A cache of the current publication of each country: refreshed when due, single-flight, bounded.
//!
//! A name without a pointer may be an alias of a country. Aliases are cached like pointers, and one
//! alias is followed, never a chain.

use super::Publication;
use super::misses::Misses;
use super::resolved::{Resolved, Stored};
use crate::facts::note;
use crate::settings::Settings;
use crate::table::{ReadError, Table};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use segments::value::CountryKey;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Approximate bytes of all publications in memory.
const CACHE_BYTES_MAX: u64 = 32 << 20;
/// Publications to lay out the cache for; it may hold more.
const COUNTRIES_EXPECTED: usize = 256;
/// Pause between a failed refresh and the next one of the same country, so that in an outage not
/// every request waits for a read.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// The pointers, as last read.
#[derive(Debug)]
pub struct Pointers {
    table: Arc<Table>,
    cache: Cache<CountryKey, Arc<Entry>, EntryBytes>,
    misses: Misses,
    refresh_time: Duration,
    stale_limit: Duration,
}

/// The publication to serve for a country.
#[derive(Debug, Clone)]
pub struct Current {
    /// The publication.
    pub publication: Arc<Publication>,
    /// Time since it was last known to be current, if it could not be refreshed.
    pub stale: Option<Duration>,
}

#[derive(Debug)]
struct Entry {
    resolved: Resolved,
    times: Mutex<Times>,
    /// Held during a refresh.
    refreshing: tokio::sync::Mutex<()>,
}

/// What a name leads to, as far as it may be served.
#[derive(Debug)]
struct Known {
    resolved: Resolved,
    /// As in [`Current`].
    stale: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    /// Start of the read that last confirmed the pointer.
    confirmed: Instant,
    /// No refresh before this time.
    retry_at: Option<Instant>,
}

impl Pointers {
    /// Returns the pointers of `table`; it reads none yet.
    #[must_use]
    pub fn new(table: Arc<Table>, settings: &Settings) -> Self {
        Self {
            table,
            cache: Cache::with_weighter(COUNTRIES_EXPECTED, CACHE_BYTES_MAX, EntryBytes),
            misses: Misses::new(),
            refresh_time: settings.pointer_refresh,
            stale_limit: settings.stale_limit,
        }
    }

    /// Returns the publication of a country, which may be named by an alias; `None` if there is none.
    ///
    /// It was current when the request `arrived` or within the refresh time before. If the table
    /// cannot be read, it was current within the stale limit, and [`Current::stale`] is set.
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
        if known.stale.is_some() {
            self.pause(meant);
        }
        let target = self.known(meant, arrived).await?;
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
        let mut entry = self.cache.get(country)?;
        let mut is_due = self.servable(&entry, arrived).is_none();
        if let Resolved::Alias(meant) = &entry.resolved {
            let meant = self.cache.get(meant)?;
            is_due |= self.servable(&meant, arrived).is_none();
            entry = meant;
        }
        match &entry.resolved {
            Resolved::Publication(publication) if is_due => Some(Arc::clone(publication)),
            _ => None,
        }
    }

    /// Returns what a name leads to, from memory or the table.
    async fn known(&self, name: &CountryKey, arrived: Instant) -> Result<Option<Known>, ReadError> {
        loop {
            let Some(entry) = self.cache.get(name) else {
                if let Some(missed) = self.misses.shared(name, arrived) {
                    return missed.map(|()| None);
                }
                let Err(guard) = self.cache.get_value_or_guard_async(name).await else { continue };
                // While this request waited for its turn, another may have read to no avail.
                if let Some(missed) = self.misses.shared(name, arrived) {
                    return missed.map(|()| None);
                }
                let Some(entry) = self.read(name).await? else { return Ok(None) };
                // Fails if the entry was removed meanwhile; what was read is still right.
                let _ = guard.insert(Arc::clone(&entry));
                return Ok(Some(entry.fresh()));
            };
            if let Some(known) = self.servable(&entry, arrived) {
                return Ok(Some(known));
            }
            let _refreshing = entry.refreshing.lock().await;
            if !self.is_latest(name, &entry) {
                continue;
            }
            if let Some(known) = self.servable(&entry, arrived) {
                return Ok(Some(known));
            }
            return match self.refresh(name, &entry).await {
                Ok(known) => Ok(known),
                Err(error) => self.serve_stale(&entry, error).map(Some),
            };
        }
    }

    /// Reads what a name leads to, which is not in memory; notes that it leads to nothing, or why it
    /// cannot be read.
    async fn read(&self, name: &CountryKey) -> Result<Option<Arc<Entry>>, ReadError> {
        let began = Instant::now();
        let stored = Stored::read(&self.table, name).await;
        let resolved = stored.and_then(|stored| stored.map(|stored| Resolved::of(name, stored)).transpose());
        if !matches!(resolved, Ok(Some(_))) {
            self.misses.note(name, began, resolved.as_ref().err().cloned());
        }
        Ok(resolved?.map(|resolved| Entry::new(resolved, began)))
    }

    /// Reads what a name leads to again, even if it is not due.
    async fn reread(&self, name: &CountryKey) -> Result<Option<Known>, ReadError> {
        let Some(entry) = self.cache.get(name) else { return self.known(name, Instant::now()).await };
        let _refreshing = entry.refreshing.lock().await;
        self.refresh(name, &entry).await
    }

    /// Returns `entry` if a request that `arrived` may be served without a read.
    fn servable(&self, entry: &Entry, arrived: Instant) -> Option<Known> {
        let times = *entry.times_mut();
        let now = Instant::now();
        let age = now.saturating_duration_since(times.confirmed);
        // A read that began after the request arrived is as good as its own.
        if age < self.refresh_time || times.confirmed >= arrived {
            return Some(entry.fresh());
        }
        let is_paused = times.retry_at.is_some_and(|retry_at| now < retry_at);
        (is_paused && age < self.stale_limit)
            .then(|| Known { resolved: entry.resolved.clone(), stale: Some(age) })
    }

    fn is_latest(&self, name: &CountryKey, entry: &Arc<Entry>) -> bool {
        self.cache.get(name).is_some_and(|latest| Arc::ptr_eq(&latest, entry))
    }

    async fn refresh(&self, name: &CountryKey, entry: &Entry) -> Result<Option<Known>, ReadError> {
        let began = Instant::now();
        let Some(stored) = Stored::read(&self.table, name).await? else {
            self.cache.remove(name);
            return Ok(None);
        };
        if entry.resolved.is_still(&stored) {
            *entry.times_mut() = Times { confirmed: began, retry_at: None };
            return Ok(Some(entry.fresh()));
        }
        let entry = Entry::new(Resolved::of(name, stored)?, began);
        self.cache.insert(name.clone(), Arc::clone(&entry));
        Ok(Some(entry.fresh()))
    }

    /// Postpones the refresh of a name: the table could not be read for its alias, and there is no
    /// time to try again.
    fn pause(&self, name: &CountryKey) {
        if let Some(entry) = self.cache.get(name) {
            entry.times_mut().retry_at = Some(Instant::now() + RETRY_PAUSE);
        }
    }

    /// Serves `entry` after a failed refresh, up to the stale limit.
    fn serve_stale(&self, entry: &Entry, error: ReadError) -> Result<Known, ReadError> {
        let mut times = entry.times_mut();
        let now = Instant::now();
        times.retry_at = Some(now + RETRY_PAUSE);
        let age = now.saturating_duration_since(times.confirmed);
        if age >= self.stale_limit {
            return Err(error);
        }
        note(|facts| facts.error = Some(error.to_string()));
        Ok(Known { resolved: entry.resolved.clone(), stale: Some(age) })
    }
}

impl Known {
    /// Returns the publication, at least as stale as the alias that led to it; `None` for an alias.
    fn current(self, alias_stale: Option<Duration>) -> Option<Current> {
        let Resolved::Publication(publication) = self.resolved else { return None };
        Some(Current { publication, stale: self.stale.max(alias_stale) })
    }
}

impl Entry {
    fn new(resolved: Resolved, confirmed: Instant) -> Arc<Self> {
        Arc::new(Self {
            resolved,
            times: Mutex::new(Times { confirmed, retry_at: None }),
            refreshing: tokio::sync::Mutex::default(),
        })
    }

    fn fresh(&self) -> Known {
        Known { resolved: self.resolved.clone(), stale: None }
    }

    fn times_mut(&self) -> std::sync::MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Weighs an entry by its approximate bytes in memory.
#[derive(Debug, Clone)]
struct EntryBytes;

impl Weighter<CountryKey, Arc<Entry>> for EntryBytes {
    fn weight(&self, _: &CountryKey, entry: &Arc<Entry>) -> u64 {
        entry.resolved.bytes()
    }
}
