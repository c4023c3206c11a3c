//! One country's part of the table, and its atomic writes.
//!
//! It is one partition: `current`, the manifests, the items.

use crate::history::History;
use crate::run::{Ids, RUNS_MAX, Run};
use crate::variant::Variant;

/// Items of a run: two are enough to show a mix of runs, or half of one.
pub const ITEMS: usize = 2;

/// The item `current`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer {
    /// `run_id`.
    pub run: Run,
    /// `previous_run_id`.
    pub previous: Option<Run>,
    /// `newest_run_id`.
    pub newest: Run,
    /// `version`.
    pub version: u8,
    /// `rolled_back_from`: set while the last move is a rollback.
    pub rolled_back_from: Option<Run>,
}

/// The age of a `superseded_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Age {
    /// Less than 24 hours.
    Fresh,
    /// More: the run may be deleted.
    Old,
}

/// An item `run#<run_id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Manifest {
    /// Whether a run wrote it; false if an update created it.
    pub is_whole: bool,
    /// `superseded_at`.
    pub superseded: Option<Age>,
    /// Whether it has `collecting_at`: a collector has claimed the run.
    pub is_collecting: bool,
}

/// A request to move the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    /// A publication's swap (`publish::swap::update`): the run, and the pointer it read.
    Swap(Run, Option<Pointer>),
    /// A rollback: the run to go back to, the pointer it read, the command's number.
    Rollback(Run, Pointer, u8),
}

/// One country's part of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Table {
    /// `current`.
    pub pointer: Option<Pointer>,
    /// The manifests, by run.
    pub manifests: [Option<Manifest>; RUNS_MAX],
    /// Which items are there, by run.
    pub items: [[bool; ITEMS]; RUNS_MAX],
    /// The last writer of each item if keys do not name the run ([`Variant::ItemsWithoutRunId`]).
    pub unkeyed: [Option<Run>; ITEMS],
    /// What an eventually consistent read may return ([`Variant::PointerReadAnyhow`]).
    pub replica: Option<Pointer>,
    /// The ids of the runs.
    pub ids: Ids,
    /// What really happened.
    pub history: History,
}

impl Table {
    /// Returns a run's manifest.
    #[must_use]
    pub fn manifest(&self, run: Run) -> Option<Manifest> {
        self.manifests[run.number()]
    }

    /// Returns whether a collector has claimed a run.
    #[must_use]
    pub fn is_claimed(&self, run: Run) -> bool {
        self.manifest(run).is_some_and(|manifest| manifest.is_collecting)
    }

    /// Returns whether a run has all items.
    #[must_use]
    pub fn is_whole(&self, run: Run) -> bool {
        self.items[run.number()] == [true; ITEMS]
    }

    /// Puts a manifest, as `publish::write_items` does first.
    pub fn put_manifest(&mut self, run: Run) {
        let manifest = Manifest { is_whole: true, superseded: None, is_collecting: false };
        self.manifests[run.number()] = Some(manifest);
    }

    /// Puts an item of a run.
    pub fn put_item(&mut self, run: Run, item: usize, variant: Variant) {
        self.items[run.number()][item] = true;
        if variant == Variant::ItemsWithoutRunId {
            self.unkeyed[item] = Some(run);
        }
    }

    /// Reads an item of a run; returns the run whose amount it has.
    #[must_use]
    pub fn item(&self, run: Run, item: usize, variant: Variant) -> Option<Run> {
        if variant == Variant::ItemsWithoutRunId {
            return self.unkeyed[item];
        }
        self.items[run.number()][item].then_some(run)
    }

    /// Moves the pointer if the conditions hold; returns whether they did.
    pub fn apply(&mut self, request: Move, variant: Variant) -> bool {
        match request {
            Move::Swap(run, known) => self.swap(run, known, variant),
            Move::Rollback(target, known, command) => self.roll_back(target, known, command, variant),
        }
    }

