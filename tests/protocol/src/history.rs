//! What really happened, which no part of the protocol can read; only the properties do.

use crate::run::{Ids, RUNS_MAX, Run};

/// Rollback commands that a model may have.
pub const ROLLBACKS_MAX: usize = 2;

/// When a run was current.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tenure {
    /// It never was.
    #[default]
    Never,
    /// It is.
    Now,
    /// It was within the last 24 hours.
    Lately,
    /// It was, longer ago.
    LongAgo,
}

/// What a rollback came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RolledBack {
    /// How often it went through.
    pub moves: u8,
    /// The run that it went back to and the version that this made, the last time.
    pub made: Option<(Run, u8)>,
}

/// What happened to the pointer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// By run.
    pub tenures: [Tenure; RUNS_MAX],
    /// How often the pointer was moved.
    pub moves: u8,
    /// How often a run's swap went through, by run.
    pub publications: [u8; RUNS_MAX],
    /// What rollbacks came to, by command.
    pub rollbacks: [RolledBack; ROLLBACKS_MAX],
    /// The newest run that was ever published.
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
