//! The log: which lines are written, and where to.

#[cfg(feature = "local")]
use super::queue::Queue;
use crate::settings::{LogLevel, LogSettings};
#[cfg(feature = "local")]
use prometheus_client::metrics::counter::Counter;
use serde_json::{Value, json};
use std::fmt::Display;
use std::io::{Write, stdout};
#[cfg(feature = "local")]
use std::time::Duration;

/// Bytes of most lines.
const LINE_BYTES: usize = 1 << 10;

/// The log of a process, on stdout.
#[derive(Debug)]
pub struct Log {
    settings: LogSettings,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    /// A line is written before its request is answered: Lambda stops the process between requests.
    AtOnce,
    /// A thread of its own writes, so that a stdout that nobody reads stops nothing else.
    #[cfg(feature = "local")]
    Queued(Queue),
}

impl Log {
    /// Returns a log that writes each line at once.
    #[must_use]
    pub fn at_once(settings: LogSettings) -> Self {
        Self { settings, sink: Sink::AtOnce }
    }

    /// Returns a log that queues its lines; those that do not fit are dropped and counted.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    #[cfg(feature = "local")]
    pub fn queued(settings: LogSettings) -> std::io::Result<Self> {
        Ok(Self { settings, sink: Sink::Queued(Queue::start(stdout())?) })
    }

    /// Returns the share of such lines that is written, if one is to be written now.
    pub(super) fn admits(&self, level: LogLevel, is_sampled: bool) -> Option<f64> {
        let share = if level == LogLevel::Info && is_sampled { self.settings.sample } else { 1.0 };
        (level >= self.settings.level && (share >= 1.0 || fastrand::f64() < share)).then_some(share)
    }

    /// Logs a warning outside any request.
    pub(crate) fn warn(&self, warning: &impl Display) {
        if self.admits(LogLevel::Warn, false).is_some() {
            let level = LogLevel::Warn.as_str();
            self.write(&json!({ "level": level, "message": warning.to_string() }));
        }
    }

    /// Writes a line in one call, so that lines of concurrent requests never mix. A closed stdout is
    /// ignored.
    pub(super) fn write(&self, line: &Value) {
        let mut text = Vec::with_capacity(LINE_BYTES);
        // Into memory, which takes everything.
        let _ = serde_json::to_writer(&mut text, line);
        text.push(b'\n');
        match &self.sink {
            Sink::AtOnce => drop(stdout().write_all(&text)),
            #[cfg(feature = "local")]
            Sink::Queued(queue) => queue.push(&text),
        }
    }

    /// Waits until all lines are written, for at most so long.
    #[cfg(feature = "local")]
    pub fn flush(&self, patience: Duration) {
        if let Sink::Queued(queue) = &self.sink {
            queue.flush(patience);
        }
    }

    /// Returns what counts the lines that were dropped.
    #[cfg(feature = "local")]
    pub(super) fn dropped(&self) -> Counter {
        match &self.sink {
            Sink::AtOnce => Counter::default(),
            Sink::Queued(queue) => queue.dropped(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(level: LogLevel, sample: f64, line: LogLevel, is_sampled: bool) -> usize {
        let log = Log::at_once(LogSettings { level, sample });
        (0..1_000).filter(|_| log.admits(line, is_sampled).is_some()).count()
    }

    #[test]
    fn by_level() {
        use LogLevel::{Error, Info, Warn};
        for (level, expected) in [(Info, [1_000; 3]), (Warn, [0, 1_000, 1_000]), (Error, [0, 0, 1_000])] {
            assert_eq!(
                [Info, Warn, Error].map(|line| admitted(level, 1.0, line, true)),
                expected,
                "{level:?}"
            );
        }
    }

    #[test]
    fn by_share_but_never_errors() {
        let info = admitted(LogLevel::Info, 0.1, LogLevel::Info, true);
        assert!((20..300).contains(&info), "{info} of 1,000, a tenth expected");
        assert_eq!(admitted(LogLevel::Info, 0.1, LogLevel::Info, false), 1_000);
        assert_eq!(admitted(LogLevel::Info, 0.1, LogLevel::Error, true), 1_000);
        let log = Log::at_once(LogSettings { level: LogLevel::Info, sample: 0.1 });
        let shares: Vec<_> = (0..1_000).filter_map(|_| log.admits(LogLevel::Info, true)).collect();
        assert!(shares.iter().all(|share| (share - 0.1).abs() < f64::EPSILON), "{shares:?}");
    }
}
