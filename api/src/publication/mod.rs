//! What is published for a country, held in memory for as long as its pointer stays.
//!
//! Items of a run never change, so they are read once each. The pointer is believed for the
//! refresh time; [`Pointers`] reads it again when that is over.

mod resolved;

mod pointers;

pub use pointers::{Current, Pointers};

use crate::table::{ReadError, Table};
use chrono::{DateTime, Utc};
use segments::mode::Mode;
use segments::rules::{Measure, Rules, Split};
use segments::table::{ItemKey, Manifest, Pointer};
use segments::value::CountryKey;
use tokio::sync::OnceCell;

/// A spelling that callers of the proof of concept use, and the segment they mean.
const SEGMENT_ALIAS: (&str, &str) = ("frequency_segment", "frequent_segment");
/// What the smallest publication takes in memory, about: the pointer's texts and the maps' share.
const BYTES_BASE: u64 = 1_024;
/// What one bucket takes: its rule and its answer.
const BYTES_PER_BUCKET: u64 = 256;

/// The current run of a country, with as many of its items as were asked for so far.
#[derive(Debug)]
pub struct Publication {
    /// The country.
    pub key: CountryKey,
    /// The pointer, its rules left out: they are in `rules`.
    pub pointer: Pointer,
    /// The rules that the run was made with.
    pub rules: Rules,
    /// The answers, by the index of the split and of the bucket.
    modes: Vec<Vec<OnceCell<Mode>>>,
    manifest: OnceCell<Manifest>,
}

/// Which answer of a publication: a bucket of a split, by their indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BucketIndex {
    /// The split among [`Rules::splits`].
    pub split: usize,
    /// The bucket among the split's.
    pub bucket: usize,
}

impl Publication {
    /// Reads a pointer's rules and makes room for its answers.
    ///
    /// # Errors
    ///
    /// If the rules are not valid, which no run of ours publishes.
    pub fn new(key: CountryKey, mut pointer: Pointer) -> Result<Self, ReadError> {
        let rules = pointer.rules()?;
        pointer.rules = String::new();
        let cells = |split: Split<'_>| (0..split.bucket_count()).map(|_| OnceCell::new()).collect();
        let modes = rules.splits().map(cells).collect();
        Ok(Self { key, pointer, rules, modes, manifest: OnceCell::new() })
    }

    /// Returns what the rules call the segment that a request calls `name`.
    #[must_use]
    pub fn segment_name<'a>(&self, name: &'a str) -> &'a str {
        let (alias, meant) = SEGMENT_ALIAS;
        if name == alias && self.rules.segment(alias).is_none() { meant } else { name }
    }

    /// Returns the place of the bucket of the segment `name` that holds a value, which `value_of`
    /// tells for the segment's measure; `None` if the value is in no bucket.
    ///
    /// The name `country` is the whole country, where the rules count it.
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

    /// Returns an answer, from memory or the table; `None` if the item is not there.
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
    /// If it cannot be read or is not there.
    pub async fn manifest(&self, table: &Table) -> Result<&Manifest, ReadError> {
        self.manifest.get_or_try_init(async || table.manifest(&self.key, &self.pointer.run_id).await).await
    }

    /// Returns all answers, in the order of the rules' splits and of their buckets.
    ///
    /// # Errors
    ///
    /// If the table cannot be read or an answer is not there.
    pub async fn modes(&self, table: &Table) -> Result<Vec<Mode>, ReadError> {
        let indices = self.indices();
        if indices.iter().any(|index| self.cell(*index).get().is_none()) {
            let mut modes = table.modes(&self.key, &self.pointer.run_id).await?;
            for index in &indices {
                if let Some(mode) = modes.remove(&self.item_key(*index).item) {
                    // Another request may have been faster: then it has read the same.
                    let _ = self.cell(*index).set(mode);
                }
            }
        }
        let mode = |index: BucketIndex| {
            let mode = self.cell(index).get().ok_or_else(|| ReadError::Missing(self.item_key(index).item))?;
            Ok(*mode)
        };
        indices.into_iter().map(mode).collect()
    }

    /// Returns the label of the bucket at a place.
    #[must_use]
    pub fn label(&self, index: BucketIndex) -> &str {
        self.split(index).labels()[index.bucket]
    }

    /// Returns the whole seconds since the pointer was moved to this run; 0 if the clock of
    /// whoever moved it is ahead.
    #[must_use]
    pub fn age_seconds(&self) -> u64 {
        let published_at = DateTime::parse_from_rfc3339(&self.pointer.published_at);
        let age = published_at.map(|published_at| (Utc::now() - published_at.to_utc()).num_seconds());
        age.ok().and_then(|seconds| seconds.try_into().ok()).unwrap_or_default()
    }

    /// Returns about how many bytes of memory it takes once all of it was read.
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
