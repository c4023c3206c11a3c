//! `SNAPSHOT_DIR`: what an instance knew, another one serves that starts while the table is away.

use stack::Stack;
use stack::api::{Api, Door, Listener, Question};
use stack::customer::by_orders;
use stack::etl::run_id;
use stack::http::Answer;
use stack::proxy::{Action, Proxy};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

const KEPT_WITHIN: Duration = Duration::from_secs(30);

fn ask(listener: &Listener, country: &str, orders: u64) -> Answer {
    listener.ask(&Question::post("/voucher", &by_orders(country, orders)))
}

struct Kept {
    stack: Stack,
    _proxy: Proxy,
    is_away: Arc<AtomicBool>,
    folder: PathBuf,
    api: Api,
}

/// A table that can be taken away, and an API that keeps what it reads of it.
fn kept() -> Kept {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0), ("Peru", 20, 75.0)]);
    let (proxy, is_away) = stack.switched(false, |_| true, || Action::Drop);
    let folder = stack.folder().join("kept");
    let api = stack.api_through(&proxy).impatient().always_fresh();
    // There is time for what is on disk on a busy machine.
    let api = api.with("DEADLINE_MS", Some("5000"));
    let api = api.with("SNAPSHOT_DIR", Some(&folder.display().to_string()));
    Kept { stack, _proxy: proxy, is_away, folder, api }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "json")).collect()
}

/// Waits until the only file says this of the country.
fn wait_until_kept(folder: &Path, text: &str) -> PathBuf {
    let deadline = Instant::now() + KEPT_WITHIN;
    loop {
        if let [file] = &files(folder)[..]
            && fs::read_to_string(file).is_ok_and(|content| content.contains(text))
        {
            return file.clone();
        }
        assert!(Instant::now() < deadline, "nothing is kept");
        sleep(Duration::from_millis(20));
    }
}

impl Kept {
    /// An instance asks for Peru and ends; then the table goes away.
    fn left(&self) -> PathBuf {
        let listener = self.api.listen();
        assert_eq!(ask(&listener, "Peru", 1).status, 200);
        let file = wait_until_kept(&self.folder, "peru");
        listener.stop("TERM").exits(0);
        self.is_away.store(true, Ordering::Relaxed);
        file
    }
}

#[test]
fn marked_as_old() {
    let kept = kept();
    kept.left();
    let listener = kept.api.listen();
    for (orders, amount) in [(1, 2640), (20, 75)] {
        let answer = ask(&listener, "Peru", orders);
        assert_eq!((answer.status.as_u16(), &answer.json()["voucher_amount"]), (200, &amount.into()));
        assert!(answer.headers.contains_key("x-stale-seconds"), "{:?}", answer.headers);
    }
    assert_eq!(ask(&listener, "Chile", 1).status, 503, "it was not asked before");
    // Once the table is back, its state counts.
    let second = kept.stack.publish(&[("Peru", 1, 1.0)]);
    kept.is_away.store(false, Ordering::Relaxed);
    let deadline = Instant::now() + KEPT_WITHIN;
    while ask(&listener, "Peru", 1).json()["run_id"] != second["run_id"] {
        assert!(Instant::now() < deadline, "it does not recover");
        sleep(Duration::from_millis(100));
    }
    wait_until_kept(&kept.folder, run_id(&second));
}

/// A probe reads who is published, not what: that is no reason to lose what was kept.
#[test]
fn although_a_probe_came_between() {
    let kept = kept();
    let file = kept.left();
    kept.is_away.store(false, Ordering::Relaxed);
    let probed = kept.api.listen();
    assert_eq!(probed.ask(&Question::get("/readyz")).status, 200);
    probed.stop("TERM").exits(0);
    assert!(file.exists(), "it is lost");
    kept.is_away.store(true, Ordering::Relaxed);
    assert_eq!(ask(&kept.api.listen(), "Peru", 20).json()["voucher_amount"], 75);
}

#[test]
fn until_the_limit() {
    let kept = kept();
    let file = kept.left();
    let dated = |age: u64| {
        let file = fs::File::options().append(true).open(&file).expect("it is kept");
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("it can be dated");
        ask(&kept.api.clone().with("STALE_LIMIT_SECONDS", Some("600")).listen(), "Peru", 1)
    };
    let young = dated(500);
    let age = young.headers["x-stale-seconds"].to_str().expect("a number").parse::<u64>().expect("a number");
    assert!((500..530).contains(&age), "{age}");
    assert_eq!(dated(601).status, 503);
}

#[test]
fn not_of_another_table_nor_damaged_nor_of_the_future() {
    let kept = kept();
    let file = kept.left();
    let other = kept.api.clone().with("TABLE_NAME", Some("another"));
    assert_eq!(ask(&other.listen(), "Peru", 1).status, 503);
    let content = fs::read_to_string(&file).expect("it is kept");
    fs::write(&file, content.replace("\"N\":\"2640\"", "\"N\":\"a lot\"")).expect("written");
    assert_eq!(ask(&kept.api.listen(), "Peru", 1).status, 503, "damaged");
    fs::write(&file, &content[..content.len() / 2]).expect("written");
    assert_eq!(ask(&kept.api.listen(), "Peru", 1).status, 503, "half");
    fs::write(&file, &content).expect("written");
    assert_eq!(ask(&kept.api.listen(), "Peru", 1).status, 200);
    let opened = fs::File::options().append(true).open(&file).expect("it is kept");
    opened.set_modified(SystemTime::now() + Duration::from_hours(1)).expect("it can be dated");
    assert_eq!(ask(&kept.api.listen(), "Peru", 1).status, 503, "dated ahead");
}

#[test]
fn nothing_that_is_gone() {
    let kept = kept();
    let listener = kept.api.listen();
    assert_eq!(ask(&listener, "Peru", 1).status, 200);
    wait_until_kept(&kept.folder, "peru");
    kept.stack.table.delete("peru", "current");
    assert_eq!(ask(&listener, "Peru", 1).status, 404);
    let deadline = Instant::now() + KEPT_WITHIN;
    while !files(&kept.folder).is_empty() {
        assert!(Instant::now() < deadline, "{:?} stays", files(&kept.folder));
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn where_it_can_write() {
    let stack = Stack::new();
    let file = stack.folder().join("a-file");
    fs::write(&file, "").expect("written");
    let folder = file.display().to_string();
    let api = stack.api().with("SNAPSHOT_DIR", Some(&folder));
    api.start(&["--listen", "127.0.0.1:0"]).wait().fails(1, &["SNAPSHOT_DIR", &folder]);
}
