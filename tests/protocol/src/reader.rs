//! An instance of the API: `publication::Pointers`, `voucher::answer`.
//!
//! It reads its pointer consistently and holds it; it fetches items one by one, on demand. If one is
//! missing, it reads both again, consistently; if one is still missing, it answers 503.

use crate::model::Model;
use crate::run::Run;
use crate::table::{ITEMS, Pointer};
use crate::variant::Variant;
use crate::world::World;

/// An instance of the API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reader {
    /// Its phase.
    pub phase: Phase,
    /// Reads begun.
    pub begun: u8,
    /// The version of its last answer; 0 before the first.
    pub version: u8,
    /// Whether an answer was of an older version than the one before.
    pub went_back: bool,
}

/// The phase of a reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// It has not begun.
    #[default]
    Idle,
    /// It holds a pointer.
    Holding {
        /// The run that the pointer names.
        run: Run,
        /// The pointer's version.
        version: u8,
        /// The runs of the amounts that it has, by item.
        got: [Option<Run>; ITEMS],
        /// Whether it reads pointer and items again, after a missing item.
        is_again: bool,
    },
    /// An item was missing, and it reads the pointer again; it has these items.
    Renewing([Option<Run>; ITEMS]),
    /// It has answered for all items.
    Answered(Answer),
}

/// The answer of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// From the run that its pointer names.
    Whole,
    /// From several runs, or from another than its pointer names.
    Mixed,
    /// A missing item taken for one without an amount.
    Missing,
    /// 404.
    NotFound,
    /// 503.
    Unavailable,
}

/// A step of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reads the pointer.
    Point,
    /// Reads the pointer from a stale replica.
    PointAtReplica,
    /// Fetches an item.
    Fetch(usize),
    /// Fetches an item from a replica that lacks it.
    FetchTooSoon(usize),
    /// Reads the pointer again.
    Renew,
}

impl Reader {
    /// Returns whether it holds a pointer.
    #[must_use]
    pub fn is_holding(self) -> bool {
        matches!(self.phase, Phase::Holding { .. } | Phase::Renewing(_))
    }

    /// Returns the steps that it can take; `before` are the readers of lower numbers.
    pub(crate) fn steps(self, model: &Model, world: &World, before: &[Self], steps: &mut Vec<Step>) {
        match self.phase {
            Phase::Idle | Phase::Answered(_) if self.begun == model.bounds.reads => {}
            // Readers are alike and sorted, so only the first idle one begins.
            Phase::Idle if before.last().is_some_and(|reader| reader.phase == Phase::Idle) => {}
            Phase::Idle | Phase::Answered(_) => {
                steps.push(Step::Point);
                if world.table.replica.is_some() {
                    steps.push(Step::PointAtReplica);
                }
            }
            Phase::Holding { got, is_again, .. } => {
                for item in (0..ITEMS).filter(|item| got[*item].is_none()) {
                    steps.push(Step::Fetch(item));
                    if !is_again && world.replica_lags_left > 0 {
                        steps.push(Step::FetchTooSoon(item));
                    }
                }
            }
            Phase::Renewing(_) => steps.push(Step::Renew),
        }
    }

    /// Takes a step.
    pub(crate) fn take(mut self, model: &Model, world: &mut World, step: Step) -> Self {
        match (self.phase, step) {
            (_, Step::Point | Step::PointAtReplica) => {
                self.begun += 1;
                let replica = world.table.replica.filter(|_| step == Step::PointAtReplica);
                self.hold(replica.or(world.table.pointer), false, [None; ITEMS]);
            }
            (Phase::Holding { run, version, got, is_again }, Step::Fetch(item)) => {
                let found = world.table.item(run, item, model.variant);
                self.fetched(model, run, version, got, is_again, item, found);
            }
            (Phase::Holding { run, version, got, is_again }, Step::FetchTooSoon(item)) => {
                world.replica_lags_left -= 1;
                self.fetched(model, run, version, got, is_again, item, None);
            }
            (Phase::Renewing(got), Step::Renew) => self.hold(world.table.pointer, true, got),
            (phase, step) => unreachable!("{step:?} of a reader that is {phase:?}"),
        }
        self
    }

    fn hold(&mut self, pointer: Option<Pointer>, is_again: bool, got: [Option<Run>; ITEMS]) {
        self.phase = match pointer {
            Some(Pointer { run, version, .. }) => Phase::Holding { run, version, got, is_again },
            None => Phase::Answered(Answer::NotFound),
        };
        let version = pointer.map_or(0, |pointer| pointer.version);
        self.went_back |= version < self.version;
        self.version = version;
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of `Phase::Holding`")]
    fn fetched(
        &mut self,
        model: &Model,
        run: Run,
        version: u8,
        mut got: [Option<Run>; ITEMS],
        is_again: bool,
        item: usize,
        found: Option<Run>,
    ) {
        got[item] = found;
        self.phase = match found {
            None if model.variant == Variant::MissingIsAnswer => Phase::Answered(Answer::Missing),
            None if is_again || model.variant == Variant::ReaderGivesUp => {
                Phase::Answered(Answer::Unavailable)
            }
            None if model.variant == Variant::ReaderKeepsItems => Phase::Renewing(got),
            None => Phase::Renewing([None; ITEMS]),
            Some(_) if got.contains(&None) => Phase::Holding { run, version, got, is_again },
            Some(_) if got == [Some(run); ITEMS] => Phase::Answered(Answer::Whole),
            Some(_) => Phase::Answered(Answer::Mixed),
        };
    }
}
