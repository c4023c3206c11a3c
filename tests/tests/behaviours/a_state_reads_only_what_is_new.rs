//! With `--state` on S3 a run asks for nothing of the objects that an earlier run counted, goes on
//! where a killed one ended, and has the same result as a run without.

use serde_json::Value;
use stack::Stack;
use stack::http::Method;
use stack::proxy::{Action, Gate, Proxy, Request};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// Objects of which bytes were asked for, each once; listings; reads and writes below the state.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    objects: Vec<String>,
    lists: usize,
    state_reads: usize,
    state_writes: usize,
}

fn is_of_state(request: &Request) -> bool {
    request.path.contains("/state/v2/")
}

fn seen(proxy: &Proxy) -> Seen {
    let name = |request: &Request| {
        let path = request.path.split('?').next().expect("a path");
        path.rsplit('/').next().expect("a name").to_owned()
    };
    let mut objects: Vec<_> = proxy.seen(Request::is_get_object).iter().map(name).collect();
    objects.sort();
    objects.dedup();
    let state = |method: Method| proxy.seen(|request| is_of_state(request) && request.method == method).len();
    Seen {
        objects,
        lists: proxy.seen(Request::is_list).len(),
        state_reads: state(Method::GET),
        state_writes: state(Method::PUT),
    }
}

struct History {
    stack: Stack,
    location: String,
    state: String,
}

impl History {
    fn new(objects: &[&str]) -> Self {
        let stack = Stack::new();
        let (location, state) = (stack.bucket.location("history/"), stack.bucket.location("state"));
        let history = Self { stack, location, state };
        for (seed, object) in (50..).zip(objects) {
            history.add(object, seed);
        }
        history
    }

    fn add(&self, object: &str, seed: u32) {
        self.stack.bucket.upload(&self.stack.sample(2_000, seed), &format!("history/{object}"));
    }

    fn line<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [&["--s3path", &self.location, "--state", &self.state], more].concat()
    }

    /// Runs with the state and holds the result against a run without; returns what was asked for.
    #[track_caller]
    fn check(&self, more: &[&str], expected: (&[&str], usize)) -> Value {
        let proxy = self.stack.proxy(|_| Action::Pass);
        let report = self.stack.etl_through(&proxy).run(&self.line(more)).exits(0).json();
        let (objects, known) = expected;
        let all = report["inputs"]["number"].as_u64().expect("a number");
        let expected = Seen {
            objects: objects.iter().map(|object| (*object).to_owned()).collect(),
            // That of the location, and a look for each kind of table above it.
            lists: 4,
            state_reads: objects.len() + known,
            state_writes: objects.len(),
        };
        assert_eq!(seen(&proxy), expected);
        assert_eq!(all, (objects.len() + known) as u64);
        assert_eq!(report["state"]["recalled_files"], known as u64, "{report:#}");
        assert_eq!(report["state"]["kept_files"], objects.len() as u64);
        let line = [&["--dry-run", "--s3path", &self.location], more].concat();
        let without = self.stack.etl().run(&line).exits(0).json();
        for member in ["result_hash", "inputs", "segments"] {
            assert_eq!(report[member], without[member], "{member}");
        }
        report
    }
}

#[test]
fn only_new_and_changed_objects_are_read() {
    let history = History::new(&["a", "b", "c"]);
    history.check(&[], (&["a", "b", "c"], 0));
    history.check(&[], (&[], 3));
    history.add("d", 60);
    history.check(&["--country", "Peru"], (&["d"], 3));
    history.add("b", 61);
    history.check(&[], (&["b"], 3));
    history.stack.bucket.delete("history/a");
    history.check(&[], (&[], 3));
    let plan = &history.check(&["--explain"], (&[], 3))["plan"];
    assert_eq!((&plan["files"], &plan["recalled_files"]), (&0.into(), &3.into()), "{plan:#}");
    let requests = serde_json::json!(
        { "list": 4, "state": 3, "footer": 0, "dictionary": 0, "unclaimed": 0, "range": 0, "bytes": 0 });
    assert_eq!(plan["requests"], requests);
}

