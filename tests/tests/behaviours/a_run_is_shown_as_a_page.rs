//! `run --report FILE`: the run as one page, whole or not there, whatever becomes of the run.

use serde_json::{Value, json};
use stack::Stack;
use stack::etl::country;
use stack::history::Event;
use stack::page::check_is_self_contained;
use stack::text::check_has;
use std::fs;

/// In `0-4` 100 wins by one of three, in `5-13` 200 is alone; Chile has one event.
const HISTORY: [Event; 6] = [
    ("Peru", 1, 100.0),
    ("Peru", 1, 100.0),
    ("Peru", 1, 12.5),
    ("Peru", 6, 200.0),
    ("Peru", 6, 200.0),
    ("Chile", 1, 5.0),
];
/// `5-13` answers differently, by three events.
const NEXT: [Event; 6] = [
    ("Peru", 1, 100.0),
    ("Peru", 1, 100.0),
    ("Peru", 1, 12.5),
    ("Peru", 6, 200.0),
    ("Peru", 6, 250.0),
    ("Peru", 6, 250.0),
];

/// Runs with a page, and returns the report and the page, beside which there must be nothing.
#[track_caller]
fn run(stack: &Stack, events: &[Event], more: &[&str], code: i32) -> (Value, String) {
    let page = stack.folder().join("pages/run.html");
    let folder = page.parent().expect("a folder");
    fs::create_dir_all(folder).expect("made");
    let [history, shown] = [&stack.history(events), &page].map(|path| path.display().to_string());
    let line = [&["--report", &shown, "--s3path", &history], more].concat();
    let report = stack.etl().run(&line).exits(code).json();
    assert_eq!(fs::read_dir(folder).expect("listed").count(), 1, "no part is left");
    let page = fs::read_to_string(&page).expect("written");
    check_is_self_contained(&page);
    (report, page)
}

#[test]
fn every_amount_and_what_changes_against_the_run_that_was_live() {
    let stack = Stack::new();
    let (first, page) = run(&stack, &HISTORY, &[], 0);
    check_has(
        &page,
        &[
            "6 rows: 6 selected",
            "5 events; published.",
            "100 is ahead of 12.5 by 1 of 3 events (33.3 %)",
            "200 alone, by 2 events",
            "frequent_segment 0-4, 12.5: 1 of 3 events (33.3 %)",
            "There was nothing live to compare with",
        ],
    );
    assert_eq!(country(&first, "Peru")["changes"], Value::Null);

    let (second, page) = run(&stack, &NEXT, &[], 0);
    let changes = &country(&second, "Peru")["changes"];
    assert_eq!((&changes["before"]["run_id"], &changes["weight"]), (&first["run_id"], &json!(3)));
    check_has(
        &page,
        &[
            "What it changed against the run that was live",
            "1 bucket answers differently, of 3 events",
            "<td class=\"number\">200 -&#62; 250</td>",
            "Not in the input, unchanged in the table: Chile",
        ],
    );
}

#[test]
fn a_dry_run_says_what_it_would_change() {
    let stack = Stack::new();
    let _ = stack.publish(&HISTORY);
    let before = stack.table.scan();
    let (_, page) = run(&stack, &NEXT, &["--dry-run"], 0);
    check_has(
        &page,
        &[
            "not published: dry run",
            "What it would change against the run that is live",
            "1 bucket answers differently, of 3 events",
        ],
    );
    assert_eq!(stack.table.scan(), before);
}

#[test]
fn a_run_that_a_limit_stops_is_shown_too() {
    let stack = Stack::new();
    let _ = stack.publish(&HISTORY);
    let before = stack.table.scan();
    let (_, page) = run(&stack, &NEXT, &["--min-rows", "7"], 5);
    check_has(
        &page,
        &["Limit exceeded: ", "not published: a limit is exceeded", "1 bucket answers differently"],
    );
    assert_eq!(stack.table.scan(), before);
}

#[test]
fn a_place_that_cannot_be_written_to_is_told_before_the_work() {
    let stack = Stack::new();
    let history = stack.history(&HISTORY).display().to_string();
    let nowhere = stack.folder().join("no/such/folder/run.html").display().to_string();
    let folder = stack.folder().display().to_string();
    for place in [&nowhere, &folder] {
        let outcome = stack.etl().run(&["--report", place, "--s3path", &history]);
        let outcome = outcome.fails(1, &[&format!("write the report to {place}")]);
        assert!(!outcome.stderr.contains("counted"), "{}", outcome.stderr);
    }
    assert!(stack.table.scan().is_empty(), "nothing was published");
}

#[test]
fn it_never_takes_the_place_of_what_is_read() {
    let stack = Stack::new();
    let history = stack.history(&HISTORY).display().to_string();
    let bytes = fs::read(&history).expect("read");
    for line in [
        &["run", "--dry-run", "--report", &history, "--s3path", &history][..],
        &["profile", "--html", &history, "--s3path", &history],
    ] {
        stack.etl().execute(line).fails(3, &["which is input"]);
        assert_eq!(fs::read(&history).expect("read"), bytes);
    }
    let left = fs::read_dir(stack.folder()).expect("listed").count();
    assert_eq!(left, 1, "no part is left");
}

#[test]
fn names_that_are_markup_stay_text() {
    const HOSTILE: &str =
        "\"'><img src=x onerror=alert(1)></title><script>alert(1)</script>{{ 7 * 7 }}\u{202e}";
    let stack = Stack::new();
    let (_, page) = run(&stack, &[(HOSTILE, 1, 5.0), ("Peru", 1, 5.0)], &["--dry-run"], 0);
    check_has(&page, &["&#60;script&#62;alert(1)&#60;/script&#62;{{ 7 * 7 }}\\u{202e}"]);
}
