//! The items, as DynamoDB shows them: keys, attributes and their types, and none too many.

use bytes::Bytes;
use segments::rules::Rules;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stack::Stack;
use stack::etl::run_id;
use std::collections::BTreeSet;

/// Peru: `0-4` has 12.5 twice and 40 once, `14-37` has 40; Chile: one event outside every
/// bucket of orders.
fn publish(stack: &Stack) -> Value {
    let peru = [("Peru", 1, 12.5), (" PERU", 4, 12.5), ("Peru", 0, 40.0), ("Peru", 14, 40.0)];
    stack.etl().publish(stack.upload(&[&peru[..], &[("Chile", 38, 7.0)]].concat(), "history/a.parquet"))
}

fn names(item: &Value) -> BTreeSet<&str> {
    item.as_object().expect("an item").keys().map(String::as_str).collect()
}

#[test]
fn one_item_for_every_bucket() {
    let stack = Stack::new();
    let report = publish(&stack);
    let run_id = run_id(&report);
    let null = json!({ "NULL": true });
    let n = |number: &str| json!({ "N": number });
    for (country, bucket, amount, support, total, runner_up) in [
        ("peru", "frequent_segment#0-4", n("12.5"), "2", "3", Some(("40", "1"))),
        ("peru", "frequent_segment#5-13", null.clone(), "0", "0", None),
        ("peru", "frequent_segment#14-37", n("40"), "1", "1", None),
        ("peru", "recency_segment#30-60", n("12.5"), "2", "4", Some(("40", "2"))),
        ("peru", "recency_segment#60-90", null.clone(), "0", "0", None),
        ("peru", "recency_segment#90-120", null.clone(), "0", "0", None),
        ("peru", "recency_segment#120-180", null.clone(), "0", "0", None),
        ("peru", "recency_segment#180+", null.clone(), "0", "0", None),
        ("chile", "frequent_segment#0-4", null.clone(), "0", "0", None),
        ("chile", "recency_segment#30-60", n("7"), "1", "1", None),
    ] {
        let key = format!("{run_id}#{bucket}");
        let (runner_up_amount, runner_up_support) =
            runner_up.map_or((null.clone(), null.clone()), |(amount, support)| (n(amount), n(support)));
        let expected = json!({
            "country_code": { "S": country },
            "item": { "S": key },
            "voucher_amount": amount,
            "support": n(support),
            "total": n(total),
            "runner_up_amount": runner_up_amount,
            "runner_up_support": runner_up_support,
        });
        assert_eq!(stack.table.item(country, &key), expected);
    }
    for country in ["peru", "chile"] {
        assert_eq!(stack.table.query(country, &format!("{run_id}#")).len(), 8, "{country}");
    }
    // And with pointer, manifest and listing of two countries that is all.
    assert_eq!(stack.table.scan().len(), 2 * (8 + 3));
}

#[test]
fn the_pointer_names_the_run_and_carries_its_rules() {
    let stack = Stack::new();
    let report = publish(&stack);
    let pointer = stack.table.pointer("peru");
    let attributes = [
        "country_code",
        "item",
        "run_id",
        "previous_run_id",
        "newest_run_id",
        "version",
        "published_at",
        "country",
        "rules",
        "rules_hash",
    ];
    assert_eq!(names(&pointer), attributes.into());
    assert_eq!(pointer["run_id"]["S"], report["run_id"]);
    assert_eq!(pointer["newest_run_id"]["S"], report["run_id"]);
    assert_eq!(pointer["previous_run_id"]["NULL"], true);
    assert_eq!(pointer["version"]["N"], "1");
    assert_eq!(pointer["country"]["S"], "Peru");
    assert_eq!(pointer["rules_hash"]["S"], report["rules_hash"]);
    let canonical = pointer["rules"]["S"].as_str().expect("rules");
    let rules = Rules::from_canonical(canonical).expect("they parse");
    assert_eq!(rules, Rules::default());
    let hash = Bytes::copy_from_slice(&Sha256::digest(canonical));
    assert_eq!(pointer["rules_hash"]["S"], format!("{hash:x}"));
}

#[test]
fn the_manifest_says_what_the_run_was_made_of() {
    let stack = Stack::new();
    let report = publish(&stack);
    let manifest = stack.table.manifest("peru", run_id(&report));
    assert_eq!(manifest["run_id"]["S"], report["run_id"]);
    assert_eq!(manifest["rows"]["N"], "4");
    assert_eq!(manifest["item_count"]["N"], "8");
    assert_eq!(manifest["rules_hash"]["S"], report["rules_hash"]);
    assert_eq!(manifest["result_hash"]["S"], stack::etl::country(&report, "Peru")["result_hash"]);
    assert_eq!(manifest["segments"]["M"]["frequent_segment"]["M"]["counted"]["N"], "4");
    let attributes = [
        "country_code",
        "item",
        "run_id",
        "rows",
        "segments",
        "result_hash",
        "rules_hash",
        "item_count",
        "inputs",
        "country",
        "rules",
        "run",
        "published_at",
    ];
    assert_eq!(names(&manifest), attributes.into(), "it is current");
    let pointer = stack.table.pointer("peru");
    for name in ["country", "rules", "rules_hash", "published_at"] {
        assert_eq!(manifest[name], pointer[name], "{name}");
    }
    let run = &manifest["run"]["M"];
    assert_eq!(run["version"]["S"], report["version"]);
    assert_eq!(run["result_hash"]["S"], report["result_hash"]);
    assert!(run["started_at"]["S"].as_str() <= pointer["published_at"]["S"].as_str(), "{run:#}");
    for name in ["footer", "selected", "other_country", "no_country", "pruned"] {
        assert_eq!(run["rows"]["M"][name]["N"], report["rows"][name].to_string(), "{name}");
    }
    assert_eq!(run["pruned_files"]["N"], "0");
    let inputs = &manifest["inputs"]["M"];
    assert_eq!(inputs["number"]["N"], "1");
    assert_eq!(inputs["bytes"]["N"], report["inputs"]["bytes"].to_string());
    assert_eq!(inputs["sha256"]["S"], report["inputs"]["sha256"]);
    let listed = &inputs["list"]["L"][0]["M"];
    assert_eq!(listed["url"]["S"], stack.bucket.location("history/a.parquet"));
}

#[test]
fn countries_are_listed() {
    let stack = Stack::new();
    publish(&stack);
    for (key, shown) in [("peru", "Peru"), ("chile", "Chile")] {
        assert_eq!(
            stack.table.item("#countries", key),
            json!({ "country_code": { "S": "#countries" }, "item": { "S": key }, "country": { "S": shown } })
        );
    }
    assert_eq!(stack.table.query("#countries", "").len(), 2);
}