#[test]
fn a_killed_run_is_gone_on_with() {
    let history = History::new(&["a", "b", "c"]);
    let (reads, kept) = (Gate::closed(), Arc::new(AtomicUsize::new(0)));
    let proxy = history.stack.proxy({
        let (reads, kept) = (reads.clone(), Arc::clone(&kept));
        move |request| {
            if request.is_get_object() && request.path.contains("/history/c") {
                return Action::Hold(reads.clone());
            }
            if is_of_state(request) && request.method == Method::PUT {
                let kept = Arc::clone(&kept);
                return Action::edit(move |answer| {
                    kept.fetch_add(1, Ordering::SeqCst);
                    answer
                });
            }
            Action::Pass
        }
    });
    let running = history.stack.etl_through(&proxy).start_run(&history.line(&[]));
    reads.wait_until_reached();
    // Two of three objects are counted and kept, and the third never comes.
    let is_kept = |_: &u32| kept.load(Ordering::SeqCst) == 2;
    let waited = (0..3_000).inspect(|_| sleep(Duration::from_millis(10))).find(is_kept);
    assert!(waited.is_some(), "{kept:?} entries are kept");
    running.kill();
    history.check(&[], (&["c"], 2));
}

#[test]
fn what_is_damaged_is_counted_anew() {
    let history = History::new(&["a", "b"]);
    history.check(&[], (&["a", "b"], 0));
    let keys = history.stack.bucket.keys("state/");
    for bytes in [Vec::new(), b"PAR1".to_vec(), vec![0; 3_000]] {
        history.stack.bucket.put(&keys[0], bytes);
        let proxy = history.stack.proxy(|_| Action::Pass);
        let outcome = history.stack.etl_through(&proxy).run(&history.line(&[])).exits(0);
        assert!(outcome.stderr.contains(&keys[0]), "{}", outcome.stderr);
        assert_eq!(seen(&proxy).objects.len(), 1);
        assert_eq!(outcome.json()["state"]["damaged"], 1);
        history.check(&[], (&[], 2));
    }
    // A body that breaks off is asked for again.
    let cut = AtomicBool::new(false);
    let is_first = move |request: &Request| is_of_state(request) && !cut.swap(true, Ordering::Relaxed);
    let proxy = history.stack.failing(is_first, || Action::Truncate(100));
    let report = history.stack.etl_through(&proxy).run(&history.line(&[])).exits(0).json();
    assert_eq!((&report["state"]["recalled_files"], &report["state"]["damaged"]), (&2.into(), &0.into()));
}

/// Answers requests for entries of the state, of one method, as S3 answers who lacks a right.
fn denied(history: &History, method: Method) -> Proxy {
    let is_meant = move |request: &Request| is_of_state(request) && request.method == method;
    history.stack.failing(is_meant, || Action::s3_error(403, "AccessDenied"))
}

#[test]
fn a_state_that_cannot_be_read_ends_the_run_and_one_that_cannot_be_written_does_not() {
    let history = History::new(&["a", "b"]);
    let outcome = history.stack.etl_through(&denied(&history, Method::PUT)).run(&history.line(&[])).exits(0);
    assert!(outcome.stderr.contains("AccessDenied"), "{}", outcome.stderr);
    let report = outcome.json();
    assert_eq!(report["state"]["is_incomplete"], true);
    assert_eq!(stack::etl::publications(&report).first().map(|country| country.1), Some("published"));
    history.check(&[], (&["a", "b"], 0));
    let published = history.stack.table.scan();
    let outcome = history.stack.etl_through(&denied(&history, Method::GET)).run(&history.line(&[]));
    outcome.fails(4, &["AccessDenied"]);
    assert_eq!(history.stack.table.scan(), published);
}

/// S3 tells that an object is not there only those who may list the whole bucket.
#[test]
fn entries_that_are_denied_because_they_are_not_there_are_counted() {
    let history = History::new(&["a", "b"]);
    let report =
        history.stack.etl_through(&denied(&history, Method::GET)).run(&history.line(&[])).exits(0).json();
    assert_eq!((&report["state"]["recalled_files"], &report["state"]["kept_files"]), (&0.into(), &2.into()));
    history.check(&[], (&[], 2));
}
