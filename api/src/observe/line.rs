//! The log line: facts for people, some of them also as CloudWatch metrics.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use crate::facts::Facts;
use crate::settings::LogLevel;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The metrics' namespace.
const NAMESPACE: &str = "voucher-api";

/// A completed request.
#[derive(Debug)]
pub(super) struct Completed<'a> {
    /// When it ended, in milliseconds since 1970.
    pub(super) timestamp_ms: i64,
    pub(super) method: &'a str,
    /// The route's template, never the path: a path can contain anything.
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) duration: Duration,
    pub(super) trace_id: Option<&'a str>,
    pub(super) traceparent: Option<&'a str>,
    pub(super) is_cold_start: bool,
    /// The share of such lines that is written; a line counts for all that it stands for.
    pub(super) share: f64,
    pub(super) facts: &'a Facts,
}

impl Completed<'_> {
    /// Returns the level of the line.
    pub(super) fn level(status: u16) -> LogLevel {
        if status >= 500 { LogLevel::Error } else { LogLevel::Info }
    }

    /// Returns the count of something that this line has so often.
    fn count(&self, count: u32) -> Value {
        if self.share < 1.0 { json!(f64::from(count) / self.share) } else { json!(count) }
    }
}

/// Returns the line.
pub(super) fn line(completed: &Completed<'_>) -> Value {
    let facts = completed.facts;
    let mut line = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            line.insert(name.to_owned(), value);
        }
    };
    set("level", json!(Completed::level(completed.status).as_str()));
    set("message", json!("answered"));
    set("request_id", json!(facts.request_id));
    set("trace_id", json!(completed.trace_id));
    set("traceparent", json!(completed.traceparent));
    set("method", json!(completed.method));
    set("route", json!(completed.route));
    set("status", json!(completed.status));
    set("duration_ms", json!(millis(completed.duration)));
    if facts.batch.is_none() {
        set("segment", json!(facts.segment));
        set("bucket", json!(facts.bucket));
        set("matched", json!(facts.matched));
    }
    set("batch", json!(facts.batch));
    set("cache", json!(if facts.dynamodb.is_empty() { "hit" } else { "miss" }));
    set("cold_start", json!(completed.is_cold_start));
    set("stale_seconds", json!(facts.stale.map(|stale| stale.as_secs())));
    set("error", json!(facts.error));

    if completed.share < 1.0 {
        set("sample", json!(completed.share));
    }
    set("requests", completed.count(1));
    let mut directives =
        vec![directive(&["route"], &[("requests", "Count"), ("duration_ms", "Milliseconds")])];
    if completed.is_cold_start {
        set("cold_starts", completed.count(1));
        directives.push(directive(&[], &[("cold_starts", "Count")]));
    }
    if facts.stale.is_some() {
        directives.push(directive(&[], &[("stale_seconds", "Seconds")]));
    }
    if let Some(ages) = &facts.run_ages {
        set("table", json!(ages.table));
        set("newest_run_age_seconds", json!(ages.newest));
        set("oldest_run_age_seconds", json!(ages.oldest));
        let names = [("newest_run_age_seconds", "Seconds"), ("oldest_run_age_seconds", "Seconds")];
        directives.push(directive(&["table"], &names));
    }
    if !facts.dynamodb.is_empty() {
        let times: Vec<_> = facts.dynamodb.iter().map(|time| millis(*time)).collect();
        set("dynamodb_ms", json!(times));
        directives.push(directive(&[], &[("dynamodb_ms", "Milliseconds")]));
    }
    // A batch may have several of each, so each kind is a metric of its own.
    for (field, metric, kinds) in
        [("problem", "problem", &facts.problems), ("reason", "no_answer", &facts.no_amount)]
    {
        if let [kind] = kinds[..] {
            set(field, json!(kind));
        }
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for kind in kinds {
            *counts.entry(*kind).or_default() += 1;
        }
        for (kind, count) in counts {
            let name = format!("{metric}_{}", kind.replace('-', "_"));
            set(&name, completed.count(count));
            directives.push(directive(&[], &[(&name, "Count")]));
        }
    }
    set("_aws", metadata(completed.timestamp_ms, &directives));
    Value::Object(line)
}

