//! A bounded queue of log lines before a thread that writes them.

use prometheus_client::metrics::counter::Counter;
use serde_json::json;
use std::io::{self, Write};
use std::mem::swap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Bytes of lines that wait to be written: about two thousand lines.
const BYTES_MAX: usize = 1 << 20;
/// Time in which lines gather before they are written: one at a time, each would wake the thread,
/// which costs more than its request.
const GATHER: Duration = Duration::from_millis(5);

/// The queue.
#[derive(Debug)]
pub(super) struct Queue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when there is something to write, or the queue is gone.
    filled: Condvar,
    /// Told when all is written.
    emptied: Condvar,
    /// Lines that did not fit.
    dropped: Counter,
}

#[derive(Debug, Default)]
struct State {
    /// Lines that wait, one after the other: what requests share is one piece of memory, not one for
    /// each line that another thread would have to free.
    waiting: Vec<u8>,
    is_writing: bool,
    is_over: bool,
}

impl Queue {
    /// Starts the thread that writes to `output` until the queue is dropped.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(super) fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || writer.write_all(output))?;
        Ok(Self(shared))
    }

    /// Queues a line, which ends in a newline, or drops it if it does not fit.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.0.state();
        if state.waiting.len() + line.len() > BYTES_MAX {
            drop(state);
            self.0.dropped.inc();
            return;
        }
        let was_empty = state.waiting.is_empty();
        state.waiting.extend_from_slice(line);
        drop(state);
        if was_empty {
            self.0.filled.notify_one();
        }
    }

    /// Returns what counts the lines that were dropped.
    pub(super) fn dropped(&self) -> Counter {
        self.0.dropped.clone()
    }

    /// Waits until what was taken is written, for at most so long.
    pub(super) fn flush(&self, patience: Duration) {
        let is_left = |state: &mut State| !state.waiting.is_empty() || state.is_writing;
        drop(self.0.emptied.wait_timeout_while(self.0.state(), patience, is_left));
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.filled.notify_one();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes lines until the queue is gone. An output that is closed is ignored.
    fn write_all(&self, mut output: impl Write) {
        let (mut batch, mut told) = (Vec::new(), 0);
        while self.wait_for_lines() {
            thread::sleep(GATHER);
            {
                let mut state = self.state();
                swap(&mut state.waiting, &mut batch);
                state.is_writing = true;
            }
            let _ = output.write_all(&batch);
            batch.clear();
            // It flows again: what was dropped meanwhile is told now.
            let dropped = self.dropped.get();
            if dropped > told {
                let _ = output.write_all(dropped_line(dropped - told).as_bytes());
                told = dropped;
            }
            let _ = output.flush();
            self.state().is_writing = false;
            self.emptied.notify_all();
        }
    }

    /// Returns whether there is something to write, once that is known.
    fn wait_for_lines(&self) -> bool {
        let is_idle = |state: &mut State| state.waiting.is_empty() && !state.is_over;
        let state = self.filled.wait_while(self.state(), is_idle).unwrap_or_else(PoisonError::into_inner);
        !state.waiting.is_empty()
    }
}

/// Returns the line that says how many were dropped, which is also a metric.
fn dropped_line(lines: u64) -> String {
    let line = json!({
        "level": "warn",
        "message": format!("{lines} log lines were dropped: nobody read the output"),
        "dropped_lines": lines,
        "_aws": super::line::metrics(chrono::Utc::now().timestamp_millis(), &[("dropped_lines", "Count")]),
    });
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// An output that takes nothing while the gate is locked.
    struct Gated {
        gate: Arc<Mutex<()>>,
        written: Arc<Mutex<String>>,
    }

    impl Write for Gated {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _open = self.gate.lock().expect("nobody panics");
            self.written.lock().expect("nobody panics").push_str(std::str::from_utf8(bytes).expect("lines"));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gated() -> (Queue, Arc<Mutex<()>>, Arc<Mutex<String>>) {
        let (gate, written) = (Arc::default(), Arc::default());
        let output = Gated { gate: Arc::clone(&gate), written: Arc::clone(&written) };
        (Queue::start(output).expect("a thread"), gate, written)
    }

    fn push(queue: &Queue, numbers: std::ops::Range<usize>) {
        numbers.for_each(|number| queue.push(format!("{number}\n").as_bytes()));
    }

    #[test]
    fn lines_keep_their_order() {
        let (queue, _gate, written) = gated();
        push(&queue, 0..1_000);
        queue.flush(PATIENCE);
        let written = written.lock().expect("nobody panics");
        let numbers: Vec<usize> = written.lines().map(|line| line.parse().expect("a number")).collect();
        assert!(numbers.into_iter().eq(0..1_000), "{written}");
        assert_eq!(queue.dropped().get(), 0);
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_told_of() {
        let (queue, gate, written) = gated();
        let closed = gate.lock().expect("nobody panics");
        // As much again is in the batch that waits to be written.
        let pushed = BYTES_MAX;
        push(&queue, 0..pushed);
        let dropped = queue.dropped().get();
        assert!(dropped > 0 && dropped < u64::try_from(pushed).expect("it fits"), "{dropped}");
        queue.flush(Duration::from_millis(10));
        assert!(written.lock().expect("nobody panics").is_empty());
        drop(closed);
        queue.flush(PATIENCE);
        push(&queue, 0..1);
        queue.flush(PATIENCE);
        let written = written.lock().expect("nobody panics");
        let told: Vec<_> = written.lines().filter(|line| line.contains("dropped_lines")).collect();
        let [told] = told[..] else { panic!("not once: {told:?}") };
        let told: serde_json::Value = serde_json::from_str(told).expect("JSON");
        assert_eq!(told["dropped_lines"], dropped);
        assert_eq!(told["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "dropped_lines");
        let kept = written.lines().filter(|line| line.parse::<usize>().is_ok()).count();
        assert_eq!(
            u64::try_from(kept).expect("it fits") + dropped,
            u64::try_from(pushed + 1).expect("it fits")
        );
    }
}
