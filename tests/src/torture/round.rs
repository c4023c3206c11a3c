//! A round: a run that is disturbed, then one that is not.

use super::audit::Pointer;
use super::ground::Ground;
use super::plan::{Kill, Orders, Plan, Target};
use super::saboteur::Saboteur;
use super::world::Which;
use crate::etl::{Running, country, publications};
use crate::process;
use crate::proxy::{Proxy, Request};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;

/// Runs that are made to kill one at its step: a fault may end it before, or there be no second
/// request of the kind.
const ATTEMPTS_MAX: u32 = 5;

/// A run with a saboteur before it.
struct Disturbed {
    which: Which,
    saboteur: Arc<Saboteur>,
    proxy: Proxy,
    running: Running,
}

impl Ground {
    /// Does a round and panics where something is wrong.
    pub(super) fn round(&mut self, plan: &Plan) {
        let Some(target) = plan.orders.target else {
            self.disturb(plan, &plan.orders);
            self.rerun(plan);
            return;
        };
        for attempt in 1..=ATTEMPTS_MAX {
            let orders = if attempt == 1 {
                plan.orders.clone()
            } else {
                Orders { rate: 0.0, target: Some(Target { nth: 1, ..target }), ..plan.orders.clone() }
            };
            let is_killed = self.disturb(plan, &orders);
            self.rerun(plan);
            if is_killed {
                return;
            }
        }
        panic!("no run came to be killed {} the {}", target.side, target.step);
    }

    /// Makes a run that is disturbed and returns whether it was killed at its step.
    fn disturb(&mut self, plan: &Plan, orders: &Orders) -> bool {
        if plan.with_old_runs {
            self.age();
        }
        let before = self.audit();
        let which = self.not_current(plan.selection);
        let run = self.start(plan, which, orders.clone());
        let another = plan.with_another.then(|| {
            let orders = Orders { seed: !orders.seed, target: None, ..orders.clone() };
            self.start(plan, which.other(), orders)
        });
        let killer = match plan.kill {
            Some(Kill::After(pause)) => {
                thread::sleep(pause);
                process::signal(&run.running.pid(), "KILL")
            }
            _ => false,
        };
        let runs = 1 + u64::from(another.is_some());
        let is_killed = self.judge(plan, run, killer, runs > 1);
        if let Some(another) = another {
            self.judge(plan, another, false, true);
        }
        let after = self.audit();
        for (country, pointer) in &after {
            check_steps(country, &before[country], pointer, runs);
        }
        is_killed
    }

    fn start(&self, plan: &Plan, which: Which, orders: Orders) -> Disturbed {
        let saboteur = Arc::new(Saboteur::new(orders, Arc::clone(&self.tally)));
        let script = Arc::clone(&saboteur);
        let proxy = self.stack.proxy(move |request: &Request| script.act(request));
        let location = &self.world.history(which).location;
        let running = self.stack.etl_through(&proxy).start_run(&plan.selection.arguments(location));
        saboteur.aim_at(running.pid());
        Disturbed { which, saboteur, proxy, running }
    }

    /// Waits for the end of a run and checks what it says; returns whether it was killed at its step.
    fn judge(&self, plan: &Plan, run: Disturbed, is_shot: bool, is_one_of_two: bool) -> bool {
        let Disturbed { which, saboteur, proxy, running } = run;
        let outcome = running.wait();
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
                let report = outcome.json();
                assert_eq!(
                    report["result_hash"],
                    self.world.history(which).result_hash(plan.selection),
                    "a disturbed run comes to something else"
                );
                assert!(publications(&report).iter().all(|(_, publication)| *publication == "published"));
                "went through (exit 0)"
            }
            Some(code) => {
                assert!(is_allowed(code, faults, changes, is_one_of_two), "{faults} faults, {outcome:?}");
                // It is one line.
                let _ = outcome.error();
                match code {
                    3 => "ended, the object having changed (exit 3)",
                    4 => "gave AWS up (exit 4)",
                    _ => "superseded (exit 6)",
                }
            }
        };
        self.tally.note(|counts| *counts.outcomes.entry(what.to_owned()).or_default() += 1);
        is_killed && outcome.code.is_none()
    }

    /// Makes the same run without faults: it converges.
    fn rerun(&mut self, plan: &Plan) {
        let before = self.audit();
        let which = self.not_current(plan.selection);
        let history = self.world.history(which);
        let arguments = plan.selection.arguments(&history.location);
        let report = self.stack.etl().run(&arguments).exits(0).json();
        assert_eq!(report["result_hash"], history.result_hash(plan.selection));
        assert_eq!(publications(&report).len(), plan.selection.countries().len());
        let after = self.audit();
        check_published(&report, &before, &after);
        self.tally.note(|counts| counts.reruns += 1);
    }
}

/// Whether a run may end so: it says what AWS refused, that an object changed if it was told so,
/// that another run was faster if there was one; never anything else.
fn is_allowed(code: i32, faults: u32, changes: u32, is_one_of_two: bool) -> bool {
    match code {
        3 => changes > 0,
        4 => faults > 0,
        6 => is_one_of_two,
        _ => false,
    }
}

/// Each publication is one step of the version; a run makes one, whatever it sent twice.
fn check_steps(country: &str, before: &Pointer, after: &Pointer, runs: u64) {
    let steps = after.version - before.version;
    assert!(steps <= runs, "{country}: {before:?}, then {after:?}");
    if steps == 1 {
        assert_eq!(after.previous_run_id.as_ref(), Some(&before.run_id), "{country}: {after:?}");
    }
}

/// Checks that a run is current for its countries, and that nothing else has changed.
fn check_published(report: &Value, before: &BTreeMap<String, Pointer>, after: &BTreeMap<String, Pointer>) {
    let mut published = BTreeSet::new();
    for (name, publication) in publications(report) {
        assert_eq!(publication, "published", "{name}");
        assert!(country(report, name)["buckets"].is_array(), "{name}");
        published.insert(name.to_lowercase());
    }
    for (country, pointer) in after {
        let before = &before[country];
        if published.contains(country) {
            assert_eq!(report["run_id"], pointer.run_id, "{country}");
            assert_eq!(pointer.version, before.version + 1, "{country}");
            assert_eq!(pointer.previous_run_id.as_ref(), Some(&before.run_id), "{country}");
        } else {
            assert_eq!(pointer, before, "{country} is none of its countries");
        }
    }
}
