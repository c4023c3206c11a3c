//! A disturbed process and its allowed outcomes.

use super::ground::Ground;
use super::plan::Orders;
use super::saboteur::Saboteur;
use super::step::Command;
use super::world::{Selection, Which};
use crate::etl::{Outcome, Running, publications};
use crate::process;
use crate::proxy::{Proxy, Request};
use std::sync::Arc;
use std::time::Duration;

/// Timeout of a process with all its retries.
const ENDS_WITHIN: Duration = Duration::from_mins(5);

/// The task of a disturbed process.
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// Publish a history for some countries.
    Run { selection: Selection, which: Which, extra: Vec<String> },
    /// Make a run of a country current again.
    Rollback { country: &'static str, run_id: String },
}

/// A process with a saboteur before it.
#[derive(Debug)]
pub(super) struct Disturbed {
    task: Task,
    saboteur: Arc<Saboteur>,
    proxy: Proxy,
    running: Running,
}

impl Disturbed {
    /// Kills it at once; returns whether it was running.
    pub(super) fn is_shot(&self) -> bool {
        process::signal(&self.running.pid(), "KILL")
    }
}

impl Task {
    pub(super) fn command(&self) -> Command {
        match self {
            Self::Run { .. } => Command::Run,
            Self::Rollback { .. } => Command::Rollback,
        }
    }
}

impl Ground {
    /// Starts a process behind a saboteur.
    pub(super) fn start(&self, task: Task, orders: Orders) -> Disturbed {
        let saboteur = Arc::new(Saboteur::before(task.command(), orders, Arc::clone(&self.tally)));
        let script = Arc::clone(&saboteur);
        let proxy = self.stack.proxy(move |request: &Request| script.act(request));
        let etl = self.stack.etl_through(&proxy);
        let running = match &task {
            Task::Run { selection, which, extra } => {
                etl.start_run(&selection.arguments(&self.world.history(*which).location, extra))
            }
            Task::Rollback { country, run_id } => etl.start_rollback(country, run_id),
        };
        saboteur.aim_at(running.pid());
        Disturbed { task, saboteur, proxy, running }
    }

    /// Waits for a process and checks its outcome; returns whether it was killed at its target.
    pub(super) fn judge(&self, process: Disturbed, is_shot: bool, is_alone: bool) -> bool {
        let Disturbed { task, saboteur, proxy, running } = process;
        let outcome = running.wait_for(ENDS_WITHIN);
        proxy.wait_until_nothing_is_late();
        let (is_killed, faults, changes) = saboteur.done(|done| (done.is_killed, done.faults, done.changes));
        let what = match outcome.code {
            None => {
                assert!(is_killed || is_shot, "nobody killed it: {outcome:?}");
                if !is_killed {
                    self.tally.note(|counts| counts.kills_at_random += 1);
                }
                "killed"
            }
            Some(0) => {
                self.check_report(&task, &outcome);
                "went through (exit 0)"
            }
            Some(code) => {
                let is_allowed = match (code, &task) {
                    // The proxy said that the object has changed.
                    (3, Task::Run { .. }) => changes > 0,
                    // The run to go back to is being deleted or gone; another run became current.
                    (3, Task::Rollback { .. }) | (6, _) => !is_alone,
                    (4, _) => faults > 0,
                    _ => false,
                };
                assert!(is_allowed, "{faults} faults, {outcome:?}");
                // It is one line.
                let _ = outcome.error();
                match code {
                    3 => "stopped at its input (exit 3)",
                    4 => "gave AWS up (exit 4)",
                    _ => "came too late (exit 6)",
                }
            }
        };
        let command = match task.command() {
            Command::Run => "run",
            Command::Rollback => "rollback",
        };
        self.tally.note(|counts| *counts.outcomes.entry(format!("{command}: {what}")).or_default() += 1);
        is_killed && outcome.code.is_none()
    }

    fn check_report(&self, task: &Task, outcome: &Outcome) {
        let report = outcome.json();
        match task {
            Task::Run { selection, which, .. } => {
                let expected = self.world.history(*which).result_hash(*selection);
                assert_eq!(report["result_hash"], expected, "a disturbed run has another result");
                assert!(publications(&report).iter().all(|(_, publication)| *publication == "published"));
            }
            Task::Rollback { run_id, .. } => assert_eq!(report["run_id"], *run_id),
        }
    }
}
