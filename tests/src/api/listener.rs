//! The plain listener: a process, its port, its two streams.

use super::door::{self, Door, INVOCATIONS};
use super::{Lines, Question};
use crate::binary::voucher_api;
use crate::environment::Environment;
use crate::http::Answer;
use crate::process::{self, Outcome};
use serde_json::Value;
use std::path::Path;
use tokio::process::Child;

const READY: &str = "listening on ";

/// A running listener; dropping it kills it.
#[derive(Debug)]
pub struct Listener {
    process: Child,
    address: String,
    stdout: Lines,
    stderr: Lines,
}

impl Listener {
    pub(super) fn start(environment: &Environment) -> Self {
        Self::of(process::start(voucher_api(), &["--listen", "127.0.0.1:0"], environment))
    }

    /// Starts one by a shell that does something `before`: sets a limit, redirects a stream.
    pub(super) fn start_after(before: &str, environment: &Environment) -> Self {
        let script = format!("{before}; exec \"$0\" --listen 127.0.0.1:0");
        let program = voucher_api().display().to_string();
        Self::of(process::start(Path::new("bash"), &["-c", &script, &program], environment))
    }

    fn of(mut process: Child) -> Self {
        let stdout = Lines::of(process.stdout.take().expect("it is a pipe"));
        let stderr = Lines::of(process.stderr.take().expect("it is a pipe"));
        let ready = stderr.wait_for(|line| line.starts_with(READY));
        let address = ready.trim_start_matches(READY).to_owned();
        Self { process, address, stdout, stderr }
    }

    /// Returns its address: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the log line of a request.
    pub fn log_of(&self, request_id: &str) -> Value {
        let is_meant =
            |line: &str| serde_json::from_str(line).is_ok_and(|line: Value| line["request_id"] == request_id);
        serde_json::from_str(&self.stdout.wait_for(is_meant)).expect("it was read just now")
    }

    /// Waits for a log line with this text, and returns it.
    pub fn log_with(&self, text: &str) -> String {
        self.stdout.wait_for(|line| line.contains(text))
    }

    /// Returns its log so far: a line of JSON per request.
    pub fn log(&self) -> Vec<String> {
        self.stdout.so_far()
    }

    /// Returns its output so far, of both streams.
    pub fn said(&self) -> String {
        [self.stdout.so_far(), self.stderr.so_far()].concat().join("\n")
    }

    /// Checks that it still stands, and answers a request with this amount.
    #[track_caller]
    pub fn check_answers(&self, request: &Value, amount: u64) {
        let answer = self.ask(&Question::post("/voucher", request));
        assert_eq!(answer.json()["voucher_amount"], amount, "{answer:?}");
        assert!(!self.said().contains("panicked"), "{}", self.said());
    }

    /// Sends it a signal: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.process.id().expect("it runs").to_string();
        assert!(process::signal(&pid, name), "it has ended by itself: {}", self.said());
    }

    /// Waits for its end.
    pub fn end(mut self) -> Outcome {
        let code = process::exit_code(&mut self.process);
        let text = |lines: &Lines| lines.whole().join("\n");
        Outcome { code, stdout: text(&self.stdout), stderr: text(&self.stderr) }
    }

    /// Sends it a signal, and waits for its end.
    pub fn stop(self, signal: &str) -> Outcome {
        self.signal(signal);
        self.end()
    }
}

impl Door for Listener {
    fn name(&self) -> &'static str {
        "listener"
    }

    fn ask(&self, question: &Question) -> Answer {
        door::send(&self.address, question)
    }

    fn invoke(&self, event: &Value) -> Value {
        door::send(&self.address, &Question::post(INVOCATIONS, event)).json()
    }
}
