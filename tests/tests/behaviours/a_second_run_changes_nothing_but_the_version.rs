//! The same history run twice: the same answers, one version later.

use stack::Stack;
use stack::etl::run_id;

#[test]
fn answers_stay() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(3_000, 8), "sample.parquet");
    let etl = stack.etl();
    let first = etl.publish(&location);
    let before = etl.lookup("Latvia").exits(0).json();
    let second = etl.publish(&location);
    let after = etl.lookup("Latvia").exits(0).json();
    assert_eq!(first["result_hash"], second["result_hash"]);
    assert_eq!(first["inputs"], second["inputs"]);
    assert_ne!(first["run_id"], second["run_id"]);
    for unchanged in ["buckets", "result_hash", "rules_hash", "country"] {
        assert_eq!(before[unchanged], after[unchanged], "{unchanged}");
    }
    assert_eq!((&before["version"], &after["version"]), (&1.into(), &2.into()));
    assert_eq!(after["run_id"], second["run_id"]);
    assert_eq!(after["previous_run_id"], first["run_id"]);
    assert_eq!(after["newest_run_id"], second["run_id"]);
    // The run before is whole, for a rollback, and says since when it is not served.
    let before = run_id(&first);
    assert_eq!(stack.table.query("latvia", &format!("{before}#")).len(), 8);
    let manifest = stack.table.manifest("latvia", before);
    assert!(manifest["superseded_at"]["S"].is_string(), "{manifest:#}");
}

#[test]
fn countries_absent_from_the_input_keep_what_they_have() {
    let stack = Stack::new();
    let first = stack.etl().publish(stack.sample(3_000, 8));
    let second = stack.publish(&[("Peru", 1, 100.0)]);
    let kept = ["Australia", "China", "Costa Rica", "Latvia", "Türkiye"];
    assert_eq!(second["kept_countries"], serde_json::json!(kept));
    for country in kept {
        assert_eq!(stack.etl().lookup(country).exits(0).json()["run_id"], first["run_id"], "{country}");
    }
    assert_eq!(stack.etl().lookup("Peru").exits(0).json()["run_id"], second["run_id"]);
}
