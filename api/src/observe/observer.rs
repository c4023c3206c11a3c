//! What is observed of a process: its log, and outside Lambda its metrics.

use super::Log;
use crate::facts::Facts;
use std::time::Duration;

/// The log and the metrics of a process.
#[derive(Debug)]
pub struct Observer {
    /// The log.
    pub log: Log,
    #[cfg(feature = "local")]
    metrics: super::Metrics,
}

impl Observer {
    /// Returns an observer that writes to this log.
    #[must_use]
    pub fn new(log: Log) -> Self {
        Self {
            #[cfg(feature = "local")]
            metrics: super::Metrics::new(&log.dropped()),
            log,
        }
    }

    /// Returns the metrics.
    #[cfg(feature = "local")]
    pub(crate) fn metrics(&self) -> &super::Metrics {
        &self.metrics
    }

    /// Counts reads of the table that took so long and belong to no request.
    #[cfg_attr(not(feature = "local"), expect(clippy::unused_self, reason = "Lambda has no metrics to read"))]
    pub(crate) fn read_in_background(&self, durations: &[Duration]) {
        #[cfg(feature = "local")]
        self.metrics.read(durations);
        #[cfg(not(feature = "local"))]
        let _ = durations;
    }

    /// Counts a completed request.
    #[cfg_attr(not(feature = "local"), expect(clippy::unused_self, reason = "Lambda has no metrics to read"))]
    pub(super) fn completed(&self, route: &str, status: u16, duration: Duration, facts: &Facts) {
        #[cfg(feature = "local")]
        self.metrics.completed(route, status, duration, facts);
        #[cfg(not(feature = "local"))]
        let _ = (route, status, duration, facts);
    }
}
