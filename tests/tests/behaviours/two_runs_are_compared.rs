//! `diff`, and the diff of a dry run: what answers differently, heaviest first.

use serde_json::{Value, json};
use stack::Stack;
use stack::etl::run_id;
use stack::history::{Event, rules_with};
use stack::text::check_has;

/// In `0-4` 100 wins, in `5-13` 200, in `14-37` 300; all are in `30-60` days, where 100 wins.
const BEFORE: [Event; 6] = [
    ("Peru", 1, 100.0),
    ("Peru", 1, 100.0),
    ("Peru", 1, 100.0),
    ("Peru", 6, 200.0),
    ("Peru", 6, 200.0),
    ("Peru", 20, 300.0),
];
/// `5-13` answers differently, `14-37` has more events.
const AFTER: [Event; 8] = [
    ("Peru", 1, 100.0),
    ("Peru", 1, 100.0),
    ("Peru", 1, 100.0),
    ("Peru", 6, 200.0),
    ("Peru", 6, 250.0),
    ("Peru", 6, 250.0),
    ("Peru", 20, 300.0),
    ("Peru", 20, 300.0),
];

fn side(amount: u32, support: u32, total: u32, runner_up: Option<(u32, u32)>) -> Value {
    json!({
        "voucher_amount": amount,
        "support": support,
        "total": total,
        "runner_up_amount": runner_up.map(|(amount, _)| amount),
        "runner_up_support": runner_up.map(|(_, support)| support),
    })
}

/// What changes between the two, in JSON.
fn buckets() -> Value {
    json!([
        {
            "segment": "frequent_segment", "bucket": "5-13", "change": "amount", "weight": 3,
            "before": side(200, 2, 2, None), "after": side(250, 2, 3, Some((200, 1))),
        },
        {
            "segment": "recency_segment", "bucket": "30-60", "change": "counts", "weight": 0,
            "before": side(100, 3, 6, Some((200, 2))), "after": side(100, 3, 8, Some((250, 2))),
        },
        {
            "segment": "frequent_segment", "bucket": "14-37", "change": "counts", "weight": 0,
            "before": side(300, 1, 1, None), "after": side(300, 2, 2, None),
        },
    ])
}

fn brief(report: &Value) -> Value {
    json!({
        "run_id": report["run_id"],
        "rules_hash": report["rules_hash"],
        "result_hash": report["countries"][0]["result_hash"],
    })
}

fn diff(stack: &Stack, runs: &[&str]) -> Value {
    let before = stack.table.scan();
    let diff = stack.etl().diff("peru", runs).exits(0).json();
    assert_eq!(stack.table.scan(), before);
    diff
}

#[test]
fn the_current_one_with_the_one_before() {
    let stack = Stack::new();
    let [before, after] = [stack.publish(&BEFORE), stack.publish(&AFTER)];
    let expected = json!({
        "country": "Peru", "before": brief(&before), "after": brief(&after),
        "weight": 3, "unchanged": 5, "buckets": buckets(),
    });
    assert_eq!(diff(&stack, &[]), expected);
    assert_eq!(diff(&stack, &[run_id(&before)]), expected);
    assert_eq!(diff(&stack, &[run_id(&before), run_id(&after)]), expected);
    let text = stack.etl().text("diff", "Peru", &[]);
    check_has(&text, &[" 200 -> 250 ", " 2 -> 3 ", "1 bucket answers differently, of 3 events; 5 unchanged"]);
}

#[test]
fn any_two() {
    let stack = Stack::new();
    let reports = [stack.publish(&BEFORE), stack.publish(&AFTER), stack.publish(&BEFORE)];
    let ids = reports.each_ref().map(run_id);
    let same = diff(&stack, &[ids[0]]);
    assert_eq!((&same["buckets"], &same["unchanged"], &same["weight"]), (&json!([]), &json!(8), &json!(0)));
    let back = diff(&stack, &[ids[1], ids[0]]);
    assert_eq!((&back["before"], &back["after"]), (&brief(&reports[1]), &brief(&reports[0])));
    assert_eq!(
        (&back["buckets"][0]["weight"], &back["buckets"][0]["after"]["voucher_amount"]),
        (&json!(3), &json!(200))
    );
}

#[test]
fn buckets_come_and_go_with_the_rules() {
    let stack = Stack::new();
    let before = stack.publish(&BEFORE);
    let rules = rules_with("\"5-13\", from = 5, below = 14", "\"5-9\", from = 5, below = 10");
    let after = stack.publish_by(&rules, &AFTER);
    let diff = diff(&stack, &[]);
    let found: Vec<_> = diff["buckets"].as_array().expect("a list").iter().collect();
    let short = |bucket: &Value| {
        [&bucket["bucket"], &bucket["change"], &bucket["weight"]].map(ToString::to_string).join(" ")
    };
    assert_eq!(
        found.iter().map(|bucket| short(bucket)).collect::<Vec<_>>(),
        ["\"5-9\" \"appeared\" 3", "\"5-13\" \"gone\" 2", "\"30-60\" \"counts\" 0", "\"14-37\" \"counts\" 0"]
    );
    assert_eq!((&found[0]["before"], &found[1]["after"]), (&Value::Null, &Value::Null));
    assert_eq!((&diff["before"], &diff["after"]), (&brief(&before), &brief(&after)));
}

#[test]
fn what_cannot_be_compared() {
    let stack = Stack::new();
    stack.etl().diff("Peru", &[]).fails(3, &["nothing published"]);
    let first = stack.publish(&BEFORE);
    let second = stack.publish(&AFTER);
    let item = format!("{}#frequent_segment#5-13", run_id(&first));
    stack.table.delete("peru", &item);
    for (runs, part) in
        [(&[][..], item.as_str()), (&["0193"], "no run 0193"), (&[run_id(&second), "0193"], "no run 0193")]
    {
        stack.etl().diff("Peru", runs).fails(3, &[part]);
    }
}

#[test]
fn a_dry_run_with_what_is_live() {
    let stack = Stack::new();
    let before = stack.publish(&BEFORE);
    let history = stack.history(&[&AFTER[..], &[("Chile", 1, 5.0)]].concat()).display().to_string();
    let outcome = stack.etl().run(&["--dry-run", "--s3path", &history]).exits(0);
    let report = outcome.json();
    let peru = stack::etl::country(&report, "Peru");
    let after = json!({
        "run_id": report["run_id"], "rules_hash": report["rules_hash"], "result_hash": peru["result_hash"],
    });
    let expected = json!({
        "before": brief(&before), "after": after, "weight": 3, "unchanged": 5, "buckets": buckets(),
    });
    assert_eq!(peru["changes"], expected);
    assert_eq!(stack::etl::country(&report, "Chile")["changes"], Value::Null);

    let line = ["run", "--dry-run", "--table", &stack.table.name, "--s3path", &history];
    let text = stack.etl().execute(&line).exits(0).stdout;
    check_has(&text, &["Against what is live: Peru · run ", " 200 -> 250 ", "nothing live to compare with"]);
    // What was shown is what comes.
    let published = stack.etl().publish(&history);
    assert_eq!(stack::etl::country(&published, "Peru")["changes"], Value::Null);
    assert_eq!(diff(&stack, &[])["buckets"], expected["buckets"]);
}
