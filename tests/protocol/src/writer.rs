//! A run of the ETL that publishes: `publish::begin`, `write_items`, `swap`, `mark_superseded`.

use crate::model::Model;
use crate::run::Run;
use crate::table::{ITEMS, Move, Pointer};
use crate::variant::Variant;
use crate::world::World;

/// The phase of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Writer {
    /// It has not begun.
    #[default]
    Idle,
    /// It has read the pointer and taken an id, and writes manifest and items.
    Writing {
        /// The pointer as it was read.
        known: Option<Pointer>,
        /// Writes done.
        done: u8,
    },
    /// It has written its items and moves the pointer.
    Swapping {
        /// The pointer as last read.
        known: Option<Pointer>,
        /// Whether the last attempt got no answer.
        is_unanswered: bool,
    },
    /// Its swap succeeded, and it marks the previous run as superseded.
    Marking {
        /// The previous run.
        previous: Option<Run>,
        /// Whether it learnt of its success from the pointer.
        is_unanswered: bool,
    },
    /// It has ended.
    Ended(Outcome),
}

/// What a run reports at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Published, by the answer to its swap.
    Published,
    /// Published, by the pointer: the answer was lost.
    PublishedUnanswered,
    /// Superseded by a newer run.
    Superseded,
    /// Refused, and not published.
    Failed,
    /// It gave up waiting for an answer.
    Unknown,
    /// It died.
    Crashed,
}

/// A step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reads the pointer and takes an id at this place among all ids.
    Begin(u8),
    /// Puts the manifest or the next item.
    Put,
    /// Swaps the pointer and gets the answer.
    Swap,
    /// Sends the swap and gets no answer: it arrives later, or never.
    SwapUnanswered,
    /// Stops trying.
    GiveUp,
    /// Marks the previous run as superseded.
    Mark,
    /// Dies.
    Crash,
}

/// Writes of a run before the swap: the manifest and the items.
const PUTS: usize = 1 + ITEMS;

impl Writer {
    /// Returns whether it has ended.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Returns the steps that it can take; `before` are the writers of lower numbers.
    pub(crate) fn steps(self, model: &Model, world: &World, before: &[Self], steps: &mut Vec<Step>) {
        let is_rerun = model.is_rerun(before.len());
        match self {
            // Writers are alike, so they begin in the order of their numbers.
            Self::Idle if before.contains(&Self::Idle) => {}
            Self::Idle if is_rerun && !before.iter().all(|writer| writer.has_ended()) => {}
            Self::Idle => {
                let newest = world.table.pointer.map(|pointer| pointer.newest);
                let newest = newest.filter(|_| model.variant != Variant::IdByClockAlone);
                steps.extend(world.table.ids.places_after(newest).map(Step::Begin));
            }
            Self::Writing { .. } => steps.push(Step::Put),
            Self::Swapping { is_unanswered, .. } => {
                steps.push(Step::Swap);
                if world.losses_left > 0 && !is_rerun {
                    steps.push(Step::SwapUnanswered);
                }
                if is_unanswered {
                    steps.push(Step::GiveUp);
                }
            }
            Self::Marking { .. } => steps.push(Step::Mark),
            Self::Ended(_) => return,
        }
        if self != Self::Idle && world.crashes_left > 0 && !is_rerun {
            steps.push(Step::Crash);
        }
    }

    /// Takes a step.
    pub(crate) fn take(self, model: &Model, world: &mut World, number: usize, step: Step) -> Self {
        let run = model.run_of(number);
        match (self, step) {
            (Self::Idle, Step::Begin(place)) => {
                world.table.ids.insert(run, place);
                let known = world.table.pointer;
                match model.variant {
                    Variant::PointerBeforeItems => Self::Swapping { known, is_unanswered: false },
                    _ => Self::Writing { known, done: 0 },
                }
            }
            (Self::Writing { known, done }, Step::Put) => Self::put(model, world, run, known, done),
            (Self::Swapping { known, .. }, Step::Swap) => Self::swap(model, world, run, known),
            (Self::Swapping { known, .. }, Step::SwapUnanswered) => {
                world.losses_left -= 1;
                world.send(Move::Swap(run, known));
                Self::Swapping { known, is_unanswered: true }
            }
            (Self::Swapping { .. }, Step::GiveUp) => Self::Ended(Outcome::Unknown),
            (Self::Marking { previous, is_unanswered }, Step::Mark) => {
                if let Some(previous) = previous {
                    world.table.mark(previous, model.variant);
                }
                Self::Ended(if is_unanswered { Outcome::PublishedUnanswered } else { Outcome::Published })
            }
            (_, Step::Crash) => {
                world.crashes_left -= 1;
                Self::Ended(Outcome::Crashed)
            }
            (writer, step) => unreachable!("{step:?} of a writer that is {writer:?}"),
        }
    }

    fn put(model: &Model, world: &mut World, run: Run, known: Option<Pointer>, done: u8) -> Self {
        let is_last = usize::from(done) + 1 == PUTS;
        let is_manifest = match model.variant {
            Variant::ItemsBeforeManifest => is_last,
            _ => done == 0,
        };
        let item = match model.variant {
            Variant::ItemsBeforeManifest => done,
            _ => done.saturating_sub(1),
        };
        if is_manifest {
            world.table.put_manifest(run);
        } else {
            world.table.put_item(run, item.into(), model.variant);
        }
        match (is_last, model.variant) {
            (false, _) => Self::Writing { known, done: done + 1 },
            (true, Variant::PointerBeforeItems) => Self::marking(known),
            (true, _) => Self::Swapping { known, is_unanswered: false },
        }
    }

    fn marking(known: Option<Pointer>) -> Self {
        Self::Marking { previous: known.map(|known| known.run), is_unanswered: false }
    }

    /// One attempt of `publish::swap::swap`, with the verdict on a refusal.
    fn swap(model: &Model, world: &mut World, run: Run, known: Option<Pointer>) -> Self {
        if world.table.apply(Move::Swap(run, known), model.variant) {
            return match model.variant {
                Variant::PointerBeforeItems => Self::Writing { known, done: 0 },
                _ => Self::marking(known),
            };
        }
        let Some(found) = world.table.pointer else {
            return Self::Swapping { known: None, is_unanswered: false };
        };
        let is_mine = found.newest == run;
        if is_mine && model.variant == Variant::LostAnswerIsFailure {
            Self::Ended(Outcome::Failed)
        } else if is_mine && model.variant != Variant::SwapOnTopOfItself {
            Self::Marking { previous: found.previous, is_unanswered: true }
        } else if world.table.ids.is_later(found.newest, run) && model.variant != Variant::SwapWithoutNewer {
            Self::Ended(Outcome::Superseded)
        } else {
            Self::Swapping { known: Some(found), is_unanswered: false }
        }
    }
}
