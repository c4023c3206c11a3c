//! What must always hold.
//!
//! Properties about the end are checked when a participant has ended. Every one ends: once begun, it
//! has a step to take, and every step changes the state (`interleavings` asserts that).

use crate::collector::Collector;
use crate::history::Tenure;
use crate::model::Model;
use crate::reader::Answer;
use crate::rollback::{self, Rollback};
use crate::run::Run;
use crate::state::State;
use crate::table::Pointer;
use crate::writer::{Outcome, Writer};
use stateright::Property;

/// A reader gets all items from the run that its pointer names.
pub const WHOLE_RUN: &str = "a reader sees one whole run";
/// A missing item is never an answer.
pub const MISSING_NO_ANSWER: &str = "a missing item is no answer";
/// A reader that holds a pointer for less than a day gets an answer.
pub const QUICK_READERS_ANSWERED: &str = "a reader that is not slow never gets a 503";
/// The versions of a reader's answers never go down.
pub const READER_GOES_ON: &str = "a reader never goes back to an older version";
/// `newest_run_id` is the newest run ever published.
pub const NEWEST_STAYS: &str = "newest_run_id never goes down";
/// No run is published over a newer one.
pub const NEWER_STAYS: &str = "an older run never overwrites a newer one";
/// Each move raises `version` by one.
pub const VERSION_COUNTS: &str = "the version counts the moves";
/// No run is published twice and no rollback done twice, whatever answers are lost.
pub const MOVED_ONCE: &str = "nobody moves the pointer twice";
/// A run that reports "published" was current; "superseded", is older than the newest; "failed", was
/// never current.
pub const WRITERS_TELL_TRUTH: &str = "what a run says of itself is true";
/// A rollback that reports success was done.
pub const ROLLBACKS_TELL_TRUTH: &str = "what a rollback says of itself is true";
/// A run's id is later than all ids that it read.
pub const LATER_THAN_READ: &str = "a run is later than what was published when it began";
/// The two runs that the pointer names differ and have all items.
pub const NAMED_ARE_WHOLE: &str = "the current and the previous run are whole";
/// The runs that the pointer names are not claimed.
pub const NAMED_STAY: &str = "a run that is being deleted is neither current nor previous";
/// Every item's manifest is there.
pub const ITEMS_HAVE_MANIFEST: &str = "every item has a manifest";
/// Only a run creates its manifest.
pub const MANIFESTS_ARE_WHOLE: &str = "no manifest is made by an update";
/// A run is claimed a day after it was current at the earliest.
pub const KEPT_A_DAY: &str = "a run stays for a day after it was current";
/// The current run has no `superseded_at`.
pub const CURRENT_NOT_SUPERSEDED: &str = "the current run is not noted as superseded";
/// A run that may still be published is not claimed.
pub const COMING_STAYS: &str = "a run that is still to be published is not deleted";
/// In the end, a run that began after all faults is published, unless a newer one came between.
pub const RERUN_PUBLISHES: &str = "in the end a rerun is published";
/// A collector that finds a claimed run deletes it.
pub const CLAIMED_GO: &str = "a claimed run that is looked at is deleted";

