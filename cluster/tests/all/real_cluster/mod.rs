//! A cluster of processes, started by a test and ended with it.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// For a cluster to be there.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// A scheduler and its executors.
pub(crate) struct Cluster {
    scheduler: Process,
    executors: Vec<Process>,
    /// Executors so far, those that were killed included.
    started: usize,
    port: u16,
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// A process that ends with the test.
struct Process(Child);

impl Cluster {
    /// Starts a scheduler and so many executors, with these variables in their environment.
    pub(crate) fn start(executors: usize, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let bind = format!("127.0.0.1:{port}");
        let log = folder.path().join("scheduler.log");
        let arguments = ["scheduler", "--bind", &bind, "--executor-timeout", "4"];
        let scheduler = Process::start(&arguments, &variables, &log);
        let mut cluster = Self { scheduler, executors: Vec::new(), started: 0, port, folder, variables };
        cluster.wait(|cluster| cluster.get("api/version").is_some());
        for _ in 0..executors {
            cluster.add_executor();
        }
        cluster
    }

    /// Returns its scheduler's URL.
    pub(crate) fn url(&self) -> String {
        format!("df://127.0.0.1:{}", self.port)
    }

    /// Starts one more executor, and waits until the scheduler knows it.
    fn add_executor(&mut self) {
        let before = self.executor_count();
        let executor = self.executor();
        self.executors.push(executor);
        self.wait(|cluster| cluster.executor_count() > before);
    }

    /// Starts an executor with a work folder of its own.
    fn executor(&mut self) -> Process {
        let number = self.started;
        self.started += 1;
        let work = self.folder.path().join(format!("work-{number}"));
        let log = self.folder.path().join(format!("executor-{number}.log"));
        let (port, grpc_port) = (free_port().to_string(), free_port().to_string());
        let url = self.url();
        let work = work.to_str().expect("a name");
        let arguments = ["executor", "--scheduler", &url, "--port", &port, "--grpc-port", &grpc_port];
        let arguments = [&arguments[..], &["--work-dir", work, "--cores", "1", "--heartbeat", "1"]].concat();
        Process::start(&arguments, &self.variables, &log)
    }

    /// Kills an executor, the first being 0, as `kill -9` does.
    pub(crate) fn kill_executor(&mut self, number: usize) {
        self.executors[number].kill();
    }

    /// Kills the scheduler.
    pub(crate) fn kill_scheduler(&mut self) {
        self.scheduler.kill();
    }

    /// Starts another executor for each that was killed, and waits until the dead are forgotten.
    pub(crate) fn replace_killed_executors(&mut self) {
        for number in 0..self.executors.len() {
            if self.executors[number].has_ended() {
                let executor = self.executor();
                self.executors[number] = executor;
            }
        }
        let expected = self.executors.len();
        self.wait(|cluster| cluster.executor_count() == expected);
    }

    /// Returns a folder that goes away with it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns how many executors the scheduler knows.
    pub(crate) fn executor_count(&self) -> usize {
        self.get("api/executors").map_or(0, |answer| answer.matches("\"id\"").count())
    }

    /// Asks the scheduler's REST API; `None` without an answer of status 200.
    pub(crate) fn get(&self, path: &str) -> Option<String> {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let request = format!("GET /{path} HTTP/1.1\r\nhost: scheduler\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        answer.starts_with("HTTP/1.1 200").then_some(answer)
    }

    fn wait(&mut self, is_there: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_there(self) {
            let ended = self.executors.iter_mut().chain([&mut self.scheduler]).any(Process::has_ended);
            assert!(
                !ended && started.elapsed() < START_TIMEOUT,
                "the cluster does not start: {}",
                self.logs()
            );
            sleep(Duration::from_millis(50));
        }
    }

    /// Returns what its processes have logged.
    pub(crate) fn logs(&self) -> String {
        let mut logs = String::new();
        for entry in std::fs::read_dir(self.folder.path()).expect("a folder").flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "log") {
                logs.extend([entry.path().display().to_string(), ":\n".to_owned()]);
                logs.push_str(&std::fs::read_to_string(entry.path()).unwrap_or_default());
            }
        }
        logs
    }
}

impl Process {
    fn start(arguments: &[&str], variables: &[(String, String)], log: &Path) -> Self {
        let log = File::create(log).expect("a log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_voucher-etl-cluster"));
        command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Self(command.spawn().expect("the program"))
    }

    fn has_ended(&mut self) -> bool {
        self.0.try_wait().is_ok_and(|status| status.is_some())
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns a port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
