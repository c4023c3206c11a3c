//! A country's publication, in memory until its pointer moves.
//!
//! Items of a run never change, so each is read once: the one that is asked for first, and all
//! others beside it, so that a country is known whole. [`Pointers`] reads the pointer again after
//! the refresh time.

mod resolved;

mod misses;

mod snapshots;

mod entry;

mod renewal;

mod pointers;

pub use entry::Current;
pub use pointers::Pointers;
pub use snapshots::Snapshots;

use crate::table::{ReadError, Table};
use chrono::{DateTime, Utc};
use segments::mode::Mode;
use segments::rules::{Measure, Rules, Split};
use segments::table::{BucketRow, ItemKey, Manifest, Pointer};
use segments::value::CountryKey;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// A segment's name in calls of the proof of concept, and its name in the rules.
const SEGMENT_LEGACY: (&str, &str) = ("frequency_segment", "frequent_segment");
/// Approximate memory of a publication without buckets: the pointer's texts, its share of the maps.
const BYTES_BASE: u64 = 1_024;
/// Approximate memory of a bucket: its rule and its mode.
const BYTES_PER_BUCKET: u64 = 256;
/// Pause between two attempts to read all items of a publication.
const AHEAD_PAUSE: Duration = Duration::from_secs(5);

/// A country's current run, with the items read so far.
#[derive(Debug)]
pub struct Publication {
    /// The country's key.
    pub key: CountryKey,
    /// The pointer; its text of the rules is emptied, since `rules` has them.
    pub pointer: Pointer,
    /// The rules that the run was made with.
    pub rules: Rules,
    /// The modes, by [`BucketIndex`].
    modes: Vec<Vec<OnceCell<Mode>>>,
    manifest: OnceCell<Manifest>,
    /// All modes that the table has, as [`modes`](Self::modes), once they were read. Apart from those: a cell
    /// cannot be set while its own read is under way.
    whole: OnceLock<Vec<Vec<Option<Mode>>>>,
    /// When they were last asked for in the background.
    ahead: Mutex<Option<Instant>>,
}

/// A bucket of a publication, by the indices of its split and of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BucketIndex {
    /// Index in [`Rules::splits`].
    pub split: usize,
    /// Index among the split's buckets.
    pub bucket: usize,
}

impl Publication {
    /// Reads the pointer's rules; no item is read yet.
    ///
    /// # Errors
    ///
    /// If the rules are invalid; the ETL publishes no such rules.
    pub fn new(key: CountryKey, mut pointer: Pointer) -> Result<Self, ReadError> {
        let rules = pointer.rules()?;
        pointer.rules = String::new();
        let cells = |split: Split<'_>| (0..split.bucket_count()).map(|_| OnceCell::new()).collect();
        let modes = rules.splits().map(cells).collect();
        let (whole, ahead) = (OnceLock::new(), Mutex::default());
        Ok(Self { key, pointer, rules, modes, manifest: OnceCell::new(), whole, ahead })
    }

