//! Where a worker does its rounds: its own table, and two APIs under constant questions.

use super::audit::{self, Auditor, Pointer};
use super::fault::Fault;
use super::plan::Extra;
use super::step::Step;
use super::tally::Tally;
use super::watch::Watch;
use super::world::{Selection, Which, World};
use crate::Stack;
use crate::proxy::{Action, Proxy};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Probability of a fault at a read of the disturbed API.
const API_FAULT_RATE: f64 = 0.15;
/// The faults of the disturbed API; it is asked too often for slow ones.
const API_FAULTS: [Fault; 9] = [
    Fault::ResetBefore,
    Fault::LostAnswer,
    Fault::ResetWithin,
    Fault::BrokenOff,
    Fault::Delayed,
    Fault::Throughput,
    Fault::Throttling,
    Fault::InternalServerError,
    Fault::Unavailable,
];

/// A table for rounds, one after the other.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) world: Arc<World>,
    pub(super) tally: Arc<Tally>,
    pub(super) stack: Stack,
    auditor: Auditor,
    /// Whether a rollback runs, so that the API may show the run before the current one.
    pub(super) may_go_back: bool,
    /// Clients of an undisturbed API and of a disturbed one.
    watches: [Watch; 2],
    _proxy: Proxy,
}

impl Ground {
    /// Publishes three runs, so that one is old and can be deleted.
    pub(super) fn prepare(world: Arc<World>, tally: Arc<Tally>, seed: u64) -> Self {
        let stack = Stack::new();
        for which in [Which::A, Which::B, Which::A] {
            stack.etl().run(&Selection::All.arguments(&world.history(which).location, &[])).exits(0);
        }
        let proxy = faulty(&stack, Arc::clone(&tally), seed);
        let watches = [
            Watch::start(stack.api().always_fresh().patient().listen(), false),
            Watch::start(stack.api_through(&proxy).always_fresh().impatient().listen(), true),
        ];
        let mut ground = Self {
            world,
            tally,
            stack,
            auditor: Auditor::default(),
            may_go_back: false,
            watches,
            _proxy: proxy,
        };
        ground.audit();
        ground
    }

    /// Returns the flags for the extras of a round's runs.
    pub(super) fn flags(&self, extra: Extra, seed: u64) -> Vec<String> {
        let place = |name: String| self.stack.bucket.location(&name);
        match extra {
            Extra::Nothing => Vec::new(),
            Extra::State => vec!["--state".to_owned(), place(format!("state-{seed:x}"))],
            Extra::Rejects => vec!["--rejects".to_owned(), place(format!("rejects-{seed:x}.parquet"))],
        }
    }

    /// Makes superseded runs look old, so that the next run deletes them.
    pub(super) fn age(&self) {
        audit::age(&self.stack.table);
    }

    /// Checks the table and all answers since the last audit: each must be of a whole run, current at
    /// that audit or since; for the disturbed API, at any time. Returns the pointers by country's key.
    pub(super) fn audit(&mut self) -> BTreeMap<String, Pointer> {
        let seen = self.watches.each_ref().map(Watch::take);
        let before = self.auditor.pointers().clone();
        let known = self.auditor.known();
        let pointers = self.auditor.audit(&self.world, &self.stack.table);
        for (seen, may_be_stale) in seen.iter().zip([false, true]) {
            self.auditor.check_seen(&self.world, seen, |country, run_id| {
                let was_current = before.get(country).is_none_or(|pointer| {
                    let is_previous = pointer.previous_run_id.as_deref() == Some(run_id);
                    pointer.run_id == run_id || (self.may_go_back && is_previous)
                });
                let is_new = !known.contains(&(country.to_owned(), run_id.to_owned()));
                // While it cannot read, the API serves the run in its memory.
                was_current || is_new || (may_be_stale && self.auditor.was_current(country, run_id))
            });
            self.tally.note(|counts| {
                counts.answers += seen.answers;
                counts.unavailable += seen.unavailable;
            });
        }
        self.tally.note(|counts| counts.audits += 1);
        pointers
    }

    /// Returns the history that is not current for the first of these countries.
    pub(super) fn not_current(&self, selection: Selection) -> Which {
        let country = selection.countries()[0].to_lowercase();
        let run_id = &self.auditor.pointers()[&country].run_id;
        self.auditor.which(&country, run_id).other()
    }
}

/// Returns a proxy between an API and the table.
fn faulty(stack: &Stack, tally: Arc<Tally>, seed: u64) -> Proxy {
    let rng = Mutex::new(Rng::with_seed(seed));
    stack.proxy(move |request| {
        let mut rng = rng.lock().unwrap_or_else(PoisonError::into_inner);
        if rng.f64() >= API_FAULT_RATE {
            return Action::Pass;
        }
        let fault = API_FAULTS[rng.usize(..API_FAULTS.len())];
        debug_assert!(fault.is_of(Step::ReadPointer), "it reads");
        tally.note(|counts| counts.api_faults += 1);
        let ends_after = fault.ends_after(request, &mut rng);
        fault.action(request, ends_after, &mut rng)
    })
}
