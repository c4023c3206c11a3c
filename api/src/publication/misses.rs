//! Reads that led to no publication, for a moment: many who ask for one misspelt country at once
//! share one read, whatever it led to.

use crate::table::ReadError;
use quick_cache::sync::Cache;
use segments::value::CountryKey;
use std::time::Duration;
use tokio::time::Instant;

/// How long it is believed that nothing is published; a first publication is served within it.
const NOTHING_TIME: Duration = Duration::from_secs(1);
/// Names to remember; callers make up as many as they like.
const NAMES_MAX: usize = 1_024;

/// The last read of each name, if it led to no publication.
#[derive(Debug)]
pub(super) struct Misses {
    reads: Cache<CountryKey, Miss>,
}

#[derive(Debug, Clone)]
struct Miss {
    began: Instant,
    ended: Instant,
    /// Why the table could not be read; `None` if nothing is published.
    error: Option<ReadError>,
}

impl Misses {
    /// Returns an empty memory.
    pub(super) fn new() -> Self {
        Self { reads: Cache::new(NAMES_MAX) }
    }

    /// Remembers a read of `name` that `began` then and ended now: with an error, or without
    /// anything published.
    pub(super) fn note(&self, name: &CountryKey, began: Instant, error: Option<ReadError>) {
        self.reads.insert(name.clone(), Miss { began, ended: Instant::now(), error });
    }

    /// Returns what a request that `arrived` shares of the last read of `name`: its outcome if the
    /// request was there before the read ended, and for a moment that nothing is published. `None`
    /// if it has to read for itself.
    pub(super) fn shared(&self, name: &CountryKey, arrived: Instant) -> Option<Result<(), ReadError>> {
        self.reads.get(name)?.shared(arrived, Instant::now())
    }
}

impl Miss {
    fn shared(self, arrived: Instant, now: Instant) -> Option<Result<(), ReadError>> {
        let waited = arrived <= self.ended;
        match self.error {
            None => (waited || now - self.began < NOTHING_TIME).then_some(Ok(())),
            Some(error) => waited.then_some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> CountryKey {
        text.parse().expect("a country")
    }

    /// A read that took 5 ms; and what is shared of it with requests that arrived and look so many
    /// milliseconds after it began.
    fn shared(error: Option<ReadError>, arrived: u64, now: u64) -> Option<Result<(), ReadError>> {
        let began = Instant::now();
        let after = |millis| began + Duration::from_millis(millis);
        Miss { began, ended: after(5), error }.shared(after(arrived), after(now))
    }

    #[test]
    fn that_nothing_is_published_is_believed_for_a_second() {
        for (arrived, now, is_shared) in [
            (0, 5, true),
            (6, 6, true),
            (999, 999, true),
            (1_000, 1_000, false),
            (5, 1_000, true),
            (6, 1_000, false),
        ] {
            assert_eq!(matches!(shared(None, arrived, now), Some(Ok(()))), is_shared, "{arrived} {now}");
        }
    }

    #[test]
    fn an_error_is_shared_with_those_who_waited() {
        let error = || Some(ReadError::TooSlow(Duration::from_millis(5)));
        for (arrived, is_shared) in [(0, true), (5, true), (6, false)] {
            assert_eq!(matches!(shared(error(), arrived, 6), Some(Err(_))), is_shared, "{arrived}");
        }
    }

    #[test]
    fn names_are_apart_and_bounded() {
        let misses = Misses::new();
        misses.note(&name("Atlantis"), Instant::now(), None);
        assert!(misses.shared(&name("atlantis "), Instant::now()).is_some());
        assert!(misses.shared(&name("Utopia"), Instant::now()).is_none());
        for number in 0..10 * NAMES_MAX {
            misses.note(&name(&format!("Country {number}")), Instant::now(), None);
        }
        assert!(misses.reads.len() <= NAMES_MAX, "{}", misses.reads.len());
    }
}