    /// Returns the segment's name in the rules; a request may use the proof of concept's.
    #[must_use]
    pub fn segment_name<'a>(&self, name: &'a str) -> &'a str {
        let (legacy, current) = SEGMENT_LEGACY;
        if name == legacy && self.rules.segment(legacy).is_none() { current } else { name }
    }

    /// Returns the bucket of segment `name` that holds the customer, whose measures `value_of`
    /// returns; `None` if there is none.
    ///
    /// `country` names the whole country, if the rules count it.
    pub fn bucket_of(
        &self,
        name: &str,
        value_of: impl FnOnce(Measure) -> Option<u64>,
    ) -> Option<BucketIndex> {
        let (split, found) = self.rules.splits().enumerate().find(|(_, split)| split.name() == name)?;
        let bucket = match found {
            Split::Segment(segment) => segment.bucket_of(value_of(segment.measure())?)?,
            Split::CountryWide => 0,
        };
        Some(BucketIndex { split, bucket })
    }

    /// Returns a bucket's mode, from memory or the table; `None` if the item is missing.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn mode(
        &self,
        index: BucketIndex,
        table: &Table,
        consistent: bool,
    ) -> Result<Option<Mode>, ReadError> {
        if let Some(mode) = self.known(index) {
            return Ok(Some(mode));
        }
        let read = async || match table.mode(&self.item_key(index), consistent).await {
            Ok(Some(mode)) => Ok(mode),
            Ok(None) => Err(None),
            Err(error) => Err(Some(error)),
        };
        match self.cell(index).get_or_try_init(read).await {
            Ok(mode) => Ok(Some(*mode)),
            Err(None) => Ok(None),
            Err(Some(error)) => Err(error),
        }
    }

    /// Returns the run's manifest, from memory or the table.
    ///
    /// # Errors
    ///
    /// If it cannot be read or is missing.
    pub async fn manifest(&self, table: &Table) -> Result<&Manifest, ReadError> {
        self.manifest.get_or_try_init(async || table.manifest(&self.key, &self.pointer.run_id).await).await
    }

    /// Returns all modes, in the order of the rules' splits and buckets.
    ///
    /// # Errors
    ///
    /// If the table cannot be read or an item is missing.
    pub async fn modes(&self, table: &Table) -> Result<Vec<Mode>, ReadError> {
        let indices = self.indices();
        if indices.iter().any(|index| self.known(*index).is_none()) {
            self.read_all(table).await?.map_or(Ok(()), Err)?;
        }
        let mode = |index: BucketIndex| {
            self.known(index).ok_or_else(|| ReadError::Missing(self.item_key(index).item))
        };
        indices.into_iter().map(mode).collect()
    }

    /// Reads all items at once, and returns the error of one that is damaged, if any.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    async fn read_all(&self, table: &Table) -> Result<Option<ReadError>, ReadError> {
        Ok(self.keep(table.modes(&self.key, &self.pointer.run_id).await?))
    }

    /// Keeps all items, by sort key, and returns the error of one that is damaged, if any.
    fn keep(&self, mut modes: HashMap<String, Result<Mode, ReadError>>) -> Option<ReadError> {
        let mut damaged = None;
        let mut mode = |index: BucketIndex| match modes.remove(&self.item_key(index).item)? {
            Ok(mode) => Some(mode),
            Err(error) => {
                damaged = Some(error);
                None
            }
        };
        let buckets = |(split, cells): (usize, &Vec<_>)| {
            (0..cells.len()).map(|bucket| mode(BucketIndex { split, bucket })).collect()
        };
        let whole = self.modes.iter().enumerate().map(buckets).collect();
        // Fails if another read was faster; it read the same.
        let _ = self.whole.set(whole);
        damaged
    }

    /// Returns a bucket's mode, if it was read.
    fn known(&self, index: BucketIndex) -> Option<Mode> {
        let of_all = self.whole.get().and_then(|whole| whole[index.split][index.bucket]);
        of_all.or_else(|| self.cell(index).get().copied())
    }

    /// Returns whether all items were read that the table has.
    fn is_whole(&self) -> bool {
        self.whole.get().is_some()
    }

    /// Returns whether one of its items was asked for, and not only who is published.
    fn was_asked(&self) -> bool {
        self.ahead().is_some()
    }

    /// Returns whether all items are to be read in the background now: they are not known, and no
    /// attempt was made just now.
    fn is_due_ahead(&self) -> bool {
        if self.is_whole() {
            return false;
        }
        let mut ahead = self.ahead();
        let is_due = ahead.is_none_or(|last| last.elapsed() >= AHEAD_PAUSE);
        if is_due {
            *ahead = Some(Instant::now());
        }
        is_due
    }

    fn ahead(&self) -> MutexGuard<'_, Option<Instant>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the mode of each bucket that was read, with its segment and label.
    fn rows(&self) -> impl Iterator<Item = BucketRow> {
        self.indices().into_iter().filter_map(|index| {
            let (segment, bucket) = (self.split(index).name().to_owned(), self.label(index).to_owned());
            Some(BucketRow { segment, bucket, mode: self.known(index)? })
        })
    }

    /// Returns a bucket's label.
    #[must_use]
    pub fn label(&self, index: BucketIndex) -> &str {
        self.split(index).labels()[index.bucket]
    }

    /// Returns the whole seconds since the pointer moved to this run; 0 if the publisher's clock is
    /// ahead of ours.
    #[must_use]
    pub fn age_seconds(&self) -> u64 {
        let published_at = DateTime::parse_from_rfc3339(&self.pointer.published_at);
        let age = published_at.map(|published_at| (Utc::now() - published_at.to_utc()).num_seconds());
        age.ok().and_then(|seconds| seconds.try_into().ok()).unwrap_or_default()
    }

    /// Returns approximately the bytes it takes in memory once all items are read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        BYTES_BASE + self.indices().len() as u64 * BYTES_PER_BUCKET
    }

    fn indices(&self) -> Vec<BucketIndex> {
        let buckets = |(split, cells): (usize, &Vec<_>)| {
            (0..cells.len()).map(move |bucket| BucketIndex { split, bucket })
        };
        self.modes.iter().enumerate().flat_map(buckets).collect()
    }

    fn cell(&self, index: BucketIndex) -> &OnceCell<Mode> {
        &self.modes[index.split][index.bucket]
    }

    fn item_key(&self, index: BucketIndex) -> ItemKey {
        let split = self.split(index).name();
        ItemKey::bucket(&self.key, &self.pointer.run_id, split, self.label(index))
    }

    fn split(&self, index: BucketIndex) -> Split<'_> {
        self.rules.splits().nth(index.split).expect("an index is made from these splits")
    }
}
