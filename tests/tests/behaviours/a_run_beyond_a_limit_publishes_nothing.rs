//! Limits on rejected events and on rows, by flags and in the rules file: a run beyond one says
//! so, writes nothing, and ends with exit code 5; one that is exactly at it is published.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;
use stack::etl::publications;
use stack::history::Event;
use stack::proxy::{Action, Request};
use stack::text::check_has;

/// Ten rows: a tenth has no country, a fifth an amount of 0, which is none.
const EVENTS: [Event; 10] = [
    ("Peru", 1, 40.0),
    ("Peru", 1, 40.0),
    ("Peru", 7, 40.0),
    ("Peru", 7, 12.5),
    ("Peru", 20, 12.5),
    ("Chile", 1, 7.0),
    ("Chile", 1, 7.0),
    ("Peru", 1, 0.0),
    ("Chile", 1, 0.0),
    ("", 1, 40.0),
];

/// Names of the limits that a report says are exceeded, with the reason or null.
fn exceeded(report: &Value) -> Vec<(String, Value)> {
    let exceeded = report["limits"]["exceeded"].as_array().expect("a list");
    exceeded
        .iter()
        .map(|one| (one["limit"].as_str().expect("a name").to_owned(), one["reason"].clone()))
        .collect()
}

#[test]
fn what_was_published_stays_and_is_answered() {
    let stack = Stack::new();
    let good = stack.publish(&[("Peru", 1, 2640.0), ("Latvia", 1, 2.5)]);
    let location = stack.upload(&EVENTS, "history.parquet");
    let table_before = stack.table.scan();
    let export = stack.folder().join("out");
    let line = ["--s3path", &location, "--export", &export.display().to_string()];
    let outcome = stack.etl().run(&[&line[..], &["--max-reject-ratio", "0.299999999"]].concat());
    let parts = ["nothing is published", "3 of 10 rows", "0.300000", "max_reject_ratio is 0.299999999"];
    let report = outcome.fails(5, &parts).json();
    assert_eq!(publications(&report), [("Chile", "stopped"), ("Peru", "stopped")]);
    assert_eq!(
        report["limits"],
        json!({ "exceeded": [{
            "limit": "max_reject_ratio", "reason": null, "segment": "frequent_segment",
            "max": 0.299_999_999, "is_default": false, "found": 0.3, "rejected": 3, "selected": 10, "skipped": 0,
            "reasons": { "missing_country": 1, "bad_voucher_amount": 2 },
        }] })
    );
    assert_eq!(stack.table.scan(), table_before, "nothing is written, items that nobody sees neither");
    assert!(export.join("Peru_counts.csv").exists(), "the export is for looking into what is wrong");
    let looked_up = stack.etl().lookup("Peru").exits(0).json();
    assert_eq!(looked_up["run_id"], good["run_id"]);

    let text = ["run", "--table", &stack.table.name, "--s3path", &location, "--min-rows", "11"];
    let text = stack.etl().execute(&text).exits(5).stdout;
    check_has(&text, &["Peru · not published: a limit is exceeded"]);
    check_has(&text, &["Limit exceeded: 10 rows are selected, and min_rows is 11"]);

    // Allowed, it is published.
    let report = stack.etl().run(&[&line[..], &["--max-reject-ratio", "0.3"]].concat()).exits(0).json();
    assert_eq!(report["limits"], json!({ "exceeded": [] }));
    assert_eq!(publications(&report), [("Chile", "published"), ("Peru", "published")]);
    assert_eq!(stack.etl().lookup("Peru").exits(0).json()["run_id"], report["run_id"]);
}

#[test]
fn flags_and_rules_and_which_wins() {
    const RATIO: &str = "max_reject_ratio";
    let stack = Stack::new();
    let location = stack.upload(&EVENTS, "history.parquet");
    let all = json!(null);
    let (bad_amount, no_country) = (json!("bad_voucher_amount"), json!("missing_country"));
    for (limits, flags, expected) in [
        ("", "", vec![]),
        ("", "--max-reject-ratio bad_voucher_amount=0.2", vec![]),
        ("", "--max-reject-ratio bad_voucher_amount=0.19", vec![(RATIO, &bad_amount)]),
        ("", "--max-reject-ratio missing_country=0.1", vec![]),
        ("", "--max-reject-ratio missing_country=0.09", vec![(RATIO, &no_country)]),
        // With a country asked for, rows without one are not selected.
        ("", "--country Peru --max-reject-ratio missing_country=0", vec![]),
        ("", "--country Peru --max-reject-ratio bad_voucher_amount=0.166666667 --min-rows 6", vec![]),
        (
            "",
            "--country Peru --max-reject-ratio bad_voucher_amount=0.166666666 --min-rows 7",
            vec![(RATIO, &bad_amount), ("min_rows", &all)],
        ),
        ("", "--min-rows 10", vec![]),
        ("", "--min-rows 11", vec![("min_rows", &all)]),
        ("max_reject_ratio = 0.3\nmin_rows = 10", "", vec![]),
        ("max_reject_ratio = 0.29\nmin_rows = 11", "", vec![(RATIO, &all), ("min_rows", &all)]),
        ("max_reject_ratio = { missing_country = 0.09 }", "", vec![(RATIO, &no_country)]),
        ("max_reject_ratio = 0.29\nmin_rows = 11", "--max-reject-ratio 0.3", vec![("min_rows", &all)]),
        ("max_reject_ratio = 0.29\nmin_rows = 11", "--min-rows 0", vec![(RATIO, &all)]),
        ("max_reject_ratio = 0.3\nmin_rows = 10", "--max-reject-ratio 0.29", vec![(RATIO, &all)]),
        (
            "max_reject_ratio = { overall = 0.29, missing_country = 0, bad_voucher_amount = 0 }",
            "--max-reject-ratio bad_voucher_amount=1",
            vec![(RATIO, &all), (RATIO, &no_country)],
        ),
    ] {
        let rules = stack.rules(&format!("{RULES_DEFAULT}\n[limits]\n{limits}\n"));
        let code = if expected.is_empty() { 0 } else { 5 };
        let mut line = vec!["--s3path", &location, "--rules", &rules];
        line.extend(flags.split_whitespace());
        let report = stack.etl().run(&line).exits(code).json();
        let expected: Vec<_> =
            expected.into_iter().map(|(limit, reason)| (limit.to_owned(), reason.clone())).collect();
        assert_eq!(exceeded(&report), expected, "{limits:?} {flags:?}");
        assert_eq!(report["rules_hash"], segments::rules::Rules::default().hash(), "{limits:?}");
    }
}