    /// The one conditional `UpdateItem` of `publish::swap::update`.
    fn swap(&mut self, run: Run, known: Option<Pointer>, variant: Variant) -> bool {
        let is_version = known.map(|known| known.version) == self.pointer.map(|pointer| pointer.version);
        let is_newer = self.pointer.is_none_or(|pointer| match variant {
            Variant::SwapWithoutNewer | Variant::SwapByVersionAlone => true,
            Variant::SwapOnTopOfItself => !self.ids.is_later(pointer.newest, run),
            _ => self.ids.is_later(run, pointer.newest),
        });
        if !is_newer || !(is_version || variant == Variant::SwapWithoutVersion) {
            return false;
        }
        let next = Pointer {
            run,
            previous: known.map(|known| known.run),
            newest: run,
            version: known.map_or(1, |known| known.version + 1),
            rolled_back_from: None,
        };
        self.history.publish(run, &self.ids);
        self.point_to(next, variant);
        true
    }

    /// The transaction of a rollback: the pointer, the manifests of the new and the old run.
    fn roll_back(&mut self, target: Run, known: Pointer, command: u8, variant: Variant) -> bool {
        let is_version = self.pointer.is_some_and(|pointer| pointer.version == known.version);
        if !is_version && variant != Variant::RollbackWithoutVersion {
            return false;
        }
        let (Some(mut back), Some(mut from)) = (self.manifest(target), self.manifest(known.run)) else {
            return false;
        };
        if back.is_collecting && variant != Variant::RollbackOfClaimed {
            return false;
        }
        back.superseded = None;
        from.superseded = Some(Age::Fresh);
        self.manifests[target.number()] = Some(back);
        self.manifests[known.run.number()] = Some(from);
        self.history.roll_back(command, target, known.version + 1);
        let newest = if variant == Variant::RollbackLowersNewest { target } else { known.newest };
        let next = Pointer {
            run: target,
            previous: Some(known.run),
            newest,
            version: known.version + 1,
            rolled_back_from: Some(known.run),
        };
        self.point_to(next, variant);
        true
    }

    fn point_to(&mut self, next: Pointer, variant: Variant) {
        self.history.point(self.pointer.map(|pointer| pointer.run), next.run);
        if variant == Variant::PointerReadAnyhow {
            self.replica = self.pointer;
        }
        self.pointer = Some(next);
    }

    /// Writes `superseded_at` (`publish::collect::mark`): a transaction that requires a pointer to another
    /// run and an unclaimed manifest.
    pub fn mark(&mut self, run: Run, variant: Variant) {
        let is_current = self.pointer.is_some_and(|pointer| pointer.run == run);
        if is_current && variant != Variant::MarkOfCurrent {
            return;
        }
        let absent = Manifest { is_whole: false, superseded: None, is_collecting: false };
        let upserted = (variant == Variant::UpdateMakesManifest).then_some(absent);
        if let Some(mut manifest) = self.manifest(run).or(upserted)
            && !manifest.is_collecting
        {
            manifest.superseded = Some(Age::Fresh);
            self.manifests[run.number()] = Some(manifest);
        }
    }

    /// Claims a run for a collector; returns whether that succeeded. The transaction requires the
    /// pointer's `version` and the manifest's `superseded_at` as they were read.
    pub fn claim(&mut self, run: Run, version: u8, variant: Variant) -> bool {
        let is_version = self.pointer.is_some_and(|pointer| pointer.version == version);
        if !is_version && variant != Variant::ClaimWithoutVersion {
            return false;
        }
        let Some(mut manifest) = self.manifest(run) else { return false };
        let is_as_read = match variant {
            Variant::ClaimWithoutSuperseded | Variant::ClaimWithoutVersion => true,
            Variant::CollectionTooEarly => manifest.superseded.is_some(),
            _ => manifest.superseded == Some(Age::Old),
        };
        if !is_as_read {
            return false;
        }
        manifest.is_collecting = true;
        self.manifests[run.number()] = Some(manifest);
        true
    }

    /// Passes a day: what was fresh is old.
    pub fn pass_day(&mut self) {
        for manifest in self.manifests.iter_mut().flatten() {
            manifest.superseded = manifest.superseded.map(|_| Age::Old);
        }
        self.history.pass_day();
    }
}
