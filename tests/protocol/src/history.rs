//! What really happened: only properties read it, no participant.

use crate::run::{Ids, RUNS_MAX, Run};

/// Most rollback commands of a model.
pub const ROLLBACKS_MAX: usize = 2;

/// When a run was current.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tenure {
    /// Never.
    #[default]
    Never,
    /// Now.
    Now,
    /// Within the last 24 hours.
    Lately,
    /// Longer ago.
    LongAgo,
}

/// The effect of a rollback.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RolledBack {
    /// Number of moves.
    pub moves: u8,
    /// The target and the new version of its last move.
    pub made: Option<(Run, u8)>,
}

/// What happened to the pointer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// By run.
    pub tenures: [Tenure; RUNS_MAX],
    /// Moves of the pointer.
    pub moves: u8,
    /// Successful swaps, by run.
    pub publications: [u8; RUNS_MAX],
    /// Effects of rollbacks, by command.
    pub rollbacks: [RolledBack; ROLLBACKS_MAX],
    /// The newest run ever published.
    pub newest: Option<Run>,
    /// Whether a run was published over a newer one.
    pub older_over_newer: bool,
}

impl History {
    /// Returns when a run was current.
    #[must_use]
    pub fn tenure(&self, run: Run) -> Tenure {
        self.tenures[run.number()]
    }

    pub(crate) fn publish(&mut self, run: Run, ids: &Ids) {
        self.publications[run.number()] += 1;
        if self.newest.is_some_and(|newest| ids.is_later(newest, run)) {
            self.older_over_newer = true;
        } else {
            self.newest = Some(run);
        }
    }

    pub(crate) fn roll_back(&mut self, command: u8, target: Run, version: u8) {
        let rolled_back = &mut self.rollbacks[usize::from(command)];
        rolled_back.moves += 1;
        rolled_back.made = Some((target, version));
    }

    pub(crate) fn point(&mut self, from: Option<Run>, to: Run) {
        if let Some(from) = from {
            self.tenures[from.number()] = Tenure::Lately;
        }
        self.tenures[to.number()] = Tenure::Now;
        self.moves += 1;
    }

    pub(crate) fn pass_day(&mut self) {
        for tenure in &mut self.tenures {
            if *tenure == Tenure::Lately {
                *tenure = Tenure::LongAgo;
            }
        }
    }
}
