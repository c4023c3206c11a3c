//! `reproduce`: a published answer is counted again from the objects that the run read, and comes
//! out as it is in the table, or the one line says why it cannot.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;
use stack::etl::{Outcome, country, run_id};
use stack::history::{Event, rules_with};
use stack::proxy::{Action, Request};
use std::fs;

const PERU: [Event; 3] = [("Peru", 1, 100.0), ("peru", 2, 100.0), ("Peru", 3, 200.0)];
const CHILE: [Event; 2] = [("Chile", 1, 300.0), ("Chile", 20, 400.0)];

fn reproduce(stack: &Stack, country: &str, more: &[&str]) -> Outcome {
    let line = ["reproduce", "--format", "json", "--table", &stack.table.name, "--country", country];
    stack.etl().execute(&[&line, more].concat())
}

/// Expects what `report` says of the country, and that nothing was written.
#[track_caller]
fn check(stack: &Stack, report: &Value, name: &str, more: &[&str]) {
    let before = stack.table.scan();
    let reproduced = reproduce(stack, name, more).exits(0).json();
    let reported = country(report, name);
    let expected = json!({
        "country": name,
        "run_id": report["run_id"],
        "rules_hash": report["rules_hash"],
        "result_hash": reported["result_hash"],
        "published_result_hash": reported["result_hash"],
        "reproduced": true,
        "inputs": report["inputs"],
        "buckets": reported["buckets"],
    });
    assert_eq!(reproduced, expected, "{name}");
    assert_eq!(stack.table.scan(), before, "{name}");
}

#[track_caller]
fn check_refused(outcome: Outcome, code: i32, parts: &[&str]) {
    let outcome = outcome.fails(code, parts);
    assert_eq!(outcome.stdout.is_empty(), code != 1, "{}", outcome.stdout);
}

#[test]
fn a_sample_on_s3() {
    let stack = Stack::new();
    let report = stack.etl().publish(stack.bucket.upload(&stack.sample(20_000, 31), "sample.parquet"));
    for name in ["Australia", "China", "Costa Rica", "Latvia", "Peru", "Türkiye"] {
        check(&stack, &report, name, &[]);
    }
    let text = stack.etl().text("reproduce", "peru", &[]);
    let hash = country(&report, "Peru")["result_hash"].as_str().expect("a hash");
    assert!(text.ends_with(&format!("\nresult_hash {hash} reproduced\n")), "{text}");
    assert!(text.starts_with("Peru · run ") && text.contains("recency_segment"), "{text}");
}

#[test]
fn it_only_reads() {
    let stack = Stack::new();
    stack.etl().publish(stack.upload(&PERU, "h/a"));
    let proxy = stack.proxy(|_| Action::Pass);
    stack.etl_through(&proxy).text("reproduce", "Peru", &[]);
    let is_read = |request: &Request| {
        request.is("GetItem") || request.is("Query") || request.is_list() || request.is_get_object()
    };
    assert!(!proxy.seen(is_read).is_empty());
    let others = proxy.seen(move |request| !is_read(request));
    assert!(others.is_empty(), "{others:#?}");
}

/// Names are exact: neither a pattern, nor what begins alike, nor what lies below adds anything.
#[test]
fn several_objects_with_any_names() {
    let stack = Stack::new();
    let keys = ["h/a*", "h/[ab]?.parquet", "h/ü {x,y}%2F+#.parquet"];
    for (key, events) in keys.iter().zip([&PERU[..2], &PERU[2..], &CHILE]) {
        stack.upload(events, key);
    }
    let report = stack.etl().publish(stack.bucket.location("h/"));
    assert_eq!(report["inputs"]["number"], 3);
    for key in ["h/a", "h/ab", "h/a*b", "h/a*/b", "h/b1.parquet"] {
        stack.upload(&CHILE, key);
    }
    check(&stack, &report, "Peru", &[]);
    check(&stack, &report, "Chile", &[]);
    // By location there are too many now.
    let location = stack.bucket.location("h/");
    let outcome = reproduce(&stack, "Peru", &["--s3path", &location]);
    check_refused(outcome, 3, &["h/a was not among its inputs (and 4 more)"]);
}

#[test]
fn hive_folders() {
    let stack = Stack::new();
    stack.upload_to_folder(&PERU, "h/country_code=Peru/a");
    stack.upload_to_folder(&PERU[1..], "h/country_code=peru%20/a");
    stack.upload_to_folder(&CHILE, "h/country_code=Chile/a");
    let location = stack.bucket.location("h/");
    let all = stack.etl().publish(&location);
    assert_eq!(all["inputs"]["number"], 3);
    check(&stack, &all, "Peru", &[]);
    check(&stack, &all, "Chile", &[]);
    let one = stack.etl().run(&["--country", "Peru", "--s3path", &location]).exits(0).json();
    assert_eq!(one["inputs"]["number"], 2);
    check(&stack, &one, "Peru", &[]);
    check(&stack, &one, "Peru", &["--s3path", &location]);
    check(&stack, &all, "Chile", &["--s3path", &location]);
}

#[test]
fn local_files_and_a_country_wide_mode() {
    let stack = Stack::new();
    let rules = format!("{RULES_DEFAULT}[fallback]\norder = [\"country\"]");
    let report = stack.publish_by(&rules, &[&PERU[..], &CHILE].concat());
    assert_eq!(country(&report, "Peru")["buckets"][8]["segment"], "country");
    check(&stack, &report, "Peru", &[]);
    let file = stack.folder().join("history.parquet");
    fs::remove_file(&file).expect("it was there");
    check_refused(reproduce(&stack, "Peru", &[]), 3, &[&format!("{} is gone", file.display())]);
}

