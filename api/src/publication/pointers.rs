//! Which publication is current for each country: read when due, single-flight, bounded.

use super::Publication;
use crate::observe::note;
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
    cache: Cache<CountryKey, Arc<Entry>, Bytes>,
    refresh: Duration,
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
    publication: Arc<Publication>,
    times: Mutex<Times>,
    /// Held by whoever reads the pointer again.
    refreshing: tokio::sync::Mutex<()>,
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
            cache: Cache::with_weighter(COUNTRIES_EXPECTED, CACHE_BYTES_MAX, Bytes),
            refresh: settings.pointer_refresh,
            stale_limit: settings.stale_limit,
        }
    }

    /// Returns the publication of `country`; `None` if nothing is published.
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
        loop {
            let Some(entry) = self.cache.get(country) else {
                let Err(guard) = self.cache.get_value_or_guard_async(country).await else { continue };
                let Some(entry) = self.read(country).await? else { return Ok(None) };
                // An error here says that the entry was removed meanwhile; it is right all the same.
                let _ = guard.insert(Arc::clone(&entry));
                return Ok(Some(entry.fresh()));
            };
            if let Some(current) = self.servable(&entry, arrived) {
                return Ok(Some(current));
            }
            let _refreshing = entry.refreshing.lock().await;
            if !self.is_latest(country, &entry) {
                continue;
            }
            if let Some(current) = self.servable(&entry, arrived) {
                return Ok(Some(current));
            }
            return match self.refresh(country, &entry).await {
                Ok(current) => Ok(current),
                Err(error) => self.stale(&entry, error).map(Some),
            };
        }
    }

    /// Reads the pointer of `country` whatever is known of it.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn renewed(&self, country: &CountryKey) -> Result<Option<Current>, ReadError> {
        let Some(entry) = self.cache.get(country) else { return self.current(country, Instant::now()).await };
        let _refreshing = entry.refreshing.lock().await;
        self.refresh(country, &entry).await
    }

    /// Returns the known publication of a country whose pointer is due to be read again.
    #[must_use]
    pub fn due(&self, country: &CountryKey, arrived: Instant) -> Option<Arc<Publication>> {
        let entry = self.cache.get(country)?;
        self.servable(&entry, arrived).is_none().then(|| Arc::clone(&entry.publication))
    }

    /// Returns `entry` if it may be served to a request that arrived at `arrived` without a read.
    fn servable(&self, entry: &Entry, arrived: Instant) -> Option<Current> {
        let times = entry.times();
        let now = Instant::now();
        let age = now.saturating_duration_since(times.confirmed);
        // A read that began after the request arrived is as good as one of its own.
        if age < self.refresh || times.confirmed >= arrived {
            return Some(entry.fresh());
        }
        let is_paused = times.retry_at.is_some_and(|retry_at| now < retry_at);
        (is_paused && age < self.stale_limit)
            .then(|| Current { publication: Arc::clone(&entry.publication), stale: Some(age) })
    }

    fn is_latest(&self, country: &CountryKey, entry: &Arc<Entry>) -> bool {
        self.cache.get(country).is_some_and(|latest| Arc::ptr_eq(&latest, entry))
    }

    async fn refresh(&self, country: &CountryKey, entry: &Entry) -> Result<Option<Current>, ReadError> {
        let began = Instant::now();
        let Some(pointer) = self.table.pointer(country).await? else {
            self.cache.remove(country);
            return Ok(None);
        };
        let known = &entry.publication.pointer;
        if (&pointer.run_id, pointer.version) == (&known.run_id, known.version) {
            *entry.times_mut() = Times { confirmed: began, retry_at: None };
            return Ok(Some(entry.fresh()));
        }
        let entry = Entry::new(Publication::new(country.clone(), pointer)?, began);
        self.cache.insert(country.clone(), Arc::clone(&entry));
        Ok(Some(entry.fresh()))
    }

    async fn read(&self, country: &CountryKey) -> Result<Option<Arc<Entry>>, ReadError> {
        let began = Instant::now();
        let Some(pointer) = self.table.pointer(country).await? else { return Ok(None) };
        Ok(Some(Entry::new(Publication::new(country.clone(), pointer)?, began)))
    }

    /// A refresh failed: what is known is served, up to the limit.
    fn stale(&self, entry: &Entry, error: ReadError) -> Result<Current, ReadError> {
        let mut times = entry.times_mut();
        let now = Instant::now();
        times.retry_at = Some(now + RETRY_PAUSE);
        let age = now.saturating_duration_since(times.confirmed);
        if age >= self.stale_limit {
            return Err(error);
        }
        note(|facts| facts.error = Some(error.to_string()));
        Ok(Current { publication: Arc::clone(&entry.publication), stale: Some(age) })
    }
}

impl Entry {
    fn new(publication: Publication, confirmed: Instant) -> Arc<Self> {
        Arc::new(Self {
            publication: Arc::new(publication),
            times: Mutex::new(Times { confirmed, retry_at: None }),
            refreshing: tokio::sync::Mutex::default(),
        })
    }

    fn fresh(&self) -> Current {
        Current { publication: Arc::clone(&self.publication), stale: None }
    }

    fn times(&self) -> Times {
        *self.times_mut()
    }

    fn times_mut(&self) -> std::sync::MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Weighs an entry by its publication's size.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<CountryKey, Arc<Entry>> for Bytes {
    fn weight(&self, _: &CountryKey, entry: &Arc<Entry>) -> u64 {
        entry.publication.bytes()
    }
}
