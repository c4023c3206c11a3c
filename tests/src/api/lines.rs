//! The lines of a stream, as they arrive.

use crate::runtime::runtime;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::watch;
use tokio::time::timeout;

/// Timeout for a line.
const COMES_WITHIN: Duration = Duration::from_secs(30);

/// All lines of a stream so far.
#[derive(Debug)]
pub(super) struct Lines(watch::Receiver<State>);

#[derive(Debug, Default)]
struct State {
    lines: Vec<String>,
    is_over: bool,
}

impl Lines {
    /// Starts to read a stream.
    pub(super) fn of(stream: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(State::default());
        runtime().spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while let Ok(1..) = stream.read_until(b'\n', &mut line).await {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                sender.send_modify(|state| state.lines.push(text));
                line.clear();
            }
            sender.send_modify(|state| state.is_over = true);
        });
        Self(receiver)
    }

    /// Waits for the first line that matches.
    #[track_caller]
    pub(super) fn wait_for(&self, is_meant: impl Fn(&str) -> bool) -> String {
        let found = |state: &State| state.lines.iter().find(|line| is_meant(line)).cloned();
        self.wait_until(|state| found(state).is_some() || state.is_over);
        found(&self.0.borrow()).unwrap_or_else(|| panic!("no such line: {:#?}", self.so_far()))
    }

    /// Returns the lines so far.
    pub(super) fn so_far(&self) -> Vec<String> {
        self.0.borrow().lines.clone()
    }

    /// Waits for the end of the stream and returns all lines.
    pub(super) fn whole(&self) -> Vec<String> {
        self.wait_until(|state| state.is_over);
        self.so_far()
    }

    fn wait_until(&self, is_reached: impl Fn(&State) -> bool) {
        let mut states = self.0.clone();
        // After a timeout the caller finds lines missing.
        let _ = runtime()
            .block_on(async { timeout(COMES_WITHIN, states.wait_for(|state| is_reached(state))).await });
    }
}
