//! A round: a disturbed run or rollback, then the same without faults.

use super::audit::Pointer;
use super::disturbed::Task;
use super::ground::Ground;
use super::plan::{Beside, Extra, Kill, Orders, Plan, Target};
use super::step::Command;
use super::world::OBJECTS;
use crate::etl::{country, publications};
use crate::history::country_key;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::thread;

/// Attempts to kill a run at its step: a fault may end it earlier, or the request may not come.
const ATTEMPTS_MAX: u32 = 5;

impl Ground {
    /// Does a round; panics if anything is wrong.
    pub(super) fn round(&mut self, plan: &Plan) {
        let Some(target) = plan.orders.target else {
            let (task, _) = self.disturb(plan, &plan.orders);
            self.rerun(plan, &task);
            return;
        };
        for attempt in 1..=ATTEMPTS_MAX {
            let orders = if attempt == 1 {
                plan.orders.clone()
            } else {
                let target = Some(Target { nth: 1, ..target });
                // Another seed gives the state another place.
                Orders {
                    seed: plan.orders.seed.wrapping_add(attempt.into()),
                    rate: 0.0,
                    target,
                    ..plan.orders.clone()
                }
            };
            let (task, is_killed) = self.disturb(plan, &orders);
            self.rerun(plan, &task);
            if is_killed {
                return;
            }
        }
        panic!("no process was killed {} the {}", target.side, target.step);
    }

    /// Disturbs a run or a rollback; returns its task, and whether it was killed at its step.
    fn disturb(&mut self, plan: &Plan, orders: &Orders) -> (Task, bool) {
        if plan.with_old_runs {
            self.age();
        }
        let before = self.audit();
        self.may_go_back = plan.command == Command::Rollback || plan.beside == Beside::Rollback;
        let task = self.task(plan, orders, plan.command, &before);
        let process = self.start(task.clone(), orders.clone());
        let of_other = Orders { seed: !orders.seed, target: None, ..orders.clone() };
        let another = match plan.beside {
            Beside::Run => Some(Task::Run {
                selection: plan.selection,
                which: self.not_current(plan.selection).other(),
                extra: Vec::new(),
            }),
            Beside::Rollback => Some(self.task(plan, orders, Command::Rollback, &before)),
            Beside::Verify | Beside::Nothing => None,
        };
        let another = another.map(|task| self.start(task, of_other));
        if plan.beside == Beside::Verify {
            self.verify();
        }
        let is_shot = match plan.kill {
            Some(Kill::After(pause)) => {
                thread::sleep(pause);
                process.is_shot()
            }
            _ => false,
        };
        let processes = 1 + u64::from(another.is_some());
        let is_killed = self.judge(process, is_shot, processes == 1);
        if let Some(another) = another {
            self.judge(another, false, false);
        }
        let after = self.audit();
        self.may_go_back = false;
        self.verify();
        for (country, pointer) in &after {
            check_steps(country, &before[country], pointer, processes);
        }
        (task, is_killed)
    }

    fn task(
        &self,
        plan: &Plan,
        orders: &Orders,
        command: Command,
        pointers: &BTreeMap<String, Pointer>,
    ) -> Task {
        match command {
            Command::Run => Task::Run {
                selection: plan.selection,
                which: self.not_current(plan.selection),
                extra: self.flags(plan.extra, orders.seed),
            },
            Command::Rollback => {
                let country = plan.selection.countries()[0];
                let run_id = pointers[&country_key(country)].previous_run_id.clone();
                Task::Rollback { country, run_id: run_id.expect("three runs were published") }
            }
        }
    }

    /// Does the same without faults, which must converge. After a rollback, it also does a run.
    fn rerun(&mut self, plan: &Plan, task: &Task) {
        if let Task::Rollback { country, run_id } = task {
            self.roll_back(country, run_id);
        }
        let before = self.audit();
        let which = self.not_current(plan.selection);
        let history = self.world.history(which);
        let extra = match task {
            Task::Run { extra, .. } => &extra[..],
            Task::Rollback { .. } => &[],
        };
        let arguments = plan.selection.arguments(&history.location, extra);
        let report = self.stack.etl().run(&arguments).exits(0).json();
        assert_eq!(report["result_hash"], history.result_hash(plan.selection));
        assert_eq!(publications(&report).len(), plan.selection.countries().len());
        if plan.extra == Extra::State && !extra.is_empty() {
            self.check_state(&report["state"]);
        }
        let after = self.audit();
        self.verify();
        check_published(&report, &before, &after);
        self.tally.note(|counts| counts.reruns += 1);
    }

    /// Rolls back to a run without faults, which changes nothing if the disturbed rollback did it. Does
    /// nothing if the run is neither current nor previous: another was published beside the rollback.
    fn roll_back(&mut self, country: &'static str, run_id: &str) {
        let pointers = self.audit();
        let before = &pointers[&country_key(country)];
        if before.run_id != run_id && before.previous_run_id.as_deref() != Some(run_id) {
            return;
        }
        self.may_go_back = true;
        let report = self.stack.etl().rollback(country, &["--to", run_id]).exits(0).json();
        assert_eq!(report["run_id"], run_id, "{country}");
        for (key, pointer) in self.audit() {
            let before = &pointers[&key];
            if key == country_key(country) && before.run_id != run_id {
                assert_eq!(pointer.run_id, run_id, "{country}");
                assert_eq!(pointer.version, before.version + 1, "{country}");
                assert_eq!(pointer.previous_run_id.as_ref(), Some(&before.run_id), "{country}");
            } else {
                assert_eq!(pointer, *before, "{key} was not to be rolled back");
            }
        }
        self.may_go_back = false;
        self.tally.note(|counts| counts.reruns += 1);
    }

    /// Checks that the state that a killed run left is whole and is used.
    fn check_state(&self, state: &Value) {
        let files = |name: &str| state[name].as_u64().unwrap_or_else(|| panic!("{name} of {state}"));
        assert_eq!(files("recalled_files") + files("kept_files"), u64::from(OBJECTS), "{state}");
        assert_eq!(files("damaged"), 0, "{state}");
        self.tally.note(|counts| counts.recalled += files("recalled_files"));
    }

    /// Checks the table with `voucher-etl verify`.
    fn verify(&self) {
        self.stack.etl().verify().exits(0);
        self.tally.note(|counts| counts.verified += 1);
    }
}

/// Checks that each publication and rollback raises the version by one, whatever was sent twice.
fn check_steps(country: &str, before: &Pointer, after: &Pointer, processes: u64) {
    let steps = after.version - before.version;
    assert!(steps <= processes, "{country}: {before:?}, then {after:?}");
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
        published.insert(country_key(name));
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
