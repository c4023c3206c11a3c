//! Shows how far a run is: a bar on a terminal, plain log lines elsewhere.

use counts::Progress;
use indicatif::{HumanCount, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Interval between two log lines without a terminal.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The progress of one run. Bytes that need not be read count as done.
#[derive(Debug)]
pub struct ProgressBar {
    /// Set when reading begins.
    bar: OnceLock<Bar>,
    bytes: AtomicU64,
    rows: AtomicU64,
}

#[derive(Debug)]
struct Bar {
    drawn: indicatif::ProgressBar,
    total_bytes: u64,
    /// When the last log line was written, if there is no terminal.
    logged: Option<Mutex<Instant>>,
}

impl ProgressBar {
    /// Returns a progress bar. On a terminal, it is drawn on stderr once reading begins.
    #[must_use]
    pub fn shared() -> Arc<dyn Progress> {
        Arc::new(Self { bar: OnceLock::new(), bytes: AtomicU64::new(0), rows: AtomicU64::new(0) })
    }
}

impl Progress for ProgressBar {
    fn begin(&self, bytes: u64) {
        self.bar.get_or_init(|| Bar::of(bytes));
    }

    fn advance(&self, bytes: u64, rows: u64) {
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        if let Some(bar) = self.bar.get() {
            bar.show(bytes, rows);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.drawn.finish_and_clear();
        }
    }
}

impl Bar {
    fn of(total_bytes: u64) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let drawn = if is_terminal {
            indicatif::ProgressBar::new(total_bytes)
        } else {
            indicatif::ProgressBar::hidden()
        };
        let template = "{bar:32} {bytes}/{total_bytes}  {msg}  {bytes_per_sec}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            drawn.set_style(style.progress_chars("━╸─"));
        }
        drawn.set_message("0 rows");
        let logged = (!is_terminal).then(|| Mutex::new(Instant::now()));
        Self { drawn, total_bytes, logged }
    }

    fn show(&self, bytes: u64, rows: u64) {
        self.drawn.set_position(bytes.min(self.total_bytes));
        self.drawn.set_message(format!("{} rows", HumanCount(rows)));
        if let Some(logged) = &self.logged {
            let mut logged = logged.lock().unwrap_or_else(PoisonError::into_inner);
            if logged.elapsed() >= LOG_INTERVAL {
                *logged = Instant::now();
                tracing::info!(rows, size_bytes = bytes, total_bytes = self.total_bytes, "reading");
            }
        }
    }
}

/// Writes log lines to stderr, one line at a time.
#[derive(Debug, Clone, Copy)]
pub struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // A bar redraws itself below. Its line is cleared first, so that log lines stay whole.
        let mut stderr = io::stderr().lock();
        if stderr.is_terminal() {
            stderr.write_all(b"\r\x1b[K")?;
        }
        stderr.write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