/// Returns the member `_aws` of a line whose numbers of these names and units are metrics.
#[cfg(feature = "local")]
pub(super) fn metrics(timestamp_ms: i64, names: &[(&str, &str)]) -> Value {
    metadata(timestamp_ms, &[directive(&[], names)])
}

fn metadata(timestamp_ms: i64, directives: &[Value]) -> Value {
    json!({ "Timestamp": timestamp_ms, "CloudWatchMetrics": directives })
}

fn directive(dimensions: &[&str], metrics: &[(&str, &str)]) -> Value {
    let metrics: Vec<_> = metrics.iter().map(|(name, unit)| json!({ "Name": name, "Unit": unit })).collect();
    json!({ "Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics })
}

/// Returns milliseconds, to the microsecond.
#[expect(clippy::cast_precision_loss, reason = "a request is far shorter than 2^53 microseconds")]
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::RunAges;

    fn line_of(facts: &Facts) -> Value {
        sampled(1.0, facts)
    }

    fn sampled(share: f64, facts: &Facts) -> Value {
        line(&Completed {
            timestamp_ms: 1_700_000_000_000,
            method: "POST",
            route: "/voucher",
            status: 200,
            duration: Duration::from_micros(1_234),
            trace_id: None,
            traceparent: None,
            is_cold_start: false,
            share,
            facts,
        })
    }

    /// Checks that the line has a number, or a list of numbers, for every metric it declares.
    #[track_caller]
    fn check_metrics(line: &Value) {
        for directive in line["_aws"]["CloudWatchMetrics"].as_array().expect("directives") {
            for metric in directive["Metrics"].as_array().expect("metrics") {
                let value = &line[metric["Name"].as_str().expect("a name")];
                let is_list = value.as_array().is_some_and(|list| list.iter().all(Value::is_number));
                assert!(value.is_number() || is_list, "{metric} in {line}");
            }
            for dimension in directive["Dimensions"][0].as_array().expect("dimensions") {
                assert!(line[dimension.as_str().expect("a name")].is_string(), "{dimension} in {line}");
            }
        }
    }

    #[test]
    fn an_answer_from_memory() {
        let line = line_of(&Facts { segment: Some("s".to_owned()), ..Facts::default() });
        assert_eq!(
            (&line["cache"], &line["segment"], &line["duration_ms"]),
            (&json!("hit"), &json!("s"), &json!(1.234))
        );
        assert!(line.get("bucket").is_none(), "unknown fields are left out");
        check_metrics(&line);
    }

    #[test]
    fn a_sampled_line_counts_for_those_it_stands_for() {
        let line = sampled(0.01, &Facts { no_amount: vec!["no_data", "no_data"], ..Facts::default() });
        assert_eq!((&line["sample"], &line["requests"]), (&json!(0.01), &json!(100.0)));
        assert_eq!(line["no_answer_no_data"], json!(200.0));
        check_metrics(&line);
        assert!(line_of(&Facts::default()).get("sample").is_none());
    }

    #[test]
    fn everything_at_once() {
        let line = line_of(&Facts {
            problems: vec!["unavailable", "unavailable", "invalid-request"],
            no_amount: vec!["no_data"],
            dynamodb: vec![Duration::from_millis(2), Duration::from_millis(3)],
            stale: Some(Duration::from_secs(61)),
            run_ages: RunAges::of("vouchers", [7, 5, 6].into_iter()),
            batch: Some(4),
            ..Facts::default()
        });
        assert_eq!(line["problem_unavailable"], 2);
        assert_eq!(line["problem_invalid_request"], 1);
        assert_eq!((&line["reason"], &line["no_answer_no_data"]), (&json!("no_data"), &json!(1)));
        assert_eq!(line["dynamodb_ms"], json!([2.0, 3.0]));
        assert_eq!(line["cache"], "miss");
        assert_eq!(line["stale_seconds"], 61);
        assert_eq!(
            (&line["newest_run_age_seconds"], &line["oldest_run_age_seconds"]),
            (&json!(5), &json!(7))
        );
        check_metrics(&line);
    }
}
