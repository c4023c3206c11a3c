//! Metrics in the text format of `OpenMetrics`, which Prometheus reads:
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>.

use crate::facts::Facts;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// The media type of the format.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The prefix of all names.
const PREFIX: &str = "voucher_api";
/// Upper ends of the histograms' buckets, in seconds: from a hit to the longest deadline.
const SECONDS: [f64; 14] =
    [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// The metrics of a process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    reads: Histogram,
    cache: Family<Cache, Counter>,
    stale: Gauge,
    connections: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cache {
    outcome: &'static str,
}

impl Metrics {
    /// Returns metrics that are 0; `dropped` counts the log lines that were dropped.
    pub(super) fn new(dropped: &Counter) -> Self {
        let metrics = Self {
            registry: Registry::with_prefix(PREFIX),
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            reads: histogram(),
            cache: Family::default(),
            stale: Gauge::default(),
            connections: Gauge::default(),
        };
        metrics.registered(dropped)
    }

    fn registered(mut self, dropped: &Counter) -> Self {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered, by route and status", self.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from a request's head to its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register_with_unit(
            "table_read_duration",
            "Time of a read of the table with all its attempts",
            Unit::Seconds,
            self.reads.clone(),
        );
        registry.register(
            "cache",
            "Requests for vouchers and tables, by whether they were answered from memory",
            self.cache.clone(),
        );
        registry.register_with_unit(
            "stale",
            "Age of the run served last, if it was not known to be current, else 0",
            Unit::Seconds,
            self.stale.clone(),
        );
        registry.register("connections", "Connections of clients", self.connections.clone());
        registry.register("log_lines_dropped", "Log lines dropped since nobody read them", dropped.clone());
        self
    }

    /// Counts a completed request.
    pub(super) fn completed(&self, route: &str, status: u16, duration: Duration, facts: &Facts) {
        self.requests.get_or_create(&Request { route: route.to_owned(), status }).inc();
        self.durations.get_or_create(&Route { route: route.to_owned() }).observe(duration.as_secs_f64());
        self.read(&facts.dynamodb);
        if facts.segment.is_some() {
            let outcome = if facts.dynamodb.is_empty() { "hit" } else { "miss" };
            self.cache.get_or_create(&Cache { outcome }).inc();
            self.stale.set(facts.stale.map_or(0, |stale| i64::try_from(stale.as_secs()).unwrap_or(i64::MAX)));
        }
    }

    /// Counts reads of the table that took so long.
    pub(super) fn read(&self, durations: &[Duration]) {
        for duration in durations {
            self.reads.observe(duration.as_secs_f64());
        }
    }

    /// Counts a connection until what it returns is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(self.connections.clone())
    }

    /// Returns the text of all metrics.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("a text takes everything");
        text
    }
}

/// A connection that is counted.
#[derive(Debug)]
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_counted() {
        let dropped = Counter::default();
        let metrics = Metrics::new(&dropped);
        let hit = Facts { segment: Some("s".to_owned()), ..Facts::default() };
        let miss = Facts {
            dynamodb: vec![Duration::from_millis(3), Duration::from_millis(30)],
            stale: Some(Duration::from_secs(61)),
            ..hit.clone()
        };
        metrics.completed("/voucher", 200, Duration::from_micros(150), &hit);
        metrics.completed("/voucher", 200, Duration::from_millis(40), &miss);
        metrics.completed("none", 404, Duration::ZERO, &Facts::default());
        let first = metrics.connected();
        let _second = metrics.connected();
        drop(first);
        dropped.inc_by(7);
        let text = metrics.text();
        for line in [
            "voucher_api_requests_total{route=\"/voucher\",status=\"200\"} 2",
            "voucher_api_requests_total{route=\"none\",status=\"404\"} 1",
            "voucher_api_request_duration_seconds_bucket{le=\"0.0002\",route=\"/voucher\"} 1",
            "voucher_api_request_duration_seconds_count{route=\"/voucher\"} 2",
            "voucher_api_table_read_duration_seconds_bucket{le=\"0.005\"} 1",
            "voucher_api_table_read_duration_seconds_count 2",
            "voucher_api_cache_total{outcome=\"hit\"} 1",
            "voucher_api_cache_total{outcome=\"miss\"} 1",
            "voucher_api_stale_seconds 61",
            "voucher_api_connections 1",
            "voucher_api_log_lines_dropped_total 7",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"), "{text}");
    }
}
