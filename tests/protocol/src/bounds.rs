//! The bounds of a model.

use crate::history::ROLLBACKS_MAX;
use crate::run::RUNS_MAX;

/// Most writers of a model.
pub const WRITERS_MAX: usize = 4;
/// Most collectors of a model.
pub const COLLECTORS_MAX: usize = 2;
/// Most readers of a model.
pub const READERS_MAX: usize = 2;

/// How many take part in a model, and how much goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Runs published, one after the other, before the model begins.
    pub earlier: usize,
    /// Runs that publish.
    pub writers: usize,
    /// Whether the last of them begins after the others have ended, and has no faults.
    pub has_rerun: bool,
    /// Rollback commands.
    pub rollbacks: usize,
    /// Collectors; each looks at one run.
    pub collectors: usize,
    /// Readers.
    pub readers: usize,
    /// Reads of each reader, each from the pointer on.
    pub reads: u8,
    /// Days that pass.
    pub days: u8,
    /// Whether a reader may hold a pointer for over a day.
    pub has_slow_readers: bool,
    /// Whether a run may write its items for over a day.
    pub has_slow_writers: bool,
    /// Moves of the pointer that lose their answer and arrive later or never.
    pub losses: u8,
    /// Processes that die.
    pub crashes: u8,
    /// Reads of an item from a replica that lacks it.
    pub replica_lags: u8,
}

impl Bounds {
    /// # Panics
    ///
    /// If they exceed the maxima.
    pub(crate) fn check(&self) {
        assert!(self.earlier + self.writers <= RUNS_MAX, "{self:?}");
        assert!(self.writers <= WRITERS_MAX, "{self:?}");
        assert!(self.rollbacks <= ROLLBACKS_MAX, "{self:?}");
        assert!(self.collectors <= COLLECTORS_MAX, "{self:?}");
        assert!(self.readers <= READERS_MAX, "{self:?}");
    }
}
