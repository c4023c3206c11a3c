//! Reports how far a run is.

use std::fmt::Debug;

/// Receives the progress of reading and counting. `()` shows nothing.
pub trait Progress: Debug + Send + Sync {
    /// Called before files of `bytes` bytes are read.
    fn begin(&self, bytes: u64) {
        let _ = bytes;
    }

    /// Called when `bytes` more bytes are done: `rows` rows of them are counted.
    fn advance(&self, bytes: u64, rows: u64) {
        let _ = (bytes, rows);
    }

    /// Called when reading has ended.
    fn end(&self) {}
}

impl Progress for () {}
