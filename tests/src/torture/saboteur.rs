//! The saboteur between a run and the local AWS: fails requests and kills the run.

use super::fault::Fault;
use super::plan::{Orders, Target};
use super::step::{Command, Side, Step, Steps};
use super::tally::Tally;
use crate::process;
use crate::proxy::{Action, Request};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The script of a proxy before one run.
#[derive(Debug)]
pub(super) struct Saboteur {
    orders: Orders,
    tally: Arc<Tally>,
    /// The process, once it has started.
    victim: OnceLock<String>,
    done: Mutex<Done>,
}

/// What it has done so far.
#[derive(Debug)]
pub(super) struct Done {
    steps: Steps,
    /// All faults.
    pub(super) faults: u32,
    /// Faults that make an object look changed.
    pub(super) changes: u32,
    stalls: u32,
    /// Whether the run was killed at its target.
    pub(super) is_killed: bool,
    /// First bytes of reads that broke off, by object and last byte.
    broken_off: BTreeMap<(String, u64), u64>,
}

impl Saboteur {
    /// Returns a saboteur for a process that does `command`.
    pub(super) fn before(command: Command, orders: Orders, tally: Arc<Tally>) -> Self {
        let done = Done {
            steps: Steps::of(command),
            faults: 0,
            changes: 0,
            stalls: 0,
            is_killed: false,
            broken_off: BTreeMap::new(),
        };
        Self { orders, tally, victim: OnceLock::new(), done: Mutex::new(done) }
    }

    /// Sets the process to kill.
    pub(super) fn aim_at(&self, pid: String) {
        self.victim.set(pid).expect("it is aimed once");
    }

    /// Returns what it has done so far.
    pub(super) fn done<T>(&self, of: impl FnOnce(&Done) -> T) -> T {
        of(&self.done.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides about a request.
    pub(super) fn act(self: &Arc<Self>, request: &Request) -> Action {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let (step, number) = done.steps.next(request);
        self.note_resumed(&mut done, request);
        if let Some(target) = self.orders.target
            && target.step == step
            && target.nth == number
            && !done.is_killed
        {
            done.is_killed = true;
            return self.kill(target);
        }
        // Drawn from the request, so that what came before does not matter.
        let mut rng =
            Rng::with_seed(self.orders.seed ^ ((step as u64 + 1) << 32) ^ (u64::from(number) << 40));
        rng.u64(..);
        let stall = self.orders.stall.filter(|stall| {
            // Once, anywhere.
            stall.is_of(step) && number == 1 && done.stalls == 0 && rng.u32(..3) > 0
        });
        let fault = match stall {
            Some(stall) => stall,
            None if rng.f64() < self.orders.rate => self.draw(step, &mut rng),
            None => return Action::Pass,
        };
        done.faults += 1;
        done.changes += u32::from(fault.is_change());
        done.stalls += u32::from(fault.is_slow());
        let ends_after = fault.ends_after(request, &mut rng);
        if let (Some(_), Some((first, last))) = (ends_after, request.range()) {
            done.broken_off.insert((object(request), last), first);
        }
        self.tally.note(|counts| *counts.faults.entry((fault, step)).or_default() += 1);
        fault.action(request, ends_after, &mut rng)
    }

    fn draw(&self, step: Step, rng: &mut Rng) -> Fault {
        // A lost answer to the swap is the hardest case, so half of the faults are that.
        if step == Step::Swap && rng.bool() {
            return Fault::LostAnswer;
        }
        let is_meant = |fault: &&Fault| {
            fault.is_of(step) && !fault.is_slow() && (self.orders.with_changes || !fault.is_change())
        };
        let fitting: Vec<_> = Fault::ALL.iter().filter(is_meant).collect();
        *fitting[rng.usize(..fitting.len())]
    }

    /// Kills the run on the target's side of a request.
    fn kill(self: &Arc<Self>, target: Target) -> Action {
        match target.side {
            Side::Before => {
                self.fire(target);
                Action::Drop
            }
            Side::After => {
                let saboteur = Arc::clone(self);
                Action::edit(move |answer| {
                    saboteur.fire(target);
                    answer
                })
            }
        }
    }

    fn fire(&self, target: Target) {
        // The wait is short: `aim_at` follows the start, and the first request comes long after.
        let is_hit = process::signal(self.victim.wait(), "KILL");
        assert!(is_hit, "the process is gone, but made a request");
        self.tally.note(|counts| *counts.kills.entry((target.step, target.side)).or_default() += 1);
    }

    /// Counts reads that resume where they broke off.
    fn note_resumed(&self, done: &mut Done, request: &Request) {
        let Some((first, last)) = request.range() else { return };
        let before = done.broken_off.remove(&(object(request), last));
        if before.is_some_and(|before| before < first) && request.header("if-match").is_some() {
            self.tally.note(|counts| counts.resumed += 1);
        }
    }
}

fn object(request: &Request) -> String {
    request.path.split('?').next().unwrap_or_default().to_owned()
}
