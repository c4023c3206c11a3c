//! What happens when a cluster fails: a lost executor changes nothing, and what cannot go on ends with
//! one clear error within a stated time, its job cancelled.

use crate::real_cluster::Cluster;
use etl::sample::{Codec, write};
use serde_json::Value;
use std::env;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Rows of a file, and files: so many that a job takes seconds.
const FILE_ROWS: u64 = 12_000;
const FILES: u64 = 16;
/// Executors that are killed, where the caller does not say.
const KILLS: usize = 20;
/// For a job to be under way.
const BEGIN_TIMEOUT: Duration = Duration::from_mins(1);

struct History(TempDir);

impl History {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..FILES {
            let file = folder.path().join(format!("part-{number:02}.parquet"));
            write(&file, FILE_ROWS, number, Codec::Snappy).expect("written");
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Starts a run that publishes nothing.
fn start(history: &Path, url: &str, more: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_voucher-etl-cluster"));
    command.args(["run", "--dry-run", "--format", "json", "--no-verify-sample", "--scheduler", url]);
    command.arg("--s3path").arg(history).args(more).env("AWS_CONFIG_FILE", "/dev/null");
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program")
}

fn report(output: &Output, cluster: &Cluster) -> Value {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{complaint} {}", cluster.logs());
    serde_json::from_slice(&output.stdout).expect("a report")
}

/// Returns the jobs that the scheduler knows.
fn jobs(cluster: &Cluster) -> Vec<Value> {
    let Some(answer) = cluster.get("api/jobs") else { return Vec::new() };
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
    let from = body.find('[').expect("a list");
    let until = body.rfind(']').expect("a list");
    serde_json::from_str(&body[from..=until]).expect("a list")
}

fn has_status(job: &Value, status: &str) -> bool {
    job["status"].as_str() == Some(status)
}

/// Waits until a job that was not there before is under way.
#[track_caller]
fn wait_for_job(cluster: &Cluster, before: usize) {
    let started = Instant::now();
    loop {
        let jobs = jobs(cluster);
        if jobs.len() > before && jobs.iter().any(|job| has_status(job, "Running")) {
            return;
        }
        assert!(started.elapsed() < BEGIN_TIMEOUT, "no job begins: {jobs:?} {}", cluster.logs());
        sleep(Duration::from_millis(20));
    }
}

/// Waits until no job is under way any more.
#[track_caller]
fn wait_for_no_job(cluster: &Cluster) {
    let started = Instant::now();
    while jobs(cluster).iter().any(|job| has_status(job, "Running") || has_status(job, "Queued")) {
        assert!(started.elapsed() < BEGIN_TIMEOUT, "a job goes on: {:?}", jobs(cluster));
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn killed_executors_change_nothing() {
    let kills = env::var("CLUSTER_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    let history = History::new();
    let mut cluster = Cluster::start(2, &[]);
    let undisturbed = Instant::now();
    let expected = start(history.path(), &cluster.url(), &[]).wait_with_output().expect("it ends");
    let expected = report(&expected, &cluster)["result_hash"].clone();
    let undisturbed = undisturbed.elapsed();
    let mut random = fastrand::Rng::with_seed(7);
    let mut killed_in_mid_run = 0;
    for kill in 0..kills {
        let before = jobs(&cluster).len();
        let run = start(history.path(), &cluster.url(), &[]);
        wait_for_job(&cluster, before);
        // Anywhere in the job.
        sleep(undisturbed.mul_f64(random.f64() * 0.6));
        if jobs(&cluster).iter().any(|job| has_status(job, "Running")) {
            killed_in_mid_run += 1;
        }
        cluster.kill_executor(random.usize(..2));
        let output = run.wait_with_output().expect("it ends");
        assert_eq!(report(&output, &cluster)["result_hash"], expected, "kill {kill}: {}", cluster.logs());
        cluster.replace_killed_executors();
    }
    assert!(killed_in_mid_run * 2 >= kills, "only {killed_in_mid_run} of {kills} kills were in mid-run");
}

/// A run on a cluster to which something is done while its job is under way.
struct Disturbed {
    output: Output,
    took: Duration,
}

impl Disturbed {
    fn new(history: &Path, cluster: &mut Cluster, disturb: impl Fn(&mut Cluster, &Child)) -> Self {
        let before = jobs(cluster).len();
        let run = start(history, &cluster.url(), &[]);
        wait_for_job(cluster, before);
        let started = Instant::now();
        disturb(cluster, &run);
        let output = run.wait_with_output().expect("it ends");
        Self { output, took: started.elapsed() }
    }

    #[track_caller]
    fn ends_with(&self, code: i32, message: &str, within_s: u64) {
        let complaint = String::from_utf8_lossy(&self.output.stderr);
        assert_eq!(self.output.status.code(), Some(code), "{complaint}");
        assert!(complaint.contains(message), "{complaint}");
        assert!(self.took < Duration::from_secs(within_s), "it took {:?}: {complaint}", self.took);
        assert!(self.output.stdout.is_empty(), "{complaint}");
    }
}

#[test]
fn what_cannot_go_on_ends_in_time() {
    let history = History::new();
    let mut cluster = Cluster::start(1, &[]);
    let disturbed = Disturbed::new(history.path(), &mut cluster, |_, run| {
        let interrupted = Command::new("kill").args(["-s", "INT", &run.id().to_string()]).status();
        assert!(interrupted.is_ok_and(|status| status.success()));
    });
    disturbed.ends_with(130, "cancelled the job", 15);
    wait_for_no_job(&cluster);

    let timed_out = start(history.path(), &cluster.url(), &["--job-timeout", "1"]).wait_with_output();
    let timed_out = Disturbed { output: timed_out.expect("it ends"), took: Duration::ZERO };
    timed_out.ends_with(1, "the job took longer than --job-timeout, 1 s", 15);
    wait_for_no_job(&cluster);

    let disturbed = Disturbed::new(history.path(), &mut cluster, |cluster, _| cluster.kill_executor(0));
    disturbed.ends_with(1, "all executors were lost", 60);
    cluster.replace_killed_executors();

    let disturbed = Disturbed::new(history.path(), &mut cluster, |cluster, _| cluster.kill_scheduler());
    disturbed.ends_with(1, "error: ", 30);
}

#[test]
fn a_cluster_that_is_none_is_told_at_once() {
    let cluster = Cluster::start(0, &[]);
    let file: PathBuf = cluster.folder().join("history.parquet");
    write(&file, 10, 1, Codec::Snappy).expect("written");
    let started = Instant::now();
    for (url, message) in [
        ("df://127.0.0.1:9".to_owned(), "scheduler df://127.0.0.1:9 cannot be reached"),
        (cluster.url(), "has no executors: start at least one"),
    ] {
        let output = start(&file, &url, &[]).wait_with_output().expect("it ends");
        let disturbed = Disturbed { output, took: started.elapsed() };
        disturbed.ends_with(1, message, 20);
    }
}

/// Answers like the scheduler of another cluster, for as long as the test runs, and returns its URL.
fn pretended(version: &'static str, executors: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client");
            let mut request = [0; 4_096];
            let read = stream.read(&mut request).expect("a request");
            let is_version = String::from_utf8_lossy(&request[..read]).contains("/api/version");
            let body = if is_version { version } else { executors };
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).expect("an answer");
        }
    });
    format!("df://127.0.0.1:{port}")
}

#[test]
fn a_cluster_of_another_version_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("history.parquet");
    write(&file, 10, 1, Codec::Snappy).expect("written");
    let ours = r#"{"version": "55.0.0", "datafusion_version": "55.2.0"}"#;
    for (version, executors, message) in [
        (
            r#"{"version": "54.1.0", "datafusion_version": "54.0.0"}"#,
            "[]",
            "runs Ballista 54.1.0 on DataFusion 54.0.0, this program Ballista 55.0.0 on DataFusion 55.2.0",
        ),
        (
            ours,
            r#"[{"id": "voucher-etl-cluster-0.0.9-ballista-55.0.0-1", "specification": {"vcores": 2}}]"#,
            "runs voucher-etl-cluster-0.0.9-ballista-55.0.0-1, this program voucher-etl-cluster-0.1.0-ballista-55.0.0-",
        ),
        (ours, r#"[{"id": "8c9a", "specification": null}]"#, "an executor of scheduler"),
        ("no JSON", "[]", "cannot be reached"),
    ] {
        let output = start(&file, &pretended(version, executors), &[]).wait_with_output().expect("it ends");
        Disturbed { output, took: Duration::ZERO }.ends_with(1, message, 20);
    }
}
