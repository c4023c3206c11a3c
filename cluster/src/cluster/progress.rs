//! Watches a job from outside: its progress, and whether its cluster is still there.

use super::Scheduler;
use crate::engine::JobId;
use crate::error::EngineError;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Pause between polls.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Pause between log lines without a terminal.
const LOG_INTERVAL: Duration = Duration::from_secs(10);
/// A scheduler silent for this long is lost.
const SCHEDULER_LOST: Duration = Duration::from_secs(15);
/// A cluster without executors for this long is lost; the scheduler takes another 15 s to notice.
const EXECUTORS_LOST: Duration = Duration::from_secs(30);

/// The progress of a job.
#[derive(Debug, Default, PartialEq, Eq)]
struct Progress {
    stages: usize,
    stages_done: usize,
    tasks: usize,
    tasks_done: usize,
    rows: u64,
}

/// Watches a job and returns why it will never end; dropped once the job ends.
pub(crate) async fn watch(scheduler: &Scheduler, id: &JobId) -> EngineError {
    let bar = Bar::start();
    let (mut answered, mut had_executors, mut logged) = (Instant::now(), Instant::now(), Instant::now());
    loop {
        sleep(LOOK_INTERVAL).await;
        match scheduler.executor_count().await {
            Ok(executors) => {
                answered = Instant::now();
                if executors > 0 {
                    had_executors = answered;
                }
            }
            Err(_) if answered.elapsed() >= SCHEDULER_LOST => {
                let seconds = answered.elapsed().as_secs();
                return EngineError::SchedulerLost { scheduler: scheduler.to_string(), seconds };
            }
            Err(_) => continue,
        }
        if had_executors.elapsed() >= EXECUTORS_LOST {
            let seconds = had_executors.elapsed().as_secs();
            return EngineError::ExecutorsLost { scheduler: scheduler.to_string(), seconds };
        }
        // Unplanned jobs have no stages, and the scheduler may have forgotten finished ones.
        let Some(id) = id.get() else { continue };
        let Ok(progress) = Progress::of(scheduler, &id).await else { continue };
        bar.show(&progress);
        if logged.elapsed() >= LOG_INTERVAL {
            logged = Instant::now();
            let Progress { stages, stages_done, tasks, tasks_done, rows } = progress;
            tracing::info!(job = id, stages, stages_done, tasks, tasks_done, rows, "counting on the cluster");
        }
    }
}

impl Progress {
    async fn of(scheduler: &Scheduler, id: &str) -> Result<Self, EngineError> {
        let job = scheduler.job(id).await?;
        let mut progress =
            Self { stages: job.num_stages, stages_done: job.completed_stages, ..Self::default() };
        for stage in scheduler.stages(id).await?.stages {
            let tasks = stage.tasks.iter().flatten();
            progress.tasks += stage.tasks.len();
            progress.tasks_done +=
                tasks.filter(|task| task.get("status").is_some_and(|status| status == "Successful")).count();
            progress.rows = progress.rows.max(stage.input_rows);
        }
        Ok(progress)
    }
}

/// A progress bar, only on a terminal.
struct Bar(ProgressBar);

impl Bar {
    fn start() -> Self {
        let is_terminal = io::stderr().is_terminal();
        let bar = if is_terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} tasks  {msg}  {elapsed}") {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Self(bar)
    }

    fn show(&self, progress: &Progress) {
        self.0.set_length(progress.tasks as u64);
        self.0.set_position(progress.tasks_done as u64);
        let stage = (progress.stages_done + 1).min(progress.stages);
        self.0.set_message(format!("stage {stage} of {}", progress.stages));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
