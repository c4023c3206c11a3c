//! The collection claims a run before it deletes anything, and a rollback asks for the claim: of
//! the two, whichever is first is the only one.

use serde_json::Value;
use stack::Stack;
use stack::etl::{Etl, run_id};
use stack::proxy::Request;
use std::path::PathBuf;
use std::thread;

const LONG_AGO: &str = "2026-01-01T00:00:00.000Z";

struct Runs {
    stack: Stack,
    history: PathBuf,
    /// The first is superseded long ago, so the next run that keeps nothing collects it.
    ids: Vec<String>,
}

impl Runs {
    fn new() -> Self {
        let stack = Stack::new();
        let history = stack.history(&[("Peru", 1, 100.0)]);
        let ids: Vec<_> = (0..3).map(|_| run_id(&stack.etl().publish(&history)).to_owned()).collect();
        stack.table.set("peru", &format!("run#{}", ids[0]), "superseded_at", LONG_AGO);
        Self { stack, history, ids }
    }

    /// Runs the ETL, which keeps as little as may be, and returns the id of the run.
    fn collect(&self, etl: &Etl) -> String {
        let history = self.history.display().to_string();
        run_id(&etl.run(&["--keep", "0", "--s3path", &history]).exits(0).json()).to_owned()
    }

    fn manifest(&self, run_id: &str) -> Value {
        self.stack.table.manifest("peru", run_id)
    }

    fn items(&self, run_id: &str) -> usize {
        self.stack.table.query("peru", &format!("{run_id}#")).len()
    }

    fn check_current_is_whole(&self, run_id: &str) {
        assert_eq!(self.stack.etl().lookup("Peru").exits(0).json()["run_id"], run_id);
        assert_eq!(self.stack.etl().verify().exits(0).json()["is_clean"], true);
    }
}

#[test]
fn the_rollback_is_first() {
    let runs = Runs::new();
    let (proxy, gate) = runs.stack.holding(Request::is_claim);
    thread::scope(|scope| {
        let collecting = scope.spawn(|| runs.collect(&runs.stack.etl_through(&proxy)));
        gate.wait_until_reached();
        let _ = runs.stack.etl().rollback("Peru", &["--to", &runs.ids[0]]).exits(0);
        gate.open();
        collecting.join().expect("the publication stands");
    });
    assert_eq!(proxy.seen(Request::is_claim).len(), 1);
    assert_eq!(runs.items(&runs.ids[0]), 8);
    assert!(runs.manifest(&runs.ids[0])["collecting_at"].is_null());
    runs.check_current_is_whole(&runs.ids[0]);
}

#[test]
fn the_claim_is_first() {
    let runs = Runs::new();
    let (proxy, gate) = runs.stack.holding(Request::is_rollback);
    thread::scope(|scope| {
        let rollback =
            scope.spawn(|| runs.stack.etl_through(&proxy).rollback("Peru", &["--to", &runs.ids[0]]));
        gate.wait_until_reached();
        // As by a collection that began when the rollback read the pointer, and got no further.
        runs.stack.table.set("peru", &format!("run#{}", runs.ids[0]), "collecting_at", LONG_AGO);
        gate.open();
        rollback.join().expect("it ends").fails(3, &["being deleted"]);
    });
    runs.check_current_is_whole(&runs.ids[2]);
    let next = runs.collect(&runs.stack.etl());
    assert_eq!(runs.items(&runs.ids[0]), 0);
    assert!(runs.manifest(&runs.ids[0]).is_null());
    runs.check_current_is_whole(&next);
}

#[test]
fn what_was_superseded_a_moment_ago_is_not_claimed() {
    let runs = Runs::new();
    let (proxy, gate) = runs.stack.holding(Request::is_claim);
    thread::scope(|scope| {
        let collecting = scope.spawn(|| runs.collect(&runs.stack.etl_through(&proxy)));
        gate.wait_until_reached();
        // It becomes current and is replaced, and the pointer is as if it had been read after that.
        let version = runs.stack.table.pointer_attribute("peru", "version");
        let current = runs.stack.table.pointer_attribute("peru", "run_id");
        for to in [&runs.ids[0], &current] {
            let _ = runs.stack.etl().rollback("Peru", &["--to", to]).exits(0);
        }
        runs.stack.table.set_number("peru", "current", "version", &version);
        gate.open();
        collecting.join().expect("the publication stands");
    });
    assert_eq!(runs.items(&runs.ids[0]), 8);
    assert!(runs.manifest(&runs.ids[0])["collecting_at"].is_null());
}
