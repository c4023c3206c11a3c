//! A running program, and its outcome.

use crate::environment::Environment;
use crate::runtime::runtime;
use crate::text::check_has;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Timeout of a command, generous for a busy machine.
const ENDS_WITHIN: Duration = Duration::from_secs(100);

/// A running command; dropping it kills it.
#[derive(Debug)]
pub struct Running(Child);

/// The outcome of a command.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit code; `None` if it was killed.
    pub code: Option<i32>,
    /// Its result.
    pub stdout: String,
    /// Its logs and errors.
    pub stderr: String,
}

/// Starts a program with both streams on pipes; dropping it kills it.
pub(crate) fn start<A: AsRef<OsStr>>(program: &Path, arguments: &[A], environment: &Environment) -> Child {
    let _inside = runtime().enter();
    let child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment.variables())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    child.unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()))
}

/// Sends a process a signal; returns whether the process exists.
pub(crate) fn signal(pid: &str, name: &str) -> bool {
    let sent = std::process::Command::new("bash")
        .args(["-c", "kill -s \"$1\" \"$2\"", "kill", name, pid])
        .stderr(Stdio::null())
        .status();
    sent.is_ok_and(|status| status.success())
}

/// Returns whether the process exists.
pub(crate) fn is_running(pid: &str) -> bool {
    // Signal 0 only checks.
    signal(pid, "0")
}

/// Waits for a child's end.
pub(crate) fn exit_code(child: &mut Child) -> Option<i32> {
    let status = runtime().block_on(async { timeout(ENDS_WITHIN, child.wait()).await });
    status.expect("it ends in time").expect("it is a child").code()
}

impl Running {
    pub(crate) fn start<A: AsRef<OsStr>>(program: &Path, arguments: &[A], environment: &Environment) -> Self {
        Self(start(program, arguments, environment))
    }

    /// Waits for its end.
    pub fn wait(self) -> Outcome {
        self.wait_for(ENDS_WITHIN)
    }

    /// Waits for its end, for at most `pause`.
    pub fn wait_for(self, pause: Duration) -> Outcome {
        let output = runtime().block_on(async { timeout(pause, self.0.wait_with_output()).await });
        let output = output.expect("it ends in time").expect("its output can be read");
        let text = |bytes| String::from_utf8(bytes).expect("it writes UTF-8");
        Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Returns its process id.
    pub fn pid(&self) -> String {
        self.0.id().expect("it runs").to_string()
    }

    /// Sends it a signal: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        assert!(signal(&self.pid(), name), "it has ended by itself");
    }

    /// Returns its peak resident memory so far.
    pub fn peak_rss_bytes(&self) -> u64 {
        let pid = self.0.id().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("on Linux");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak.expect("a peak").parse::<u64>().expect("a number") << 10
    }

    /// Kills it with `SIGKILL` and waits until it is gone.
    pub fn kill(mut self) {
        assert!(self.0.try_wait().expect("it is a child").is_none(), "it has ended by itself");
        runtime().block_on(self.0.kill()).expect("a child can be killed");
    }
}

impl Outcome {
    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Returns the outcome if the exit code is this one, and the error has all of these parts.
    #[track_caller]
    pub fn fails(self, code: i32, parts: &[&str]) -> Self {
        let outcome = self.exits(code);
        check_has(outcome.error(), parts);
        outcome
    }

    /// Returns stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Returns the error: the one line of stderr that is not a log line.
    #[track_caller]
    pub fn error(&self) -> &str {
        let is_log = |line: &&str| line.starts_with("20") && line.contains('Z');
        let others: Vec<_> = self.stderr.lines().filter(|line| !is_log(line)).collect();
        let [error] = others[..] else { panic!("not one line: {others:#?}") };
        error.strip_prefix("error: ").unwrap_or_else(|| panic!("not an error: {error}"))
    }
}
