//! A bounded queue of log lines before a thread that writes them.

use prometheus_client::metrics::counter::Counter;
use serde_json::json;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Lines that wait to be written; a line has about a kilobyte.
const LINES_MAX: usize = 4_096;
/// Bytes of lines that are written in one call.
const BATCH_BYTES: usize = 64 << 10;
/// Pause between looks whether all is written, while the process stops.
const FLUSH_POLL: Duration = Duration::from_millis(2);

/// The queue.
#[derive(Debug)]
pub(super) struct Queue {
    lines: SyncSender<String>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// Lines taken.
    taken: AtomicU64,
    /// Lines written, or given up since the output is closed.
    written: AtomicU64,
    /// Lines that did not fit.
    dropped: Counter,
}

impl Queue {
    /// Starts the thread that writes to `output` until the queue is dropped.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(super) fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, queued) = sync_channel(LINES_MAX);
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        thread::Builder::new().name("log".to_owned()).spawn(move || write_all(&queued, output, &shared))?;
        Ok(Self { lines, counts })
    }

    /// Queues a line, which ends in a newline, or drops it if it does not fit.
    pub(super) fn push(&self, line: String) {
        // First, so that no more is ever written than taken.
        self.counts.taken.fetch_add(1, Ordering::AcqRel);
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.lines.try_send(line) {
            self.counts.taken.fetch_sub(1, Ordering::AcqRel);
            self.counts.dropped.inc();
        }
    }

    /// Returns what counts the lines that were dropped.
    pub(super) fn dropped(&self) -> Counter {
        self.counts.dropped.clone()
    }

    /// Waits until what was taken is written, for at most so long.
    pub(super) fn flush(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        let is_written =
            || self.counts.written.load(Ordering::Acquire) >= self.counts.taken.load(Ordering::Acquire);
        while !is_written() && Instant::now() < deadline {
            thread::sleep(FLUSH_POLL);
        }
    }
}

/// Writes lines until the queue is gone. An output that is closed is ignored.
fn write_all(queued: &Receiver<String>, mut output: impl Write, counts: &Counts) {
    let mut told = 0;
    while let Ok(line) = queued.recv() {
        let (mut batch, mut lines) = (line, 1);
        while batch.len() < BATCH_BYTES
            && let Ok(line) = queued.try_recv()
        {
            batch.push_str(&line);
            lines += 1;
        }
        let _ = output.write_all(batch.as_bytes());
        // It flows again: what was dropped meanwhile is told now.
        let dropped = counts.dropped.get();
        if dropped > told {
            let _ = output.write_all(dropped_line(dropped - told).as_bytes());
            told = dropped;
        }
        let _ = output.flush();
        counts.written.fetch_add(lines, Ordering::AcqRel);
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
        numbers.for_each(|number| queue.push(format!("{number}\n")));
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
        // Some are in the batch that waits to be written.
        let pushed = LINES_MAX + BATCH_BYTES;
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
