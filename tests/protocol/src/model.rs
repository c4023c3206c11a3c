//! The protocol to check, and its bounds.

use crate::bounds::Bounds;
use crate::run::Run;
use crate::variant::Variant;

/// The protocol, right or broken, within bounds.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// The bounds.
    pub bounds: Bounds,
    /// The protocol.
    pub variant: Variant,
}

impl Model {
    /// Returns the protocol with these bounds.
    ///
    /// # Panics
    ///
    /// If they exceed the maxima.
    #[must_use]
    pub fn new(bounds: Bounds, variant: Variant) -> Self {
        bounds.check();
        Self { bounds, variant }
    }

    /// Returns the run of a writer.
    #[must_use]
    pub fn run_of(&self, writer: usize) -> Run {
        Run::numbered(self.bounds.earlier + writer)
    }

    /// Returns whether a writer is the rerun, which begins last and has no faults.
    #[must_use]
    pub fn is_rerun(&self, writer: usize) -> bool {
        self.bounds.has_rerun && writer + 1 == self.bounds.writers
    }
}
