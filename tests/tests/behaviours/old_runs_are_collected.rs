//! Runs that were superseded more than a day ago and are beyond those kept go, with all items.

use serde_json::Value;
use stack::Stack;
use stack::etl::{Etl, run_id};
use stack::proxy::{Action, Proxy, Request};

const LONG_AGO: &str = "2026-01-01T00:00:00.000Z";

struct Runs {
    stack: Stack,
    history: String,
}

impl Runs {
    fn new() -> Self {
        let stack = Stack::new();
        Self { history: stack.history(&[("Peru", 1, 100.0)]).display().to_string(), stack }
    }

    /// Runs the ETL and returns the id of the run.
    fn run(&self, keep: &str) -> String {
        self.run_by(&self.stack.etl(), keep)
    }

    /// Likewise, keeping as little as may be.
    fn run_through(&self, proxy: &Proxy) -> String {
        self.run_by(&self.stack.etl_through(proxy), "0")
    }

    fn run_by(&self, etl: &Etl, keep: &str) -> String {
        run_id(&etl.run(&["--keep", keep, "--s3path", &self.history]).exits(0).json()).to_owned()
    }

    fn superseded_long_ago(&self, run_id: &str) {
        self.stack.table.set("peru", &format!("run#{run_id}"), "superseded_at", LONG_AGO);
    }

    fn superseded_at(&self, run_id: &str) -> Value {
        self.manifest(run_id)["superseded_at"]["S"].clone()
    }

    fn manifest(&self, run_id: &str) -> Value {
        self.stack.table.manifest("peru", run_id)
    }

    /// Checks that these runs are there, whole, and no item of any other.
    #[track_caller]
    fn check(&self, run_ids: &[String]) {
        for run_id in run_ids {
            assert!(!self.manifest(run_id).is_null(), "manifest of {run_id}");
            assert_eq!(self.stack.table.query("peru", &format!("{run_id}#")).len(), 8, "items of {run_id}");
        }
        // A manifest and eight buckets each, the pointer, the entry in the list.
        assert_eq!(self.stack.table.scan().len(), 9 * run_ids.len() + 2);
    }
}

#[test]
fn beyond_those_kept_and_after_a_day() {
    let runs = Runs::new();
    let mut ids: Vec<_> = ["5"; 4].map(|keep| runs.run(keep)).into();
    runs.superseded_long_ago(&ids[0]);
    runs.superseded_long_ago(&ids[1]);
    ids.push(runs.run("5"));
    runs.check(&ids);
    ids.push(runs.run("5"));
    runs.check(&ids[1..]);
    // Of the others, only one has been superseded for a day.
    ids.push(runs.run("1"));
    runs.check(&ids[2..]);
    for run_id in &ids[2..6] {
        runs.superseded_long_ago(run_id);
    }
    ids.push(runs.run("0"));
    runs.check(&ids[6..]);
    assert_ne!(runs.superseded_at(&ids[6]), LONG_AGO);
    assert!(runs.superseded_at(&ids[7]).is_null());
}

#[test]
fn never_the_current_one_nor_the_one_before() {
    let runs = Runs::new();
    let [oldest, before] = ["5"; 2].map(|keep| runs.run(keep));
    runs.superseded_long_ago(&oldest);
    runs.superseded_long_ago(&before);
    // When it is superseded cannot be noted, so what its manifest says is wrong.
    let is_note = |request: &Request| request.is("TransactWriteItems") && !request.is_claim();
    let proxy = runs.stack.failing(is_note, refuse);
    let current = runs.run_through(&proxy);
    assert_eq!(runs.superseded_at(&before), LONG_AGO);
    runs.check(&[before, current]);
}

#[test]
fn an_interrupted_deletion_is_finished_by_a_later_run() {
    let runs = Runs::new();
    let [oldest, second] = ["5"; 2].map(|keep| runs.run(keep));
    runs.superseded_long_ago(&oldest);
    // Its items go, and then its manifest does not.
    let is_meant = |request: &Request| {
        let is_deletion = String::from_utf8_lossy(&request.body).contains("DeleteRequest");
        is_deletion && request.batch().iter().any(|key| key.starts_with("run#"))
    };
    let proxy = runs.stack.failing(is_meant, refuse);
    // The publication stands, whatever becomes of old runs.
    let third = runs.run_through(&proxy);
    assert!(runs.stack.table.query("peru", &format!("{oldest}#")).is_empty());
    assert_eq!(runs.superseded_at(&oldest), LONG_AGO);
    assert!(runs.manifest(&oldest)["collecting_at"]["S"].is_string());
    // It is claimed, so it goes whatever else is to be kept.
    let fourth = runs.run("5");
    runs.check(&[second, third, fourth]);
}

fn refuse() -> Action {
    Action::dynamodb_error(400, "AccessDeniedException")
}
