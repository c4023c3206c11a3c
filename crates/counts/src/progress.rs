//! How far a run is, for whoever shows it.

use std::fmt::Debug;

/// Is told how far reading and counting are. `()` shows nothing.
pub trait Progress: Debug + Send + Sync {
    /// Learns that files of `bytes` bytes are about to be read.
    fn begin(&self, bytes: u64) {
        let _ = bytes;
    }

    /// Learns that `bytes` more bytes are done with: `rows` rows of them are counted.
    fn advance(&self, bytes: u64, rows: u64) {
        let _ = (bytes, rows);
    }

    /// Learns that nothing more is read.
    fn end(&self) {}
}

impl Progress for () {}