#[test]
fn a_dry_run_is_held_against_them_too() {
    let stack = Stack::new();
    let location = stack.upload(&EVENTS, "history.parquet");
    let proxy = stack.proxy(|_| Action::Pass);
    let line = ["--dry-run", "--s3path", &location, "--min-rows", "11"];
    let report = stack.etl_through(&proxy).run(&line).exits(5).json();
    assert_eq!(publications(&report), [("Chile", "stopped"), ("Peru", "stopped")]);
    let is_write = |request: &Request| {
        request.header("x-amz-target").is_some() && !request.is("GetItem") && !request.is("Query")
    };
    assert!(proxy.seen(is_write).is_empty());
    assert!(stack.table.scan().is_empty());
    let line = ["--dry-run", "--s3path", &location, "--min-rows", "10"];
    let report = stack.etl().run(&line).exits(0).json();
    assert_eq!(publications(&report), [("Chile", "dry_run"), ("Peru", "dry_run")]);
}

#[test]
fn without_a_limit_half_may_be_thrown_away_and_no_more() {
    let stack = Stack::new();
    let publish = |bad: usize, more: &[&str], code| {
        let (good, others) = (vec![("Peru", 1, 40.0); 10], vec![("Peru", 1, -1.0); bad]);
        let file = stack.history(&[good, others].concat()).display().to_string();
        let outcome = stack.etl().run(&[&["--s3path", &file], more].concat()).exits(code);
        let report = outcome.json();
        let publication = if code == 0 { "published" } else { "stopped" };
        assert_eq!(publications(&report), [("Peru", publication)], "{bad} {more:?}");
        (report, outcome.stderr)
    };
    let (exactly, _) = publish(10, &[], 0);
    assert_eq!(exactly["limits"], json!({ "exceeded": [] }));
    let before = stack.table.scan();
    let (more, error) = publish(11, &[], 5);
    assert_eq!(
        more["limits"]["exceeded"][0],
        json!({
            "limit": "max_reject_ratio", "reason": null, "segment": "frequent_segment", "max": 0.5,
            "is_default": true, "found": 11.0 / 21.0, "rejected": 11, "selected": 21, "skipped": 0,
            "reasons": { "bad_voucher_amount": 11 },
        })
    );
    let parts =
        ["11 of 21 rows of a country as bad or missing (11 bad_voucher_amount)", "--max-reject-ratio 1"];
    check_has(&error, &parts);
    assert_eq!(stack.table.scan(), before, "nothing is written");
    assert_eq!(publish(11, &["--max-reject-ratio", "bad_voucher_amount=1"], 5).0["limits"], more["limits"]);
    publish(11, &["--max-reject-ratio", "1"], 0);
    publish(11, &["--max-reject-ratio", "0.6"], 0);
    publish(1, &["--max-reject-ratio", "0.05"], 5);
    // The rules may say so, too; and for the whole country it holds as well.
    let with = |text: &str| stack.rules(&format!("{RULES_DEFAULT}\n{text}\n"));
    publish(11, &["--rules", &with("[limits]\nmax_reject_ratio = 1")], 0);
    publish(11, &["--rules", &with("[limits]\nmin_rows = 1")], 5);
    let dry = ["--dry-run", "--s3path", &stack.folder().join("history.parquet").display().to_string()];
    assert_eq!(publications(&stack.etl().run(&dry).exits(5).json()), [("Peru", "stopped")]);
}

#[test]
fn a_wrong_limit_is_named() {
    let stack = Stack::new();
    for flags in ["--max-reject-ratio 1.01", "--max-reject-ratio bad_amount=0.1", "--min-rows -1"] {
        let mut line = vec!["--s3path", "nowhere"];
        line.extend(flags.split_whitespace());
        stack.etl().run(&line).exits(2);
    }
    let head = format!("{RULES_DEFAULT}\n[limits]\n");
    let rules = stack.rules(&format!("{head}max_reject_ratio = {{ bad_amount = 0.1 }}\n"));
    let place = format!("rules.toml:{}: limits.max_reject_ratio.bad_amount: ", 1 + head.lines().count());
    stack.etl().run(&["--s3path", "nowhere", "--rules", &rules]).fails(3, &[&place]);
}
