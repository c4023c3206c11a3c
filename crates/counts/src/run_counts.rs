//! The counts of a run, object by object: the counts of an object count once all of it is folded.
//!
//! So a bad object leaves nothing behind, and the counts of a good one can be kept for the next run.

use crate::bad_files::{BadFiles, OnBadFile};
use crate::partial::PartialCounts;
use crate::progress::Progress;
use anyhow::Result;
use history::Consumer;
use history::plan::FilePlan;
use history::stream::{Read, Window};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use storage::Object;
use tokio::sync::mpsc::UnboundedSender;

/// The complete counts of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectCounts {
    /// The object.
    pub object: Arc<Object>,
    /// What its footer claims.
    pub read: Read,
    /// The counts.
    pub counts: PartialCounts,
}

/// The counts of a run.
#[derive(Debug)]
pub struct RunCounts {
    /// The objects that could not be read.
    pub bad_files: BadFiles,
    /// Receives the progress of the run.
    pub progress: Arc<dyn Progress>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// By URL, the objects with rows still to fold, and the number of these rows.
    objects: HashMap<String, (ObjectCounts, u64)>,
    /// Receives the objects that are finished.
    finished: Option<UnboundedSender<ObjectCounts>>,
    total: Total,
}

/// The counts of all objects together.
#[derive(Debug, Default)]
pub struct Total {
    /// The counts.
    pub counts: PartialCounts,
    /// What the footers claim.
    pub read: Read,
}

impl RunCounts {
    /// Returns the counts of a run, empty so far.
    #[must_use]
    pub fn new(on_bad_file: OnBadFile, progress: Arc<dyn Progress>) -> Self {
        Self { bad_files: BadFiles::new(on_bad_file), progress, open: Mutex::default() }
    }

    /// Returns these counts; each object's counts will be sent to `finished` as soon as they are
    /// complete.
    #[must_use]
    pub fn telling(mut self, finished: UnboundedSender<ObjectCounts>) -> Self {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        open.finished = Some(finished);
        self
    }

    /// Adds the counts of an object that an earlier run kept.
    ///
    /// # Errors
    ///
    /// If there are more distinct countries or cells than a history can have.
    pub fn recalled(&self, counts: ObjectCounts) -> Result<()> {
        self.with(|open| open.total.add(counts))
    }

    /// Adds the counts of a window; drops them if its object was left out meanwhile.
    ///
    /// # Errors
    ///
    /// As [`Self::recalled`].
    pub fn folded(&self, window: &Window, counts: PartialCounts) -> Result<()> {
        let url = &window.file.object.url;
        self.with(|open| {
            let Some((object, rows_left)) = open.objects.get_mut(url) else { return Ok(()) };
            object.counts = std::mem::take(&mut object.counts).merge(counts)?;
            *rows_left -= window.rows.end - window.rows.start;
            open.finish(url)
        })
    }

    /// Returns the counts of all finished objects together.
    #[must_use]
    pub fn total(&self) -> Total {
        self.with(|open| std::mem::take(&mut open.total))
    }

    /// Marks the end of reading: the receiver of finished objects has all of them.
    pub fn close(&self) {
        self.with(|open| open.finished = None);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Open) -> T) -> T {
        change(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Consumer for RunCounts {
    fn planned(&self, plan: &FilePlan) -> Result<()> {
        let object = Arc::clone(&plan.object);
        let counts = ObjectCounts { object, read: Read::of(plan), counts: PartialCounts::default() };
        let rows_left = plan.row_groups.iter().map(|row_group| row_group.rows).sum();
        self.with(|open| {
            open.objects.insert(plan.object.url.clone(), (counts, rows_left));
            open.finish(&plan.object.url)
        })?;
        // The bytes of a file that are not needed count as done.
        self.progress.advance(plan.object.bytes.saturating_sub(plan.chunk_bytes()), 0);
        Ok(())
    }

    fn leave_out(&self, object: &Object, rows: Option<u64>, error: anyhow::Error) -> Result<()> {
        self.bad_files.leave_out(object, rows, error)?;
        self.with(|open| open.objects.remove(&object.url));
        Ok(())
    }

    fn is_left_out(&self, object: &Object) -> bool {
        self.bad_files.has(object)
    }
}

impl Open {
    fn finish(&mut self, url: &str) -> Result<()> {
        if self.objects.get(url).is_none_or(|(_, rows_left)| *rows_left > 0) {
            return Ok(());
        }
        let Some((object, _)) = self.objects.remove(url) else { return Ok(()) };
        if let Some(finished) = &self.finished {
            // The receiver is gone if keeping counts has failed before.
            let _ = finished.send(object.clone());
        }
        self.total.add(object)
    }
}

impl Total {
    fn add(&mut self, counts: ObjectCounts) -> Result<()> {
        self.read.add(counts.read);
        self.counts = std::mem::take(&mut self.counts).merge(counts.counts)?;
        Ok(())
    }
}
