//! Which publication is current for each country: read when due, single-flight, bounded.
//!
//! A name under which nothing is published may be a further name of a country: then its alias says
//! so, and is believed for as long as a pointer is. One alias is followed and no more.

use super::Publication;
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

/// Bytes of all publications held in memory, about.
const CACHE_BYTES_MAX: u64 = 32 << 20;
/// Publications that the cache is laid out for; it may hold more.
const COUNTRIES_EXPECTED: usize = 256;
/// After a refresh that failed, the next one of the same country waits this long, so that an
/// outage does not cost every request the time of a read.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// The pointers, as they were read last.
#[derive(Debug)]
pub struct Pointers {
    table: Arc<Table>,
    cache: Cache<CountryKey, Arc<Entry>, EntryBytes>,
    refresh_time: Duration,
    stale_limit: Duration,
}

/// What is served for a country.
#[derive(Debug, Clone)]
pub struct Current {
    /// The publication.
    pub publication: Arc<Publication>,
    /// How long ago it was known to be current, if it could not be made sure that it still is.
    pub stale: Option<Duration>,
}

#[derive(Debug)]
struct Entry {
    resolved: Resolved,
    times: Mutex<Times>,
    /// Held by whoever reads it again.
    refreshing: tokio::sync::Mutex<()>,
}

/// What stands under a name, as far as it may be served.
#[derive(Debug)]
struct Known {
    resolved: Resolved,
    /// As in [`Current`].
    stale: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    /// When the read that last confirmed the pointer began.
    confirmed: Instant,
    /// Not to be read again before.
    retry_at: Option<Instant>,
}

impl Pointers {
    /// Returns the pointers of `table`, none of them read.
    #[must_use]
    pub fn new(table: Arc<Table>, settings: &Settings) -> Self {
        Self {
            table,
            cache: Cache::with_weighter(COUNTRIES_EXPECTED, CACHE_BYTES_MAX, EntryBytes),
            refresh_time: settings.pointer_refresh,
            stale_limit: settings.stale_limit,
        }
    }

    /// Returns the publication of `country`, or of the country that this is a further name of; `None`
    /// if nothing is published.
    ///
    /// It was current when the request `arrived`, or at most the refresh time ago; or, if the table
    /// cannot be read, at most the stale limit ago, and then the answer says so.
    ///
    /// # Errors
    ///
    /// If the table cannot be read and nothing is known that may still be served.
    pub async fn current(
        &self,
        country: &CountryKey,
        arrived: Instant,
    ) -> Result<Option<Current>, ReadError> {
        let Some(known) = self.known(country, arrived).await? else { return Ok(None) };
        match known.resolved {
            Resolved::Publication(publication) => Ok(Some(Current { publication, stale: known.stale })),
            Resolved::Alias(meant) => {
                if known.stale.is_some() {
                    self.pause(&meant);
                }
                Ok(current_of(self.known(&meant, arrived).await?, known.stale))
            }
        }
    }

    /// Reads the pointer of `country` whatever is known of it.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn renewed(&self, country: &CountryKey) -> Result<Option<Current>, ReadError> {
        let Some(known) = self.reread(country).await? else { return Ok(None) };
        match known.resolved {
            Resolved::Publication(publication) => Ok(Some(Current { publication, stale: known.stale })),
            Resolved::Alias(meant) => Ok(current_of(self.reread(&meant).await?, known.stale)),
        }
    }

    /// Returns the known publication of a country whose pointer is due to be read again.
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

    /// Returns what stands under a name, from memory or the table.
    async fn known(&self, name: &CountryKey, arrived: Instant) -> Result<Option<Known>, ReadError> {
        loop {
            let Some(entry) = self.cache.get(name) else {
                let Err(guard) = self.cache.get_value_or_guard_async(name).await else { continue };
                let began = Instant::now();
                let Some(stored) = Stored::read(&self.table, name).await? else { return Ok(None) };
                let entry = Entry::new(Resolved::of(name, stored)?, began);
                // An error here says that the entry was removed meanwhile; it is right all the same.
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

    /// Reads what stands under a name whatever is known of it.
    async fn reread(&self, name: &CountryKey) -> Result<Option<Known>, ReadError> {
        let Some(entry) = self.cache.get(name) else { return self.known(name, Instant::now()).await };
        let _refreshing = entry.refreshing.lock().await;
        self.refresh(name, &entry).await
    }

    /// Returns `entry` if it may be served to a request that arrived at `arrived` without a read.
    fn servable(&self, entry: &Entry, arrived: Instant) -> Option<Known> {
        let times = entry.times();
        let now = Instant::now();
        let age = now.saturating_duration_since(times.confirmed);
        // A read that began after the request arrived is as good as one of its own.
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

    /// The table could not be read for one name: there is no time to try it for another.
    fn pause(&self, name: &CountryKey) {
        if let Some(entry) = self.cache.get(name) {
            entry.times_mut().retry_at = Some(Instant::now() + RETRY_PAUSE);
        }
    }

    /// A refresh failed: what is known is served, up to the limit.
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

/// Returns the publication that an alias led to; `None` if it led to none. It is as stale as the
/// staler of both.
fn current_of(known: Option<Known>, stale: Option<Duration>) -> Option<Current> {
    let known = known?;
    match known.resolved {
        Resolved::Publication(publication) => Some(Current { publication, stale: known.stale.max(stale) }),
        Resolved::Alias(_) => None,
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

    fn times(&self) -> Times {
        *self.times_mut()
    }

    fn times_mut(&self) -> std::sync::MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Weighs an entry by its size.
#[derive(Debug, Clone)]
struct EntryBytes;

impl Weighter<CountryKey, Arc<Entry>> for EntryBytes {
    fn weight(&self, _: &CountryKey, entry: &Arc<Entry>) -> u64 {
        entry.resolved.bytes()
    }
}
