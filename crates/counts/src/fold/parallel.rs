//! Distributes windows to all cores. The thread that waits for windows computes nothing.

use super::observer::Observer;
use super::profiled::Profiled;
use super::rejected::Rejected;
use super::task::{Observed, Task};
use super::worker::Worker;
use crate::partial::PartialCounts;
use crate::run_counts::RunCounts;
use anyhow::{Context, Result};
use history::Consumer;
use history::FileError;
use history::caught::caught;
use history::stream::Window;
use rayon::ThreadPoolBuilder;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedReceiver;

/// The position of a window in the input: of several failures, the first in the input is reported.
type Position = (String, usize, u64);

/// Folds windows as they come, on `threads` threads, into the counts of their objects. Blocks until
/// the sender is gone.
///
/// # Errors
///
/// Of the failures met, the first in order of the input; after a failure no further window is
/// taken. Errors in a file that may be left out are not failures.
pub fn fold(
    task: &Arc<Task>,
    threads: usize,
    run_counts: &RunCounts,
    windows: UnboundedReceiver<Window>,
) -> Result<()> {
    match &task.observed {
        Observed::Nothing => fold_by(&|| Worker::new(Arc::clone(task), ()), threads, run_counts, windows),
        Observed::Rejects(sink) => {
            let worker = || Worker::new(Arc::clone(task), Rejected::new(sink.clone(), task));
            fold_by(&worker, threads, run_counts, windows)
        }
        Observed::Facts(sink) => {
            let worker = || Worker::new(Arc::clone(task), Profiled::new(sink.clone(), &task.rules));
            fold_by(&worker, threads, run_counts, windows)
        }
    }
}

/// Folds with workers made by `new`, one per thread.
fn fold_by<O: Observer + Send>(
    new: &(impl Fn() -> Worker<O> + Sync),
    threads: usize,
    run_counts: &RunCounts,
    mut windows: UnboundedReceiver<Window>,
) -> Result<()> {
    let pool =
        ThreadPoolBuilder::new().num_threads(threads).build().context("start the threads that compute")?;
    let workers: Vec<_> = (0..threads).map(|_| Mutex::new(new())).collect();
    let failure: Mutex<Option<(Position, anyhow::Error)>> = Mutex::new(None);
    pool.in_place_scope(|scope| {
        while let Some(window) = windows.blocking_recv() {
            if locked(&failure).is_some() {
                break;
            }
            scope.spawn(|_| {
                let window = window;
                let thread = rayon::current_thread_index().unwrap_or_default();
                let folded = match counts(&mut locked(&workers[thread]), new, run_counts, &window) {
                    Ok(Some(counts)) => run_counts.folded(&window, counts),
                    Ok(None) => Ok(()),
                    Err(error) => run_counts.leave_out(&window.file.object, Some(window.file.rows), error),
                };
                match folded {
                    Ok(()) => {
                        run_counts.progress.advance(window.bytes(), window.rows.end - window.rows.start);
                    }
                    Err(error) => note(&failure, position(&window), error),
                }
            });
        }
    });
    for worker in workers {
        worker.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    }
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

/// Counts a window; `None` if its file was left out meanwhile. Panics of decoders are caught where
/// the column is known; any other panic at least names the file. After a failure, the worker is
/// made anew.
fn counts<O: Observer>(
    worker: &mut Worker<O>,
    new: &impl Fn() -> Worker<O>,
    run_counts: &RunCounts,
    window: &Window,
) -> Result<Option<PartialCounts>> {
    if run_counts.bad_files.has(&window.file.object) {
        return Ok(None);
    }
    let counts = caught(|| worker.fold(window)).unwrap_or_else(|| Err(panicked(window).into()));
    if counts.is_err() {
        *worker = new();
    }
    counts.map(Some)
}

fn panicked(window: &Window) -> FileError {
    FileError::Damaged {
        url: window.file.object.url.clone(),
        row_group: window.row_group.index,
        column: "any".to_owned(),
        problem: "its rows cannot be counted without a panic".to_owned(),
    }
}

fn position(window: &Window) -> Position {
    (window.file.object.url.clone(), window.row_group.index, window.rows.start)
}

fn note(failure: &Mutex<Option<(Position, anyhow::Error)>>, position: Position, error: anyhow::Error) {
    let mut failure = locked(failure);
    if failure.as_ref().is_none_or(|(earlier, _)| position < *earlier) {
        *failure = Some((position, error));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
