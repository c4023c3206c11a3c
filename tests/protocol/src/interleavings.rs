//! The model for stateright: every action that can come next, and the properties.

use crate::model::Model;
use crate::properties;
use crate::state::State;
use crate::{collector, reader, rollback, writer};
use stateright::Property;

/// One thing that happens.
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

impl stateright::Model for Model {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut steps = Vec::new();
        for number in 0..self.bounds.writers {
            state.writers[number].steps(self, &state.world, &state.writers[..number], &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Writer(number, step)));
        }
        let mut steps = Vec::new();
        for number in 0..self.bounds.rollbacks {
            state.rollbacks[number].steps(self, &state.world, &state.rollbacks[..number], &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Rollback(number, step)));
        }
        let mut steps = Vec::new();
        for number in 0..self.bounds.collectors {
            state.collectors[number].steps(&state.world, &state.collectors[..number], &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Collector(number, step)));
        }
        let mut steps = Vec::new();
        for number in 0..self.bounds.readers {
            state.readers[number].steps(self, &state.world, &state.readers[..number], &mut steps);
            actions.extend(steps.drain(..).map(|step| Action::Reader(number, step)));
        }
        for number in 0..state.world.network.len() {
            actions.extend([Action::Arrive(number), Action::Lose(number)]);
        }
        if state.can_day_pass(self) {
            actions.push(Action::Day);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Writer(number, step) => {
                state.writers[number] = state.writers[number].take(self, &mut state.world, number, step);
            }
            Action::Rollback(number, step) => {
                state.rollbacks[number] = state.rollbacks[number].take(self, &mut state.world, number, step);
            }
            Action::Collector(number, step) => {
                state.collectors[number] = state.collectors[number].take(self, &mut state.world, step);
            }
            Action::Reader(number, step) => {
                state.readers[number] = state.readers[number].take(self, &mut state.world, step);
            }
            Action::Arrive(number) => {
                let request = state.world.network.remove(number);
                state.world.table.apply(request, self.variant);
            }
            Action::Lose(number) => {
                state.world.network.remove(number);
            }
            Action::Day => {
                state.world.days_left -= 1;
                state.world.table.pass_day();
            }
        }
        state.collectors[..self.bounds.collectors].sort_unstable();
        state.readers[..self.bounds.readers].sort_unstable();
        // Otherwise a participant could try for ever unseen.
        debug_assert_ne!(&state, last, "{action:?} comes to nothing");
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all(self)
    }
}