/// Returns the properties that must always hold.
pub(super) fn all() -> Vec<Property<Model>> {
    vec![
        Property::always(WHOLE_RUN, |_, state: &State| !state.has_answered(Answer::Mixed)),
        Property::always(MISSING_NO_ANSWER, |_, state: &State| !state.has_answered(Answer::Missing)),
        Property::always(QUICK_READERS_ANSWERED, |model: &Model, state: &State| {
            model.bounds.has_slow_readers || !state.has_answered(Answer::Unavailable)
        }),
        Property::always(READER_GOES_ON, |_, state: &State| {
            !state.readers.iter().any(|reader| reader.went_back)
        }),
        Property::always(NEWEST_STAYS, |_, state: &State| {
            state.world.table.pointer.map(|pointer| pointer.newest) == state.world.table.history.newest
        }),
        Property::always(NEWER_STAYS, |_, state: &State| !state.world.table.history.older_over_newer),
        Property::always(VERSION_COUNTS, |_, state: &State| {
            state.world.table.pointer.map_or(0, |pointer| pointer.version) == state.world.table.history.moves
        }),
        Property::always(MOVED_ONCE, |_, state: &State| {
            let history = &state.world.table.history;
            let rollbacks = history.rollbacks.iter().map(|rolled_back| rolled_back.moves);
            history.publications.into_iter().chain(rollbacks).all(|moves| moves <= 1)
        }),
        Property::always(WRITERS_TELL_TRUTH, writers_tell_truth),
        Property::always(ROLLBACKS_TELL_TRUTH, |_, state: &State| {
            let was_made = |run, version| {
                let mut rollbacks = state.world.table.history.rollbacks.iter();
                rollbacks.any(|rolled_back| rolled_back.made == Some((run, version)))
            };
            state.rollbacks.iter().all(|rollback| match rollback {
                Rollback::Ended(rollback::Outcome::Done(run, version)) => was_made(*run, *version),
                _ => true,
            })
        }),
        Property::always(LATER_THAN_READ, |model: &Model, state: &State| {
            state.writers.iter().enumerate().all(|(number, writer)| match writer {
                Writer::Writing { known: Some(known), .. } | Writer::Swapping { known: Some(known), .. } => {
                    state.world.table.ids.is_later(model.run_of(number), known.newest)
                }
                _ => true,
            })
        }),
        Property::always(NAMED_ARE_WHOLE, |_, state: &State| {
            let is_whole = |run| state.world.table.is_whole(run) && state.world.table.manifest(run).is_some();
            named(state).all(is_whole)
                && state.world.table.pointer.is_none_or(|pointer| pointer.previous != Some(pointer.run))
        }),
        Property::always(NAMED_STAY, |_, state: &State| {
            !named(state).any(|run| state.world.table.is_claimed(run))
        }),
        Property::always(ITEMS_HAVE_MANIFEST, |_, state: &State| {
            let has_item = |run: Run| state.world.table.items[run.number()].contains(&true);
            Run::all().all(|run| !has_item(run) || state.world.table.manifest(run).is_some())
        }),
        Property::always(MANIFESTS_ARE_WHOLE, |_, state: &State| {
            state.world.table.manifests.iter().flatten().all(|manifest| manifest.is_whole)
        }),
        Property::always(KEPT_A_DAY, |_, state: &State| {
            let may_go =
                |run| matches!(state.world.table.history.tenure(run), Tenure::Never | Tenure::LongAgo);
            Run::all().all(|run| !is_going(state, run) || may_go(run))
        }),
        Property::always(CURRENT_NOT_SUPERSEDED, |_, state: &State| {
            let current =
                state.world.table.pointer.and_then(|Pointer { run, .. }| state.world.table.manifest(run));
            current.is_none_or(|current| current.superseded.is_none())
        }),
        Property::always(COMING_STAYS, |_, state: &State| {
            let newest = state.world.table.pointer.map(|pointer| pointer.newest);
            let is_coming = |run| newest.is_none_or(|newest| state.world.table.ids.is_later(run, newest));
            !Run::all().any(|run| is_going(state, run) && is_coming(run))
        }),
        Property::always(RERUN_PUBLISHES, rerun_publishes),
        Property::always(CLAIMED_GO, |_, state: &State| !state.collectors.contains(&Collector::Left)),
    ]
}

fn named(state: &State) -> impl Iterator<Item = Run> {
    state.world.table.pointer.into_iter().flat_map(|pointer| [Some(pointer.run), pointer.previous]).flatten()
}

/// Returns whether a run is claimed, or deleted without a claim.
fn is_going(state: &State, run: Run) -> bool {
    let is_deleting = |collector: &Collector| match collector {
        Collector::Deleting { run: deleted, .. } => *deleted == run,
        _ => false,
    };
    state.world.table.is_claimed(run) || state.collectors.iter().any(is_deleting)
}

fn writers_tell_truth(model: &Model, state: &State) -> bool {
    let newest = state.world.table.pointer.map(|pointer| pointer.newest);
    state.writers.iter().enumerate().all(|(number, writer)| {
        let Writer::Ended(outcome) = writer else { return true };
        let run = model.run_of(number);
        let was_current = state.world.table.history.tenure(run) != Tenure::Never;
        match outcome {
            Outcome::Published | Outcome::PublishedUnanswered => was_current,
            Outcome::Superseded => newest.is_some_and(|newest| state.world.table.ids.is_later(newest, run)),
            Outcome::Failed => !was_current,
            Outcome::Unknown | Outcome::Crashed => true,
        }
    })
}

/// The last run begins after the others have ended in any way. It is published, unless a newer move
/// of another arrived first.
fn rerun_publishes(model: &Model, state: &State) -> bool {
    let number = model.bounds.writers.saturating_sub(1);
    if !model.bounds.has_rerun || !state.writers[number].has_ended() {
        return true;
    }
    match state.writers[number] {
        Writer::Ended(Outcome::Published | Outcome::PublishedUnanswered) => true,
        Writer::Ended(Outcome::Superseded) => {
            state.writers[..number].iter().enumerate().any(|(other, writer)| {
                let other = model.run_of(other);
                matches!(writer, Writer::Ended(Outcome::Unknown | Outcome::Crashed))
                    && state.world.table.history.tenure(other) != Tenure::Never
                    && state.world.table.ids.is_later(other, model.run_of(number))
            })
        }
        _ => false,
    }
}
