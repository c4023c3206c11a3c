//! What reading tells whoever counts, and asks of them.

use crate::plan::FilePlan;
use anyhow::Result;
use std::fmt::Debug;
use storage::Object;

/// Is told of each file, and decides what a file that cannot be read means.
///
/// `()` consumes nothing: the first file that cannot be read ends the reading.
pub trait Consumer: Debug + Sync {
    /// Learns that a file is about to be read.
    ///
    /// # Errors
    ///
    /// If reading must end.
    fn planned(&self, plan: &FilePlan) -> Result<()> {
        let _ = plan;
        Ok(())
    }

    /// Decides what becomes of `object`, which cannot be read because of `error`: `Ok` leaves it
    /// out. Its footer has so many `rows`, if it has one.
    ///
    /// # Errors
    ///
    /// The error itself, if it ends the reading.
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
