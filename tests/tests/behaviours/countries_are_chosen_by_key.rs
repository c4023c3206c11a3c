//! `--country` and `lookup` take any spelling; what was not asked for stays out of the table.

use stack::Stack;
use stack::etl::publications;

#[test]
fn any_spelling_is_the_country() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(3_000, 9), "sample.parquet");
    let mut reports = Vec::new();
    for spelling in ["Peru", "peru", " PERU ", "pErU"] {
        let report = stack.etl().run(&["--country", spelling, "--s3path", &location]).exits(0).json();
        assert_eq!(publications(&report), [("Peru", "published")], "{spelling:?}");
        let looked_up = stack.etl().lookup(spelling).exits(0).json();
        assert_eq!(looked_up["run_id"], report["run_id"], "{spelling:?}");
        assert_eq!(looked_up["country"], "Peru", "{spelling:?}");
        reports.push(report);
    }
    assert!(reports.iter().all(|report| report["result_hash"] == reports[0]["result_hash"]));
    assert_eq!(stack.table.pointer_attribute("peru", "version"), "4");
}

#[test]
fn several_are_published_and_no_others() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(3_000, 10), "sample.parquet");
    let line =
        ["--country", "türkiye", "--country", "COSTA RICA", "--country", "Türkiye", "--s3path", &location];
    let report = stack.etl().run(&line).exits(0).json();
    assert_eq!(publications(&report), [("Costa Rica", "published"), ("Türkiye", "published")]);
    let number = |name: &str| report["rows"][name].as_u64().expect("a number");
    assert!(number("selected") > 0 && number("other_country") > 0);
    let sum = number("selected") + number("other_country") + number("no_country") + number("pruned");
    assert_eq!(sum, 3_000);
    for other in ["australia", "china", "latvia", "peru"] {
        assert!(stack.table.pointer(other).is_null(), "{other}");
    }
    let _ = stack.etl().lookup("Peru").exits(3);
    // What is published for a country does not depend on which others were asked for.
    let all = stack.etl().publish(&location);
    let hash = |report: &_, name| stack::etl::country(report, name)["result_hash"].clone();
    for name in ["Costa Rica", "Türkiye"] {
        assert_eq!(hash(&all, name), hash(&report, name), "{name}");
    }
}
