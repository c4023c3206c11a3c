//! What is observed of a process: its log, and outside Lambda its metrics.

use super::Log;
use crate::facts::{Facts, gathered};
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

    /// Runs `work` that belongs to no request, and counts the reads of the table that it makes.
    pub(crate) async fn in_background<T>(&self, work: impl Future<Output = T>) -> T {
        let (result, facts) = gathered(Facts::default(), work).await;
        #[cfg(feature = "local")]
        self.metrics.read(&facts.dynamodb);
        #[cfg(not(feature = "local"))]
        drop(facts);
        result
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
