//! The model: everything that takes part, and every step that can come next.

use crate::bounds::{Bounds, COLLECTORS_MAX, READERS_MAX, WRITERS_MAX};
use crate::collector::{self, Collector};
use crate::history::ROLLBACKS_MAX;
use crate::reader::{self, Reader};
use crate::rollback::{self, Rollback};
use crate::run::Run;
use crate::table::{Move, Table};
use crate::variant::Variant;
use crate::writer::{self, Writer};
use stateright::Property;

/// The protocol, right or broken, with so much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// How much of everything there is.
    pub bounds: Bounds,
    /// The protocol.
    pub variant: Variant,
}

/// Where everything stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// The table.
    pub table: Table,
    /// The runs that publish.
    pub writers: [Writer; WRITERS_MAX],
    /// The rollbacks.
    pub rollbacks: [Rollback; ROLLBACKS_MAX],
    /// The collectors, in order: they are alike.
    pub collectors: [Collector; COLLECTORS_MAX],
    /// The readers, in order: they are alike.
    pub readers: [Reader; READERS_MAX],
    /// Moves that were sent, and whose answer nobody waits for, in order.
    pub network: Vec<Move>,
    /// Days that may still pass.
    pub days_left: u8,
    /// Answers that may still be lost.
    pub losses_left: u8,
    /// Deaths that may still be.
    pub crashes_left: u8,
    /// Reads that may still come too soon.
    pub replica_lags_left: u8,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A run takes a step.
    Writer(usize, writer::Step),
    /// A rollback takes a step.
    Rollback(usize, rollback::Step),
    /// A collector takes a step.
    Collector(usize, collector::Step),
    /// A reader takes a step.
    Reader(usize, reader::Step),
    /// A move that was sent arrives.
    Arrive(usize),
    /// A move that was sent is lost.
    Lose(usize),
    /// A day passes.
    Day,
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

    /// Returns the runs that are published before the model begins.
    fn first_state(&self) -> State {
        let mut table = Table::default();
        for number in 0..self.bounds.earlier {
            let run = Run::numbered(number);
            let places = table.ids.places_after(None);
            table.ids.insert(run, *places.end());
            table.put_manifest(run);
            (0..crate::table::ITEMS).for_each(|item| table.put_item(run, item, self.variant));
            let known = table.pointer;
            assert!(table.apply(Move::Swap(run, known), self.variant), "nobody is in the way");
            if let Some(known) = known {
                table.mark(known.run, self.variant);
            }
            table.pass_day();
        }
        State {
            table,
            writers: [Writer::default(); WRITERS_MAX],
            rollbacks: [Rollback::default(); ROLLBACKS_MAX],
            collectors: [Collector::default(); COLLECTORS_MAX],
            readers: [Reader::default(); READERS_MAX],
            network: Vec::new(),
            days_left: self.bounds.days,
            losses_left: self.bounds.losses,
            crashes_left: self.bounds.crashes,
            replica_lags_left: self.bounds.replica_lags,
        }
    }

    /// A day passes only while nobody does what takes seconds: readers that hold on to a pointer
    /// (`STALE_LIMIT_SECONDS` is below a day), runs that write items (`BATCH_DEADLINE`).
    fn can_day_pass(&self, state: &State) -> bool {
        let is_writing = |writer: &Writer| matches!(writer, Writer::Writing { .. });
        state.days_left > 0
            && (self.bounds.has_slow_readers || !state.readers.iter().any(|reader| reader.is_holding()))
            && (self.bounds.has_slow_writers || !state.writers.iter().any(is_writing))
    }
}

impl State {
    /// Sends a move whose answer nobody waits for.
    pub(crate) fn send(&mut self, request: Move) {
        self.network.push(request);
        self.network.sort_unstable();
    }
}

impl stateright::Model for Model {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![self.first_state()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut steps = Vec::new();
        for number in 0..self.bounds.writers {
            Writer::steps(self, state, number, &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Writer(number, step)));
        }
        let mut steps = Vec::new();
        for number in 0..self.bounds.rollbacks {
            Rollback::steps(self, state, number, &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Rollback(number, step)));
        }
        let mut steps = Vec::new();
        for number in 0..self.bounds.collectors {
            Collector::steps(state, number, &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Collector(number, step)));
        }
        let mut steps = Vec::new();
        for number in 0..self.bounds.readers {
            Reader::steps(self, state, number, &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Reader(number, step)));
        }
        for number in 0..state.network.len() {
            actions.extend([Action::Arrive(number), Action::Lose(number)]);
        }
        if self.can_day_pass(state) {
            actions.push(Action::Day);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Writer(number, step) => Writer::take(self, &mut state, number, step),
            Action::Rollback(number, step) => Rollback::take(self, &mut state, number, step),
            Action::Collector(number, step) => Collector::take(self, &mut state, number, step),
            Action::Reader(number, step) => Reader::take(self, &mut state, number, step),
            Action::Arrive(number) => {
                let request = state.network.remove(number);
                state.table.apply(request, self.variant);
            }
            Action::Lose(number) => {
                state.network.remove(number);
            }
            Action::Day => {
                state.days_left -= 1;
                state.table.pass_day();
            }
        }
        state.collectors[..self.bounds.collectors].sort_unstable();
        state.readers[..self.bounds.readers].sort_unstable();
        // Else somebody might try for ever, which the checker would not see.
        debug_assert_ne!(&state, last, "{action:?} comes to nothing");
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        crate::properties::all(self)
    }
}
