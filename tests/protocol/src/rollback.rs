//! A rollback: reads the pointer, checks the run, sends one transaction.

use crate::model::Model;
use crate::run::Run;
use crate::table::{Move, Pointer};
use crate::variant::Variant;
use crate::world::World;

/// The phase of a rollback.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rollback {
    /// It has not begun.
    #[default]
    Idle,
    /// It has read the pointer and chosen the run to go back to.
    Looking(Pointer, Run),
    /// It has seen that the run is whole.
    Moving {
        /// The pointer that was read.
        known: Pointer,
        /// The run to go back to.
        target: Run,
        /// Whether the last attempt got no answer.
        is_unanswered: bool,
    },
    /// It has ended.
    Ended(Outcome),
}

/// What a rollback reports at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Done: this run is current, by this version.
    Done(Run, u8),
    /// The run is not whole or is being deleted, or another process moved the pointer.
    Refused(Run),
    /// It gave up waiting for an answer.
    Unknown,
    /// It died.
    Crashed,
}

/// A step of a rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reads the pointer and chooses this run to go back to.
    Begin(Run),
    /// Checks that the run has all items.
    Look,
    /// Sends the transaction and gets the answer.
    Move,
    /// Sends the transaction and gets no answer: it arrives later, or never.
    MoveUnanswered,
    /// Stops trying.
    GiveUp,
    /// Dies.
    Crash,
}

impl Rollback {
    /// Returns whether it has ended.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Returns the steps that it can take; `before` are the rollbacks of lower numbers.
    pub(crate) fn steps(self, model: &Model, world: &World, before: &[Self], steps: &mut Vec<Step>) {
        match (self, world.table.pointer) {
            // Rollbacks are alike, so they begin in the order of their numbers.
            (Self::Idle, _) if before.contains(&Self::Idle) => return,
            (Self::Idle, None) | (Self::Ended(_), _) => return,
            (Self::Idle, Some(pointer)) => {
                let targets = Run::all().filter(|run| *run != pointer.run);
                let known = targets.filter(|run| world.table.manifest(*run).is_some());
                let is_any = model.variant == Variant::RollbackToPart;
                let old = known.filter(|run| is_any || !world.table.ids.is_later(*run, pointer.newest));
                steps.extend(old.map(Step::Begin));
                return;
            }
            (Self::Looking(..), _) => steps.push(Step::Look),
            (Self::Moving { is_unanswered, .. }, _) => {
                steps.push(Step::Move);
                if world.losses_left > 0 {
                    steps.push(Step::MoveUnanswered);
                }
                if is_unanswered {
                    steps.push(Step::GiveUp);
                }
            }
        }
        if world.crashes_left > 0 {
            steps.push(Step::Crash);
        }
    }

    /// Takes a step.
    pub(crate) fn take(self, model: &Model, world: &mut World, number: usize, step: Step) -> Self {
        let command = u8::try_from(number).expect("few commands");
        match (self, step) {
            (Self::Idle, Step::Begin(target)) => {
                Self::Looking(world.table.pointer.expect("read before the steps were told"), target)
            }
            (Self::Looking(known, target), Step::Look) => {
                if world.table.is_whole(target) || model.variant == Variant::RollbackToPart {
                    Self::Moving { known, target, is_unanswered: false }
                } else {
                    Self::Ended(Outcome::Refused(target))
                }
            }
            (Self::Moving { known, target, .. }, Step::Move) => {
                if world.table.apply(Move::Rollback(target, known, command), model.variant) {
                    Self::Ended(Outcome::Done(target, known.version + 1))
                } else {
                    Self::refused(model, world, known, target)
                }
            }
            (Self::Moving { known, target, .. }, Step::MoveUnanswered) => {
                world.losses_left -= 1;
                world.send(Move::Rollback(target, known, command));
                Self::Moving { known, target, is_unanswered: true }
            }
            (Self::Moving { .. }, Step::GiveUp) => Self::Ended(Outcome::Unknown),
            (_, Step::Crash) => {
                world.crashes_left -= 1;
                Self::Ended(Outcome::Crashed)
            }
            (rollback, step) => unreachable!("{step:?} of a rollback that is {rollback:?}"),
        }
    }

    /// Reads the pointer again. Either it is as this command wants it, or another process moved it. In
    /// that case, if an answer was lost, nobody can tell whether this command had moved it before, so it
    /// never retries.
    fn refused(model: &Model, world: &World, known: Pointer, target: Run) -> Self {
        let Some(found) = world.table.pointer else { return Self::Ended(Outcome::Refused(target)) };
        let is_mine = model.variant == Variant::RollbackTakesRefusalForDone
            || found.run == target
                && found.version == known.version + 1
                && found.rolled_back_from == Some(known.run);
        if model.variant == Variant::RollbackStartsAnew && found.version != known.version {
            return found.previous.map_or(Self::Ended(Outcome::Refused(target)), |previous| Self::Moving {
                known: found,
                target: previous,
                is_unanswered: false,
            });
        }
        if is_mine {
            Self::Ended(Outcome::Done(target, known.version + 1))
        } else if model.variant == Variant::RollbackTriesAgain && found.run == known.run {
            Self::Looking(found, target)
        } else {
            Self::Ended(Outcome::Refused(target))
        }
    }
}
