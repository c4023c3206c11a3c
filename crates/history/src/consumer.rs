//! The interface between reading and counting: what reading reports, and what it asks.

use crate::plan::FilePlan;
use anyhow::Result;
use std::fmt::Debug;
use storage::Object;

/// Receives each file, and decides what to do about files that cannot be read.
///
/// `()` consumes nothing: the first file that cannot be read ends the reading.
pub trait Consumer: Debug + Sync {
    /// Called when a file is about to be read.
    ///
    /// # Errors
    ///
    /// If reading must end.
    fn planned(&self, plan: &FilePlan) -> Result<()> {
        let _ = plan;
        Ok(())
    }

    /// Decides what to do about `object`, which cannot be read because of `error`: `Ok` leaves it
    /// out. `rows` are the rows in its footer, if it has one.
    ///
    /// # Errors
    ///
    /// The error itself, if reading must end.
    fn leave_out(&self, object: &Object, rows: Option<u64>, error: anyhow::Error) -> Result<()> {
        let _ = (object, rows);
        Err(error)
    }

    /// Returns whether `object` was left out.
    fn is_left_out(&self, object: &Object) -> bool {
        let _ = object;
        false
    }
}

impl Consumer for () {}
