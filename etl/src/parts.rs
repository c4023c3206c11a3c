//! The counts of a run, object by object: those of an object count once all of it was folded.
//!
//! So an object that turns out to be bad leaves nothing behind, and what is known of one can be
//! kept for the next run.

use crate::bad_files::{BadFiles, OnBadFile};
use crate::partial::PartialCounts;
use crate::plan::FilePlan;
use crate::stream::{Read, Window};
use anyhow::Result;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use storage::Object;
use tokio::sync::mpsc::UnboundedSender;

/// All that is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The object.
    pub object: Arc<Object>,
    /// What its footer promised.
    pub read: Read,
    /// What was counted.
    pub counts: PartialCounts,
}

/// The parts of a run.
#[derive(Debug, Default)]
pub struct Parts {
    /// The objects that could not be read.
    pub bad_files: BadFiles,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// By URL, the objects of which rows are still to be folded, with the number of those.
    objects: HashMap<String, (Part, u64)>,
    /// Who is told of those that are finished.
    finished: Option<UnboundedSender<Part>>,
    total: Total,
}

/// What all parts come to.
#[derive(Debug, Default)]
pub struct Total {
    /// What was counted.
    pub counts: PartialCounts,
    /// What the footers promised.
    pub read: Read,
}

impl Parts {
    /// Returns a run's parts, none so far; each that is finished is also sent to `finished`.
    #[must_use]
    pub fn new(on_bad_file: OnBadFile, finished: Option<UnboundedSender<Part>>) -> Self {
        let open = Open { finished, ..Open::default() };
        Self { bad_files: BadFiles::new(on_bad_file), open: Mutex::new(open) }
    }

    /// Adds what is known of an object from an earlier run.
    ///
    /// # Errors
    ///
    /// If there are more distinct countries or cells than a history can have.
    pub fn recalled(&self, part: Part) -> Result<()> {
        self.with(|open| open.total.add(part))
    }

    /// Notes that an object is about to be read.
    ///
    /// # Errors
    ///
    /// As [`Self::recalled`].
    pub fn planned(&self, plan: &FilePlan) -> Result<()> {
        let part =
            Part { object: Arc::clone(&plan.object), read: Read::of(plan), counts: PartialCounts::default() };
        let rows_left = plan.row_groups.iter().map(|row_group| row_group.rows).sum();
        self.with(|open| {
            open.objects.insert(plan.object.url.clone(), (part, rows_left));
            open.finish(&plan.object.url)
        })
    }

    /// Adds the counts of a window; those of an object that was left out meanwhile are forgotten.
    ///
    /// # Errors
    ///
    /// As [`Self::recalled`].
    pub fn folded(&self, window: &Window, counts: PartialCounts) -> Result<()> {
        let url = &window.file.object.url;
        self.with(|open| {
            let Some((part, rows_left)) = open.objects.get_mut(url) else { return Ok(()) };
            part.counts = std::mem::take(&mut part.counts).merge(counts)?;
            *rows_left -= window.rows.end - window.rows.start;
            open.finish(url)
        })
    }

    /// Leaves out an object that was planned, because of `error`.
    ///
    /// # Errors
    ///
    /// As [`BadFiles::leave_out`].
    pub fn leave_out(&self, plan: &FilePlan, error: anyhow::Error) -> Result<()> {
        self.bad_files.leave_out(&plan.object, Some(plan.rows), error)?;
        self.with(|open| open.objects.remove(&plan.object.url));
        Ok(())
    }

    /// Returns what all finished parts come to.
    #[must_use]
    pub fn total(&self) -> Total {
        self.with(|open| std::mem::take(&mut open.total))
    }

    /// Notes that nothing more is read: whoever is told of finished parts has heard of all.
    pub fn close(&self) {
        self.with(|open| open.finished = None);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Open) -> T) -> T {
        change(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Open {
    fn finish(&mut self, url: &str) -> Result<()> {
        if self.objects.get(url).is_none_or(|(_, rows_left)| *rows_left > 0) {
            return Ok(());
        }
        let Some((part, _)) = self.objects.remove(url) else { return Ok(()) };
        if let Some(finished) = &self.finished {
            // Nobody listens any more where keeping parts has failed before.
            let _ = finished.send(part.clone());
        }
        self.total.add(part)
    }
}

impl Total {
    fn add(&mut self, part: Part) -> Result<()> {
        self.read.add(part.read);
        self.counts = std::mem::take(&mut self.counts).merge(part.counts)?;
        Ok(())
    }
}
