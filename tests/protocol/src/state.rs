//! The state of a model.

use crate::bounds::{Bounds, COLLECTORS_MAX, READERS_MAX, WRITERS_MAX};
use crate::collector::Collector;
use crate::history::ROLLBACKS_MAX;
use crate::model::Model;
use crate::reader::{Answer, Phase, Reader};
use crate::rollback::Rollback;
use crate::run::Run;
use crate::table::{ITEMS, Move, Table};
use crate::world::World;
use crate::writer::Writer;

/// The state of the world and of all participants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// What all participants share.
    pub world: World,
    /// The writers, by number.
    pub writers: [Writer; WRITERS_MAX],
    /// The rollbacks, by number.
    pub rollbacks: [Rollback; ROLLBACKS_MAX],
    /// The collectors, sorted, since they are alike.
    pub collectors: [Collector; COLLECTORS_MAX],
    /// The readers, sorted, since they are alike.
    pub readers: [Reader; READERS_MAX],
}

impl State {
    /// Returns the first state of a model, with its earlier runs published.
    pub(crate) fn first(model: &Model) -> Self {
        let mut table = Table::default();
        for number in 0..model.bounds.earlier {
            let run = Run::numbered(number);
            let places = table.ids.places_after(None);
            table.ids.insert(run, *places.end());
            table.put_manifest(run);
            (0..ITEMS).for_each(|item| table.put_item(run, item, model.variant));
            let known = table.pointer;
            assert!(table.apply(Move::Swap(run, known), model.variant), "nobody is in the way");
            if let Some(known) = known {
                table.mark(known.run, model.variant);
            }
            table.pass_day();
        }
        let Bounds { days, losses, crashes, replica_lags, .. } = model.bounds;
        let world = World {
            table,
            network: Vec::new(),
            days_left: days,
            losses_left: losses,
            crashes_left: crashes,
            replica_lags_left: replica_lags,
        };
        Self {
            world,
            writers: [Writer::default(); WRITERS_MAX],
            rollbacks: [Rollback::default(); ROLLBACKS_MAX],
            collectors: [Collector::default(); COLLECTORS_MAX],
            readers: [Reader::default(); READERS_MAX],
        }
    }

    /// Returns whether a day can pass: not while a reader holds a pointer (`STALE_LIMIT_SECONDS` is below
    /// a day), nor while a run writes items (`BATCH_DEADLINE`).
    pub(crate) fn can_day_pass(&self, model: &Model) -> bool {
        let is_writing = |writer: &Writer| matches!(writer, Writer::Writing { .. });
        self.world.days_left > 0
            && (model.bounds.has_slow_readers || !self.readers.iter().any(|reader| reader.is_holding()))
            && (model.bounds.has_slow_writers || !self.writers.iter().any(is_writing))
    }

    /// Returns whether a reader has answered this.
    pub(crate) fn has_answered(&self, answer: Answer) -> bool {
        self.readers.iter().any(|reader| reader.phase == Phase::Answered(answer))
    }
}
