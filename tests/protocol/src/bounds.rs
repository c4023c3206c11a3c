//! How much of everything a model has.

use crate::history::ROLLBACKS_MAX;
use crate::run::RUNS_MAX;

/// Writers that a model may have.
pub const WRITERS_MAX: usize = 4;
/// Collectors that a model may have.
pub const COLLECTORS_MAX: usize = 2;
/// Readers that a model may have.
pub const READERS_MAX: usize = 2;

/// How much of everything a model has: who takes part, and how much goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Runs that were published, one after the other, before the model begins.
    pub earlier: usize,
    /// Runs that begin.
    pub writers: usize,
    /// Whether the last of them begins when the others have ended, and nothing goes wrong with it.
    pub has_rerun: bool,
    /// Rollback commands.
    pub rollbacks: usize,
    /// Collectors, each of which looks at one run.
    pub collectors: usize,
    /// Readers.
    pub readers: usize,
    /// How often each of them begins with the pointer.
    pub reads: u8,
    /// How often a day passes.
    pub days: u8,
    /// Whether a reader may hold on to a pointer for longer than a day.
    pub has_slow_readers: bool,
    /// Whether a run may write its items for longer than a day.
    pub has_slow_writers: bool,
    /// Moves of the pointer whose answer is lost, and that arrive later or never.
    pub losses: u8,
    /// Deaths.
    pub crashes: u8,
    /// Reads of an item from a replica that does not have it yet.
    pub replica_lags: u8,
}

impl Bounds {
    /// # Panics
    ///
    /// If that is more than a model may have.
    pub(crate) fn check(&self) {
        assert!(self.earlier + self.writers <= RUNS_MAX, "{self:?}");
        assert!(self.writers <= WRITERS_MAX, "{self:?}");
        assert!(self.rollbacks <= ROLLBACKS_MAX, "{self:?}");
        assert!(self.collectors <= COLLECTORS_MAX, "{self:?}");
        assert!(self.readers <= READERS_MAX, "{self:?}");
    }
}