#[test]
fn a_changed_object_is_named() {
    let stack = Stack::new();
    let [a, b] = [("h/a", &PERU[..]), ("h/b", &CHILE)].map(|(key, events)| stack.upload(events, key));
    let report = stack.etl().publish(stack.bucket.location("h/"));
    let run_id = run_id(&report);
    stack.upload(&PERU[1..], "h/a");
    let changed = format!("{a} has changed");
    check_refused(reproduce(&stack, "Peru", &[]), 3, &[run_id, &changed]);
    // The run read it, so it counts for every country.
    check_refused(reproduce(&stack, "Chile", &[]), 3, &[&changed]);
    stack.bucket.delete("h/b");
    check_refused(reproduce(&stack, "Peru", &[]), 3, &[&changed, "and 1 more"]);
    stack.upload(&PERU, "h/a");
    check_refused(reproduce(&stack, "Peru", &[]), 3, &[&format!("{b} is gone")]);
    // The same bytes are the same version.
    stack.upload(&CHILE, "h/b");
    check(&stack, &report, "Peru", &[]);
}

#[test]
fn a_tampered_table_does_not_come_out() {
    let stack = Stack::new();
    let report = stack.etl().publish(stack.upload(&[&PERU[..], &CHILE].concat(), "h/a"));
    let run_id = run_id(&report);
    let hash = |name| country(&report, name)["result_hash"].as_str().expect("a hash").to_owned();

    let item = format!("{run_id}#frequent_segment#0-4");
    stack.table.set_number("peru", &item, "voucher_amount", "999");
    let outcome = reproduce(&stack, "Peru", &[]);
    let reproduced = outcome.json();
    assert_eq!(
        (&reproduced["reproduced"], &reproduced["result_hash"]),
        (&json!(false), &json!(hash("Peru")))
    );
    assert_eq!(reproduced["buckets"], country(&report, "Peru")["buckets"]);
    check_refused(outcome, 1, &[run_id, "frequent_segment#0-4 is published as 999", "gives 100 (2)"]);

    stack.table.set("chile", &format!("run#{run_id}"), "result_hash", "0123");
    let outcome = reproduce(&stack, "chile", &[]);
    let reproduced = outcome.json();
    assert_eq!(
        (&reproduced["reproduced"], &reproduced["published_result_hash"]),
        (&json!(false), &json!("0123"))
    );
    check_refused(outcome, 1, &[run_id, "result_hash 0123", &hash("Chile")]);

    stack.table.set("chile", "current", "rules_hash", "0123");
    assert!(reproduce(&stack, "Chile", &[]).exits(1).error().contains("the rules in the pointer of chile"));
}

#[test]
fn an_earlier_run() {
    let stack = Stack::new();
    let first = stack.etl().publish(stack.upload(&PERU, "first"));
    let second = stack.etl().publish(stack.upload(&PERU[1..], "second"));
    let oldest = run_id(&first);
    check(&stack, &second, "Peru", &[]);
    check(&stack, &first, "Peru", &["--run", oldest]);

    let rules = stack.rules(&rules_with("below = 38", "below = 39"));
    let location = stack.bucket.location("second");
    let third = stack.etl().run(&["--rules", &rules, "--s3path", &location]).exits(0).json();
    check(&stack, &third, "Peru", &[]);
    // Its manifest has its own rules; older ones have none.
    check(&stack, &first, "Peru", &["--run", oldest]);
    stack.table.remove("peru", &format!("run#{oldest}"), "rules");
    let hashes = [&first, &third].map(|report| report["rules_hash"].as_str().expect("a hash"));
    check_refused(reproduce(&stack, "Peru", &["--run", oldest]), 3, &hashes);

    let outcome = reproduce(&stack, "Peru", &["--run", "nothing"]);
    check_refused(outcome, 3, &["no such run", oldest, run_id(&second)]);
    check_refused(reproduce(&stack, "Latvia", &[]), 3, &["latvia", "peru"]);
}

#[test]
fn more_objects_than_a_manifest_names() {
    let stack = Stack::new();
    for at in 0..101 {
        stack.upload_to_folder(&PERU[at % 3..], &format!("h/country_code=Peru/{at:03}"));
    }
    stack.upload_to_folder(&CHILE, "h/country_code=Chile/a");
    let location = stack.bucket.location("h/");
    let all = stack.etl().publish(&location);
    assert_eq!(all["inputs"]["number"], 102);
    check_refused(reproduce(&stack, "Peru", &[]), 3, &["102 inputs", "--s3path"]);
    let by_folder = ["Peru", "Chile"].map(|name| stack.bucket.location(&format!("h/country_code={name}/")));
    check(&stack, &all, "Peru", &["--s3path", &location]);
    check(&stack, &all, "Chile", &["--s3path", &by_folder[0], "--s3path", &by_folder[1]]);
    let one = stack.etl().run(&["--country", "Peru", "--s3path", &location]).exits(0).json();
    assert_eq!(one["inputs"]["number"], 101);
    check(&stack, &one, "Peru", &["--s3path", &location]);

    check_refused(reproduce(&stack, "Peru", &["--s3path", &by_folder[1]]), 3, &["101 objects", "has 1 of"]);
    stack.upload_to_folder(&CHILE, "h/country_code=Peru/050");
    check_refused(reproduce(&stack, "Peru", &["--s3path", &location]), 3, &["101 objects", "has 102 of"]);
}
