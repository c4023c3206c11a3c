//! End to end: a sample on S3 is run, and `lookup` answers what the run reported.

use stack::Stack;
use stack::etl::publications;

#[test]
fn every_bucket_of_every_country() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 3), "sample/sample.parquet");
    let report = stack.etl().publish(location);
    assert_eq!(
        publications(&report),
        ["Australia", "China", "Costa Rica", "Latvia", "Peru", "Türkiye"].map(|name| (name, "published"))
    );
    for country in report["countries"].as_array().expect("a list") {
        let name = country["country"].as_str().expect("a name");
        let buckets = country["buckets"].as_array().expect("a list");
        assert_eq!(buckets.len(), 8, "{name}");
        assert!(buckets.iter().all(|bucket| bucket["voucher_amount"].is_number()), "{name}: {buckets:#?}");
        let published = stack.check_published(name, &report);
        assert_eq!(published["result_hash"], country["result_hash"], "{name}");
        assert_eq!(published["rules_hash"], report["rules_hash"], "{name}");
        assert_eq!(published["version"], 1, "{name}");
        assert!(published["previous_run_id"].is_null(), "{name}");
    }
}

#[test]
fn every_row_is_accounted_for() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 4), "sample.parquet");
    let report = stack.etl().publish(location);
    assert_eq!(report["rows"]["footer"], 20_000);
    assert_eq!(report["rows"]["selected"], 20_000);
    for (name, segment) in report["segments"].as_object().expect("segments") {
        let rejected: u64 = segment["rejected"]
            .as_object()
            .expect("reasons")
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum();
        let sum =
            segment["counted"].as_u64().zip(segment["unclassified"].as_u64()).map(|(a, b)| a + b + rejected);
        assert_eq!(sum, Some(20_000), "{name}");
    }
}
