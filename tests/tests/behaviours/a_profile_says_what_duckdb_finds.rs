//! DuckDB, by SQL, is a second judge of a profile: every count must be equal.

use serde_json::{Map, Value, json};
use stack::Stack;
use stack::scripts::{by_duckdb, repository};
use std::path::PathBuf;

/// The samples, and where it is beside the repository the real history too.
fn histories(stack: &Stack) -> Vec<PathBuf> {
    let real = repository().join("../shared/data/data.parquet.gzip");
    let mut histories = vec![stack.sample(60_000, 12), stack.sample(9_000, 13), stack.sample(1, 14)];
    histories.extend(Some(real).filter(|real| real.exists()));
    histories
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Returns a number, or a time, without zeros that say nothing: `1540.0000` is `1540`.
fn plain(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[track_caller]
fn check_column(column: &Value, expected: &Value, name: &str) {
    for count in ["null", "blank", "values"] {
        assert_eq!(column[count], expected[count], "{count} of {name}");
    }
    assert_eq!((&column["bad"], &column["bad_values"]), (&json!(0), &json!([])), "{name}");
    let (found, expected_distinct) = (number(&column["distinct"]["values"]), number(&expected["distinct"]));
    if column["distinct"]["is_exact"] == true {
        assert_eq!(found, expected_distinct, "distinct of {name}");
    } else {
        assert!(expected_distinct > 9_000, "few values are counted: {expected_distinct} of {name}");
        assert!(
            found.abs_diff(expected_distinct) <= expected_distinct / 30,
            "{found} of {expected_distinct}"
        );
    }
    // Countries are shown in the spelling that is the most frequent.
    for edge in ["smallest", "largest"].into_iter().filter(|_| name != "country_code") {
        let [found, expected] = [column, expected].map(|of| of[edge].as_str().map(plain));
        assert_eq!(found, expected, "{edge} of {name}");
    }
}

/// The most frequent values, by what DuckDB counts of each.
#[track_caller]
fn check_top(column: &Value, counts: &Map<String, Value>, name: &str) {
    let top = column["top"].as_array().expect("a list");
    let value = |top: &Value| top["value"].as_str().expect("a text").to_owned();
    let mut expected: Vec<u64> = counts.values().map(number).collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    expected.truncate(20);
    assert_eq!(top.iter().map(|top| number(&top["events"])).collect::<Vec<_>>(), expected, "{name}");
    for top in top {
        let same = |(text, _): &(&String, &Value)| plain(text) == value(top);
        let (_, events) = counts.iter().find(same).unwrap_or_else(|| panic!("{top} of {name}"));
        assert_eq!(top["events"], *events, "{name}");
    }
}

/// Ranges hold what DuckDB counts of the values in them.
#[track_caller]
fn check_bins(bins: &Value, counts: &Map<String, Value>, scale: f64, name: &str) {
    assert_eq!(bins["others"], 0, "{name}");
    let counts: Vec<(f64, u64)> = counts
        .iter()
        .map(|(value, events)| (value.parse::<f64>().expect("a number") * scale, number(events)))
        .collect();
    let mut all = 0;
    for bin in bins["bins"].as_array().expect("a list") {
        let (from, below) = (bin["from"].as_f64(), bin["below"].as_f64());
        let is_in =
            |value: f64| from.is_none_or(|from| value >= from) && below.is_none_or(|below| value < below);
        let expected: u64 = counts.iter().filter(|(value, _)| is_in(*value)).map(|(_, events)| events).sum();
        assert_eq!(number(&bin["events"]), expected, "{bin} of {name}");
        all += expected;
    }
    assert_eq!(all, counts.iter().map(|(_, events)| events).sum::<u64>(), "{name}");
}

#[track_caller]
fn check_times(times: &Value, days: &Map<String, Value>) {
    let letters = match times["step"].as_str() {
        Some("day") => 10,
        Some("month") => 7,
        _ => 4,
    };
    assert_eq!(times["others"], 0);
    let mut all = 0;
    for bin in times["bins"].as_array().expect("a list") {
        let start = &bin["from"].as_str().expect("a day")[..letters];
        let expected: u64 =
            days.iter().filter(|(day, _)| day.starts_with(start)).map(|(_, events)| number(events)).sum();
        assert_eq!(number(&bin["events"]), expected, "{bin}");
        all += expected;
    }
    assert_eq!(all, days.values().map(number).sum::<u64>());
}

#[track_caller]
fn check_oddities(profile: &Value, expected: &Value) {
    let oddities = profile["oddities"].as_array().expect("a list");
    let events = |oddity: &str, of: Option<&str>| {
        let mut found = oddities
            .iter()
            .filter(|found| found["oddity"] == oddity && of.is_none_or(|of| found["of"] == of));
        found.next().map_or(0, |found| number(&found["events"]))
    };
    for (oddity, expected) in expected["oddities"].as_object().expect("an object") {
        assert_eq!(events(oddity, None), number(expected), "{oddity}");
    }
    for (segment, expected) in expected["outside"].as_object().expect("an object") {
        assert_eq!(events("outside_every_bucket", Some(segment)), number(expected), "{segment}");
    }
    let null = number(&expected["columns"]["voucher_amount"]["null"]);
    assert_eq!(events("missing", Some("voucher_amount")), null);
    for oddity in oddities {
        let says = oddity["says"].as_str().expect("a sentence");
        let year = oddity["value"].as_str().unwrap_or_default();
        if oddity["oddity"] == "year_stands_out" && oddity["of"] == "timestamp" {
            assert_eq!(oddity["events"], expected["years"][year], "{says}");
        }
    }
}

#[test]
fn on_every_count() {
    let stack = Stack::new();
    for history in histories(&stack) {
        let expected = by_duckdb("profile.py", &[&history]);
        let expected: Value = serde_json::from_slice(&expected).expect("JSON");
        let path = history.to_str().expect("Unicode");
        let line = ["profile", "--format", "json", "--s3path", path];
        let profile = stack.etl().execute(&line).exits(0).json();
        assert_eq!(profile["rows"], expected["rows"], "{path}");
        for column in profile["columns"].as_array().expect("a list") {
            let name = column["column"].as_str().expect("a name");
            check_column(column, &expected["columns"][name], name);
            let counts = match name {
                "timestamp" => "event_days",
                "total_orders" => "orders",
                "voucher_amount" => "amounts",
                _ => continue,
            };
            check_top(column, expected[counts].as_object().expect("an object"), name);
        }
        let histograms = &profile["histograms"];
        for (name, counts, scale) in [
            ("total_orders", "orders", 1.0),
            ("days_since_last_order", "days", 1.0),
            ("voucher_amount", "amounts", 10_000.0),
        ] {
            check_bins(&histograms[name], expected[counts].as_object().expect("an object"), scale, name);
        }
        check_times(&histograms["events_over_time"], expected["event_days"].as_object().expect("an object"));
        check_oddities(&profile, &expected);
        for country in profile["countries"].as_array().expect("a list") {
            let key = country["country"].as_str().expect("a name").to_lowercase();
            assert_eq!(country["events"], expected["countries"][key]);
            for spelling in country["spellings"].as_array().expect("a list") {
                let name = spelling["spelling"].as_str().expect("a name");
                assert_eq!(spelling["events"], expected["spellings"][name]);
            }
        }
        check_buckets(&stack, path, &profile);
    }
}

/// What a run would publish is what the profile says how close it is.
#[track_caller]
fn check_buckets(stack: &Stack, history: &str, profile: &Value) {
    let run = stack.etl().run(&["--dry-run", "--s3path", history]).exits(0).json();
    let buckets = profile["buckets"].as_array().expect("a list");
    let mut compared = 0;
    for country in run["countries"].as_array().expect("a list") {
        for bucket in country["buckets"].as_array().expect("a list") {
            let is_same = |found: &&Value| {
                found["country"] == country["country"]
                    && found["segment"] == bucket["segment"]
                    && found["bucket"] == bucket["bucket"]
            };
            let found = buckets.iter().find(is_same).expect("the bucket");
            for name in ["voucher_amount", "support", "total", "runner_up_amount"] {
                assert_eq!(found[name], bucket[name], "{name} of {bucket}");
            }
            let runner_up = bucket["runner_up_support"].as_u64().unwrap_or_default();
            assert_eq!(number(&found["margin"]), number(&bucket["support"]) - runner_up, "{bucket}");
            compared += 1;
        }
    }
    assert_eq!(compared, buckets.len());
    let shares: Vec<_> =
        buckets.iter().map(|bucket| bucket["margin_share"].as_f64().unwrap_or(2.0)).collect();
    assert!(shares.is_sorted(), "the closest first: {shares:?}");
}
