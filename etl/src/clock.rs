//! Times the steps of a run.

use report::run::Timings;
use std::time::Instant;

/// When a run began, and when its last step ended.
pub(crate) struct Clock {
    started: Instant,
    lap: Instant,
    timings: Timings,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { started: now, lap: now, timings: Timings::default() }
    }

    /// Ends a step.
    pub(crate) fn lap(&mut self, step: impl FnOnce(&mut Timings) -> &mut u64) {
        *step(&mut self.timings) = millis(self.lap);
        self.lap = Instant::now();
    }

    /// Ends the run.
    pub(crate) fn stop(mut self) -> Timings {
        self.timings.total = millis(self.started);
        self.timings
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
