//! An instance of the API: `publication::Pointers`, `voucher::answer`.
//!
//! Its pointer is read consistently and held; items are fetched one by one, whenever they are
//! asked for. Where one is missing, both are read again, consistently; then it is a 503.

use crate::model::Model;
use crate::run::Run;
use crate::table::{ITEMS, Pointer};
use crate::variant::Variant;
use crate::world::World;

/// An instance of the API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reader {
    /// What it is about.
    pub phase: Phase,
    /// How often it has begun.
    pub begun: u8,
    /// The version that it has answered from last; 0 before.
    pub version: u8,
    /// Whether it has answered from an older version after a newer one.
    pub went_back: bool,
}

/// What a reader is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Nothing yet.
    #[default]
    Idle,
    /// It holds a pointer.
    Holding {
        /// The run that the pointer names.
        run: Run,
        /// The pointer's version.
        version: u8,
        /// Whose amounts it has got, by item.
        got: [Option<Run>; ITEMS],
        /// Whether pointer and items are read again, since one was missing.
        is_again: bool,
    },
    /// An item was missing, and the pointer is read again; these are the items it has.
    Renewing([Option<Run>; ITEMS]),
    /// It has answered for all items.
    Answered(Answer),
}

/// What a reader has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// From one run. Nobody needs to know which.
    Whole,
    /// From more than one, or from another than its pointer names.
    Mixed,
    /// As if a missing item were one without an amount.
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
    /// Reads the pointer as some replica has it.
    PointAtReplica,
    /// Fetches an item.
    Fetch(usize),
    /// Fetches an item, and the replica that is asked does not have it yet.
    FetchTooSoon(usize),
    /// Reads the pointer again.
    Renew,
}

impl Reader {
    /// Says whether it holds on to a run that it read of.
    #[must_use]
    pub fn is_holding(self) -> bool {
        matches!(self.phase, Phase::Holding { .. } | Phase::Renewing(_))
    }

    /// Returns the steps that it can take; `before` are the readers of lower numbers.
    pub(crate) fn steps(self, model: &Model, world: &World, before: &[Self], steps: &mut Vec<Step>) {
        match self.phase {
            Phase::Idle | Phase::Answered(_) if self.begun == model.bounds.reads => {}
            // Readers are alike and kept in order, so of those that are idle the first begins.
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

    #[expect(clippy::too_many_arguments, reason = "they are the parts of what it holds")]
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
