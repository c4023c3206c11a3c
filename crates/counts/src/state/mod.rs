//! The counts that earlier runs kept for each object, so that a run reads only new objects.
//!
//! A state is a local folder or a prefix on S3. It holds one small parquet file for each object,
//! version and set of rules ([`entry`]): the counts of all its countries. It is only a cache:
//! entries that are damaged or not ours are counted anew, and the whole state may be deleted at any
//! time.

mod entry;

mod rows;

mod place;

pub use place::{StatePlace, StatePlaceError};

use crate::run_counts::{ObjectCounts, RunCounts};
use anyhow::{Context, Result};
use entry::Identity;
use futures::{StreamExt, TryStreamExt, stream};
use place::Place;
use schemars::JsonSchema;
use segments::rules::Rules;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use storage::{Aws, Object, S3};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task;

/// Maximum number of entries read or written at a time.
const ENTRIES_UNDER_WAY_MAX: usize = 16;

/// What a run had of its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StateReport {
    /// Where it is.
    pub place: String,
    /// Objects whose counts were there; nothing of them was read.
    pub recalled_files: u64,
    /// Their sizes added up.
    pub recalled_bytes: u64,
    /// Objects that were counted and are there now.
    pub kept_files: u64,
    /// Entries that were damaged or not ours; their objects were counted.
    pub damaged: u64,
    /// Whether keeping counts failed; then the objects that are missing will be counted again.
    pub is_incomplete: bool,
}

/// The state of runs with one set of rules.
#[derive(Debug)]
pub struct State {
    place: Place,
    rules: Arc<Rules>,
    damaged: AtomicU64,
}

/// What was kept for the next run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Objects whose counts were written.
    pub files: u64,
    /// Whether writing failed.
    pub is_incomplete: bool,
}

/// Which part of an input must be read, and which is known.
#[derive(Debug, Default)]
pub struct Recalled {
    /// The objects to read, in order of URL.
    pub missing: Vec<Object>,
    /// Objects that need not be read.
    pub files: u64,
    /// Their total size.
    pub bytes: u64,
    /// Entries that were requested.
    pub requests: u64,
}

impl Recalled {
    /// Returns the objects to read if nothing is known: all.
    #[must_use]
    pub fn nothing(objects: &[Object]) -> Self {
        Self { missing: objects.to_vec(), ..Self::default() }
    }
}

/// Keeps the counts of each object in `state`, if there is one, as soon as all of it is counted.
pub async fn keep(state: Option<&State>, finished: UnboundedReceiver<ObjectCounts>) -> Kept {
    match state {
        Some(state) => state.keep(finished).await,
        None => Kept::default(),
    }
}

impl State {
    /// Returns the state at `place`, for runs with `rules`.
    ///
    /// # Errors
    ///
    /// If it is on S3 and there are no AWS settings.
    pub fn new(place: &StatePlace, aws: Option<&Aws>, rules: Arc<Rules>) -> Result<Self> {
        let place = Place::open(place, aws.map(S3::new))?;
        Ok(Self { place, rules, damaged: AtomicU64::new(0) })
    }

    /// Adds the counts of known objects to `counts`, and returns the other objects.
    ///
    /// # Errors
    ///
    /// If the state cannot be read: counting everything anew is what it is there to avoid.
    pub async fn recall(&self, objects: &[Object], counts: &RunCounts) -> Result<Recalled> {
        let found = stream::iter(objects).map(async |object| {
            let known = self.read(object).await?;
            anyhow::Ok((object, known))
        });
        let mut found = found.buffered(ENTRIES_UNDER_WAY_MAX);
        let mut recalled = Recalled { requests: objects.len() as u64, ..Recalled::default() };
        while let Some((object, known)) = found.try_next().await? {
            match known {
                Some(part) => {
                    counts.recalled(part)?;
                    recalled.files += 1;
                    recalled.bytes += object.bytes;
                }
                None => recalled.missing.push(object.clone()),
            }
        }
        Ok(recalled)
    }

    /// A failure to keep counts does not fail the run; after the first one, no more are tried.
    async fn keep(&self, finished: UnboundedReceiver<ObjectCounts>) -> Kept {
        let finished =
            stream::unfold(finished, async |mut finished| Some((finished.recv().await?, finished)));
        let written =
            finished.map(async |part| self.write(part).await).buffer_unordered(ENTRIES_UNDER_WAY_MAX);
        let mut written = std::pin::pin!(written);
        let mut kept = Kept::default();
        while let Some(result) = written.next().await {
            if let Err(error) = result {
                tracing::warn!("counts are not kept for the next run: {error:#}");
                kept.is_incomplete = true;
                return kept;
            }
            kept.files += 1;
        }
        kept
    }

    /// Returns how a run used this state.
    #[must_use]
    pub fn report(&self, recalled: &Recalled, kept: Kept) -> StateReport {
        StateReport {
            place: self.place.to_string(),
            recalled_files: recalled.files,
            recalled_bytes: recalled.bytes,
            kept_files: kept.files,
            damaged: self.damaged.load(Ordering::Relaxed),
            is_incomplete: kept.is_incomplete,
        }
    }

    async fn read(&self, object: &Object) -> Result<Option<ObjectCounts>> {
        let identity = Identity::of(object, &self.rules);
        let name = identity.file_name();
        let Some(bytes) = self.place.read(&name).await? else { return Ok(None) };
        let (object, rules) = (Arc::new(object.clone()), Arc::clone(&self.rules));
        let decoded = task::spawn_blocking(move || entry::decode(bytes, &identity, &object, &rules)).await;
        match decoded.context("a thread that reads counts panicked")? {
            Ok(part) => Ok(Some(part)),
            Err(problem) => {
                self.damaged.fetch_add(1, Ordering::Relaxed);
                tracing::warn!("{}: {problem}; its object is counted anew", self.place.url(&name));
                Ok(None)
            }
        }
    }

    async fn write(&self, part: ObjectCounts) -> Result<()> {
        let identity = Identity::of(&part.object, &self.rules);
        let name = identity.file_name();
        let rules = Arc::clone(&self.rules);
        let encoded = task::spawn_blocking(move || entry::encode(&part, &identity, &rules)).await;
        let encoded = encoded.context("a thread that writes counts panicked")??;
        self.place.write(&name, encoded).await
    }
}
