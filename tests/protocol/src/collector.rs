//! The collection of old runs: `publish::collect`.
//!
//! A collector reads all manifests, then the pointer, then goes from run to run. Here it looks at any
//! one run: it handles runs independently, so several collectors stand for one with several runs.

use crate::model::Model;
use crate::run::Run;
use crate::table::{Age, ITEMS, Manifest, Pointer};
use crate::variant::Variant;
use crate::world::World;

/// The phase of a collector.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collector {
    /// It has not begun.
    #[default]
    Idle,
    /// It has read the manifests; this is one of them.
    Read(Run, Manifest),
    /// It will write the run's `superseded_at`.
    Marking(Run),
    /// It will claim the run, by the pointer of this version.
    Claiming(Run, u8),
    /// It has claimed the run and deletes it.
    Deleting {
        /// The run.
        run: Run,
        /// Deletions done.
        done: u8,
        /// Whether another collector began.
        is_resumed: bool,
    },
    /// It has ended, with or without a deletion.
    Ended,
    /// It has ended a deletion that another collector began.
    Resumed,
    /// It has ended and left a claimed run ([`Variant::CollectionNotResumed`]).
    Left,
}

/// A step of a collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reads the manifests and picks this run.
    Read(Run),
    /// Reads the pointer and decides.
    Decide,
    /// Writes `superseded_at`.
    Mark,
    /// Claims the run.
    Claim,
    /// Deletes the next item, or the manifest.
    Delete,
    /// Dies.
    Crash,
}

/// Deletions of a run: its items and its manifest.
const DELETIONS: usize = 1 + ITEMS;

impl Collector {
    /// Returns whether it has ended.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Ended | Self::Resumed | Self::Left)
    }

    /// Returns the steps that it can take; `before` are the collectors of lower numbers.
    pub(crate) fn steps(self, world: &World, before: &[Self], steps: &mut Vec<Step>) {
        match self {
            // Collectors are alike and sorted, so only the first idle one begins.
            Self::Idle if before.last() == Some(&Self::Idle) => {}
            Self::Idle => {
                steps.extend(Run::all().filter(|run| world.table.manifest(*run).is_some()).map(Step::Read));
            }
            Self::Read(..) => steps.push(Step::Decide),
            Self::Marking(_) => steps.push(Step::Mark),
            Self::Claiming(..) => steps.push(Step::Claim),
            Self::Deleting { .. } => {
                steps.push(Step::Delete);
                // In other phases a death is the same as an endless wait.
                if world.crashes_left > 0 {
                    steps.push(Step::Crash);
                }
            }
            Self::Ended | Self::Resumed | Self::Left => {}
        }
    }

    /// Takes a step.
    pub(crate) fn take(self, model: &Model, world: &mut World, step: Step) -> Self {
        match (self, step) {
            (Self::Idle, Step::Read(run)) => {
                world.table.manifest(run).map_or(Self::Ended, |manifest| Self::Read(run, manifest))
            }
            (Self::Read(run, manifest), Step::Decide) => world
                .table
                .pointer
                .map_or(Self::Ended, |pointer| Self::decide(model, world, run, manifest, pointer)),
            (Self::Marking(run), Step::Mark) => {
                world.table.mark(run, model.variant);
                Self::Ended
            }
            (Self::Claiming(run, version), Step::Claim) => {
                if world.table.claim(run, version, model.variant) {
                    Self::Deleting { run, done: 0, is_resumed: false }
                } else {
                    Self::Ended
                }
            }
            (Self::Deleting { run, done, is_resumed }, Step::Delete) => {
                let at = usize::from(done);
                let is_last = at + 1 == DELETIONS;
                let is_manifest_first = model.variant == Variant::ManifestDeletedFirst;
                let is_manifest = if is_manifest_first { at == 0 } else { is_last };
                if is_manifest {
                    world.table.manifests[run.number()] = None;
                } else {
                    world.table.items[run.number()][at - usize::from(is_manifest_first)] = false;
                }
                match (is_last, is_resumed) {
                    (false, _) => Self::Deleting { run, done: done + 1, is_resumed },
                    (true, false) => Self::Ended,
                    (true, true) => Self::Resumed,
                }
            }
            (Self::Deleting { .. }, Step::Crash) => {
                world.crashes_left -= 1;
                Self::Ended
            }
            (collector, step) => unreachable!("{step:?} of a collector that is {collector:?}"),
        }
    }

    /// `publish::collect::fate` with `--keep 0`; more would delete less.
    fn decide(model: &Model, world: &World, run: Run, manifest: Manifest, pointer: Pointer) -> Self {
        if manifest.is_collecting {
            return match model.variant {
                Variant::CollectionNotResumed => Self::Left,
                _ => Self::Deleting { run, done: 0, is_resumed: true },
            };
        }
        let is_newer = world.table.ids.is_later(run, pointer.newest);
        if run == pointer.run || is_newer && model.variant != Variant::CollectionOfNewer {
            return Self::Ended;
        }
        let is_previous = pointer.previous == Some(run) && model.variant != Variant::CollectionOfPrevious;
        match manifest.superseded {
            None => Self::Marking(run),
            Some(_) if is_previous => Self::Ended,
            Some(Age::Fresh) if model.variant != Variant::CollectionTooEarly => Self::Ended,
            Some(_) if model.variant == Variant::CollectionWithoutClaim => {
                Self::Deleting { run, done: 0, is_resumed: false }
            }
            Some(_) => Self::Claiming(run, pointer.version),
        }
    }
}
