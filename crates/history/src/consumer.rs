//! What reading tells the code that counts, and asks of it.

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
    fn planned(&self, _plan: &FilePlan) -> Result<()> {
        Ok(())
    }

    /// Decides what happens to `object`, which cannot be read because of `error`: `Ok` leaves it
    /// out. Its footer has so many `rows`, if it has one.
    ///
    /// # Errors
    ///
    /// The error itself, if it ends the reading.
    fn leave_out(&self, _object: &Object, _rows: Option<u64>, error: anyhow::Error) -> Result<()> {
        Err(error)
    }

    /// Returns whether `object` was left out.
    fn is_left_out(&self, _object: &Object) -> bool {
        false
    }
}

impl Consumer for () {}
