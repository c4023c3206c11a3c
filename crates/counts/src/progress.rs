//! How far a run is, for the code that shows it.

use std::fmt::Debug;

/// Is told how far reading and counting are. `()` shows nothing.
pub trait Progress: Debug + Send + Sync {
    /// Learns that files of `bytes` bytes are about to be read.
    fn begin(&self, _bytes: u64) {}

    /// Learns that `bytes` more bytes are done: `rows` rows of them are counted.
    fn advance(&self, _bytes: u64, _rows: u64) {}

    /// Learns that nothing more is read.
    fn end(&self) {}
}

impl Progress for () {}
