//! Which protocol is checked, and with how much of everything.

use crate::bounds::Bounds;
use crate::run::Run;
use crate::variant::Variant;

/// The protocol, right or broken, with so much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// How much of everything there is.
    pub bounds: Bounds,
    /// The protocol.
    pub variant: Variant,
}

impl Model {
    /// Returns the protocol with these bounds.
    ///
    /// # Panics
    ///
    /// If they are more than a model may have.
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

    /// Says whether a writer is the one that begins last, and with which nothing goes wrong.
    #[must_use]
    pub fn is_rerun(&self, writer: usize) -> bool {
        self.bounds.has_rerun && writer + 1 == self.bounds.writers
    }
}
