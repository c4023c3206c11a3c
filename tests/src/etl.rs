//! `voucher-etl` as a user runs it: a command line, an exit code, two streams of text.

use crate::binary::voucher_etl;
use crate::runtime::runtime;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// No command of these tests takes longer, on a busy machine, or it hangs.
const ENDS_WITHIN: Duration = Duration::from_secs(100);

/// The program with an environment of its own, in which nothing leads to a real account.
#[derive(Debug, Clone)]
pub struct Etl {
    table: String,
    environment: Vec<(String, String)>,
}

/// A command under way. It is killed if it is dropped.
#[derive(Debug)]
pub struct Running(Child);

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit code; none if it was killed.
    pub code: Option<i32>,
    /// Its result.
    pub stdout: String,
    /// Its logs and errors.
    pub stderr: String,
}

impl Etl {
    pub(crate) fn new(endpoint: &str, table: &str) -> Self {
        let path = std::env::var("PATH").unwrap_or_default();
        let environment = [
            ("PATH", path.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { table: table.to_owned(), environment: environment.into() }
    }

    /// Sets a variable of its environment, or with `None` removes it.
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        self.environment.retain(|(other, _)| other != name);
        self.environment.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// Publishes to another table.
    pub fn on_table(mut self, name: &str) -> Self {
        name.clone_into(&mut self.table);
        self
    }

    /// Runs the ETL with a report in JSON.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Outcome {
        self.start_run(arguments).wait()
    }

    /// Starts a run with a report in JSON.
    pub fn start_run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Running {
        let mut all: Vec<&OsStr> = ["run", "--format", "json", "--table", &self.table].map(OsStr::new).into();
        all.extend(arguments.iter().map(AsRef::as_ref));
        self.start(&all)
    }

    /// Runs the ETL on `location`, as it must go, and returns its report.
    #[track_caller]
    pub fn publish(&self, location: impl AsRef<OsStr>) -> Value {
        self.run(&[OsStr::new("--s3path"), location.as_ref()]).exits(0).json()
    }

    /// Returns what is published for a country.
    pub fn lookup(&self, country: &str) -> Outcome {
        self.execute(&["lookup", "--format", "json", "--table", &self.table, "--country", country])
    }

    /// Makes a sample, as it must go.
    #[track_caller]
    pub fn sample(&self, rows: u32, seed: u32, file: &Path) {
        let numbers = [rows.to_string(), seed.to_string()];
        let [rows, seed] = numbers.each_ref().map(OsStr::new);
        let [command, rows_flag, seed_flag, codec_flag, codec, out_flag] =
            ["sample", "--rows", "--seed", "--codec", "snappy", "--out"].map(OsStr::new);
        let line = [command, rows_flag, rows, seed_flag, seed, codec_flag, codec, out_flag, file.as_os_str()];
        self.execute(&line).exits(0);
    }

    /// Runs any command.
    pub fn execute<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Outcome {
        self.start(arguments).wait()
    }

    fn start<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Running {
        let _inside = runtime().enter();
        let child = Command::new(voucher_etl())
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        Running(child.expect("voucher-etl can be started"))
    }
}

impl Running {
    /// Waits for its end.
    pub fn wait(self) -> Outcome {
        let output = runtime().block_on(async { timeout(ENDS_WITHIN, self.0.wait_with_output()).await });
        let output = output.expect("voucher-etl ends in time").expect("its output can be read");
        let text = |bytes| String::from_utf8(bytes).expect("voucher-etl writes UTF-8");
        Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Sends it a signal, as Ctrl-C or an orchestrator does: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.0.id().expect("it runs").to_string();
        let sent = std::process::Command::new("bash")
            .args(["-c", "kill -s \"$1\" \"$2\"", "kill", name, &pid])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "voucher-etl has ended by itself");
    }

    /// Kills it as the kernel would, and waits until it is gone.
    pub fn kill(mut self) {
        assert!(self.0.try_wait().expect("it is a child").is_none(), "voucher-etl has ended by itself");
        runtime().block_on(self.0.kill()).expect("a child can be killed");
    }
}

impl Outcome {
    /// Returns the outcome if the exit code is this one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Returns stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Returns the error, which is one line; all other lines of stderr are lines of the log.
    #[track_caller]
    pub fn error(&self) -> &str {
        let is_log = |line: &&str| line.starts_with("20") && line.contains('Z');
        let others: Vec<_> = self.stderr.lines().filter(|line| !is_log(line)).collect();
        let [error] = others[..] else { panic!("not one line: {others:#?}") };
        error.strip_prefix("error: ").unwrap_or_else(|| panic!("not an error: {error}"))
    }
}

/// Returns what a report says of each country: its name and what became of its publication.
pub fn publications(report: &Value) -> Vec<(&str, &str)> {
    let countries = report["countries"].as_array().expect("a list of countries");
    countries.iter().map(|country| (text(country, "country"), text(country, "publication"))).collect()
}

/// Returns what a report says of a country.
#[track_caller]
pub fn country<'a>(report: &'a Value, name: &str) -> &'a Value {
    let countries = report["countries"].as_array().expect("a list of countries");
    let found = countries.iter().find(|country| country["country"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {report:#}"))
}

fn text<'a>(country: &'a Value, name: &str) -> &'a str {
    country[name].as_str().expect("a text")
}
