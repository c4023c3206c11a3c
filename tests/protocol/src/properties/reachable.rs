//! What must be reachable, so that the properties that always hold are not empty.

use crate::collector::Collector;
use crate::history::Tenure;
use crate::model::Model;
use crate::reader::{Answer, Phase};
use crate::rollback::{self, Rollback};
use crate::run::Run;
use crate::state::State;
use crate::writer::{Outcome, Writer};
use stateright::Property;

/// A run is superseded by a newer one.
pub const SUPERSEDED: &str = "a run is superseded";
/// A run learns from the pointer that its swap succeeded.
pub const ANSWER_LOST: &str = "an answer is lost and the run finds itself published";
/// A swap arrives after its run gave up.
pub const ARRIVED_LATE: &str = "a swap arrives after its run gave up";
/// A rollback is done.
pub const ROLLED_BACK: &str = "a rollback is done";
/// A rollback is too late for its target.
pub const ROLLBACK_REFUSED: &str = "a rollback is refused since its run is being deleted";
/// A run is published over a rollback.
pub const PUBLISHED_OVER_ROLLBACK: &str = "a run is published after a rollback";
/// A run and its manifest are deleted.
pub const COLLECTED: &str = "a run is deleted";
/// A collector finishes what another began.
pub const RESUMED: &str = "a collection is resumed";
/// A reader reads again after a missing item.
pub const READ_AGAIN: &str = "a reader reads again";
/// A reader that held a pointer too long gets a 503.
pub const UNAVAILABLE: &str = "a slow reader gets a 503";

/// Returns what must be reachable within the model's bounds.
pub(super) fn all(model: &Model) -> Vec<Property<Model>> {
    let bounds = &model.bounds;
    let mut reachable: Vec<(bool, Property<Model>)> = vec![
        (
            bounds.writers > 1,
            Property::sometimes(SUPERSEDED, |_, state: &State| {
                state.writers.contains(&Writer::Ended(Outcome::Superseded))
            }),
        ),
        (
            bounds.losses > 0 && bounds.writers > 0,
            Property::sometimes(ANSWER_LOST, |_, state: &State| {
                state.writers.contains(&Writer::Ended(Outcome::PublishedUnanswered))
            }),
        ),
        (
            bounds.losses > 0 && bounds.writers > 0,
            Property::sometimes(ARRIVED_LATE, |model: &Model, state: &State| {
                state.writers.iter().enumerate().any(|(number, writer)| {
                    *writer == Writer::Ended(Outcome::Unknown)
                        && state.world.table.history.tenure(model.run_of(number)) == Tenure::Now
                })
            }),
        ),
        (
            bounds.readers > 0 && (bounds.replica_lags > 0 || bounds.has_slow_readers),
            Property::sometimes(READ_AGAIN, |_, state: &State| {
                let is_again = |phase| matches!(phase, Phase::Holding { is_again: true, .. });
                state.readers.iter().any(|reader| is_again(reader.phase))
            }),
        ),
    ];
    reachable.extend(by_rollback(model));
    reachable.extend(by_collection(model));
    reachable.into_iter().filter_map(|(is_expected, property)| is_expected.then_some(property)).collect()
}

fn by_rollback(model: &Model) -> Vec<(bool, Property<Model>)> {
    let bounds = &model.bounds;
    let has_rollbacks = bounds.rollbacks > 0;
    vec![
        (
            has_rollbacks,
            Property::sometimes(ROLLED_BACK, |_, state: &State| {
                state.world.table.pointer.is_some_and(|pointer| pointer.rolled_back_from.is_some())
            }),
        ),
        (
            has_rollbacks && bounds.writers > 0,
            Property::sometimes(PUBLISHED_OVER_ROLLBACK, |_, state: &State| {
                let is_swapped =
                    state.world.table.pointer.is_some_and(|pointer| pointer.rolled_back_from.is_none());
                is_swapped
                    && state.world.table.history.rollbacks.iter().any(|rolled_back| rolled_back.moves > 0)
            }),
        ),
        (
            has_rollbacks && bounds.collectors > 0 && bounds.days > 0,
            Property::sometimes(ROLLBACK_REFUSED, |_, state: &State| {
                state.rollbacks.iter().any(|rollback| match rollback {
                    Rollback::Ended(rollback::Outcome::Refused(run)) => state.world.table.is_claimed(*run),
                    _ => false,
                })
            }),
        ),
    ]
}

fn by_collection(model: &Model) -> Vec<(bool, Property<Model>)> {
    let bounds = &model.bounds;
    let is_deleting = bounds.collectors > 0 && bounds.earlier > 2;
    vec![
        (
            is_deleting,
            Property::sometimes(COLLECTED, |model: &Model, state: &State| {
                let mut earlier = (0..model.bounds.earlier).map(Run::numbered);
                earlier.any(|run| state.world.table.manifest(run).is_none())
            }),
        ),
        (
            is_deleting && bounds.collectors > 1,
            Property::sometimes(RESUMED, |_, state: &State| state.collectors.contains(&Collector::Resumed)),
        ),
        (
            bounds.has_slow_readers && bounds.readers > 0,
            Property::sometimes(UNAVAILABLE, |_, state: &State| state.has_answered(Answer::Unavailable)),
        ),
    ]
}
