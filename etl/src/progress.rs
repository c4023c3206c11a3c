//! How far a run is: a bar on a terminal, plain log lines elsewhere.

use crate::plan::FilePlan;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two log lines where there is no terminal.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The progress of one run. Bytes that need not be read count as done.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    total_bytes: u64,
    bytes: AtomicU64,
    rows: AtomicU64,
    logged: Option<Mutex<Instant>>,
}

impl Progress {
    /// Starts the progress of reading `total_bytes`: drawn on stderr if that is a terminal.
    #[must_use]
    pub fn start(total_bytes: u64) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let bar = if is_terminal { ProgressBar::new(total_bytes) } else { ProgressBar::hidden() };
        let template = "{bar:32} {bytes}/{total_bytes}  {msg}  {bytes_per_sec}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.set_message("0 rows");
        let logged = (!is_terminal).then(|| Mutex::new(Instant::now()));
        Self { bar, total_bytes, bytes: AtomicU64::new(0), rows: AtomicU64::new(0), logged }
    }

    /// Notes that a file is planned: what is not needed of it is done.
    pub fn planned(&self, plan: &FilePlan) {
        self.advance(plan.object.bytes.saturating_sub(plan.chunk_bytes()), 0);
    }

    /// Notes that `rows` more rows, of `bytes` bytes, are folded.
    pub fn folded(&self, bytes: u64, rows: u64) {
        self.advance(bytes, rows);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn advance(&self, bytes: u64, rows: u64) {
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        self.bar.set_position(bytes.min(self.total_bytes));
        self.bar.set_message(format!("{} rows", HumanCount(rows)));
        if let Some(logged) = &self.logged {
            let mut logged = logged.lock().unwrap_or_else(PoisonError::into_inner);
            if logged.elapsed() >= LOG_INTERVAL {
                *logged = Instant::now();
                tracing::info!(rows, size_bytes = bytes, total_bytes = self.total_bytes, "reading");
            }
        }
    }
}

/// Where log lines go: to stderr, a line at a time.
#[derive(Debug, Clone, Copy)]
pub struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // A bar redraws itself below; clearing its line first keeps log lines whole.
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
