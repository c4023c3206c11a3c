//! Whatever a history says of itself, its profile is text: on a terminal, in JSON, on a page.

use arrow::array::{ArrayRef, StringArray};
use serde_json::Value;
use stack::page::check_is_self_contained;
use stack::scripts::python;
use stack::text::check_has;
use stack::{Stack, history, schema};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></style><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &amp;",
    "right\u{202e}to-left\u{2028}",
    "javascript:alert(1)",
];

const SCHEMA: &str = include_str!("../../../etl/profile.schema.json");

/// Profiles a file, and returns the profile, which must keep to its schema, and the page.
#[track_caller]
fn profile(stack: &Stack, file: &str) -> (Value, String) {
    let page = stack.folder().join("profile.html");
    let line = ["profile", "--format", "json", "--s3path", file, "--html", page.to_str().expect("Unicode")];
    let profile = stack.etl().execute(&line).exits(0).json();
    schema::check(SCHEMA, &profile);
    let page = fs::read_to_string(&page).expect("written");
    check_is_self_contained(&page);
    (profile, page)
}

/// Writes a history in which every text that somebody can choose is hostile: names and bad values.
fn write_hostile(file: &Path) {
    let texts = |texts: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
    let mut countries = HOSTILE.to_vec();
    // One of them in another spelling, and a country one letter from it.
    countries.extend(["\t<SCRIPT>alert(1)</SCRIPT>", "<script>alert(7)</script>"]);
    // These are no countries, so they are shown as bad values.
    countries.extend(["#<script>alert(2)</script>", "\u{1b}[2J<b>gone</b>"]);
    let rows = countries.len();
    let bad: Vec<_> = HOSTILE.into_iter().cycle().take(rows).collect();
    let columns = vec![
        ("country_code", texts(countries)),
        ("timestamp", texts(bad.clone())),
        ("last_order_ts", texts(bad.clone())),
        ("first_order_ts", texts(bad.clone())),
        ("total_orders", texts(vec!["0"; rows])),
        ("voucher_amount", texts(bad)),
    ];
    history::write(file, columns);
}

#[test]
fn names_and_values_that_are_markup() {
    let stack = Stack::new();
    let file = stack.folder().join("<i onclick=alert(3)>.parquet");
    write_hostile(&file);
    let file = file.to_str().expect("Unicode");
    let (profile, page) = profile(&stack, file);
    assert_eq!(profile["countries"].as_array().map(Vec::len), Some(HOSTILE.len() + 1), "{profile:#}");
    for found in ["several_spellings", "near_countries"] {
        assert_eq!(profile[found]["number"], 1, "{found} in {profile:#}");
    }
    assert_eq!(profile["columns"][0]["bad"], 2, "{profile:#}");

    let shown =
        ["&#60;script&#62;alert(1)&#60;/script&#62;", "{{ 7 * 7 }}{% raw %}", "&#38;lt;b&#38;gt; &#38;amp;"];
    check_has(&page, &shown);
    assert!(
        page.contains("right\\u{202e}to-left") && !page.contains(['\u{202e}', '\u{2028}']),
        "what turns the writing is written out: {page}"
    );

    let text = stack.etl().execute(&["profile", "--s3path", file]).exits(0).stdout;
    assert!(text.contains("<script>alert(1)</script>"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{2028}']), "{text}");
}

#[test]
fn profiles_of_every_kind_keep_to_the_schema() {
    let stack = Stack::new();
    let sample = stack.sample(3_000, 51);
    let empty = stack.folder().join("empty.parquet");
    history::write(&empty, history::columns(&[]));
    let one = stack.folder().join("one.parquet");
    // A file need not have what the rules do not need.
    let columns = history::columns(&[("Peru", 1, 100.0)]);
    history::write(&one, columns.into_iter().filter(|(name, _)| *name != "first_order_ts").collect());
    for (file, rows) in [(&sample, 3_000), (&empty, 0), (&one, 1)] {
        let file = file.to_str().expect("Unicode");
        assert_eq!(profile(&stack, file).0["rows"], rows);
        let _ = stack.etl().execute(&["profile", "--s3path", file]).exits(0);
    }
    let location = stack.bucket.upload(&sample, "history/sample.parquet");
    let from_s3 =
        stack.etl().execute(&["profile", "--format", "json", "--s3path", &location]).exits(0).json();
    schema::check(SCHEMA, &from_s3);
    assert_eq!(from_s3["rows"], 3_000);
    let mut other = from_s3.clone();
    other["columns"][0]["colour"] = Value::Null;
    assert!(!schema::of(SCHEMA).is_valid(&other), "what the schema does not know is refused");
}

#[test]
fn colours_are_for_terminals_alone() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 52);
    let line = ["profile", "--s3path", sample.to_str().expect("Unicode")];
    let piped = stack.etl().with("NO_COLOR", None).execute(&line).exits(0).stdout;
    assert!(!piped.contains('\u{1b}'), "{piped}");
    for (no_color, is_coloured) in [(None, true), (Some(""), true), (Some("1"), false)] {
        let shown = on_a_terminal(&line, no_color);
        assert!(shown.contains("What is odd"), "{shown}");
        assert_eq!(shown.contains("\u{1b}[36m"), is_coloured, "NO_COLOR {no_color:?}: {shown}");
        assert_eq!(shown.contains('\u{1b}'), is_coloured, "NO_COLOR {no_color:?}: {shown}");
    }
}

/// Runs the ETL with a terminal as its stdout, and nothing of stderr.
fn on_a_terminal(line: &[&str], no_color: Option<&str>) -> String {
    let spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', 'exec \"$0\" \"$@\" 2>/dev/null', *sys.argv[1:]])))";
    let mut command = Command::new(python());
    command.args(["-c", spawn]).arg(stack::etl::program()).args(line);
    match no_color {
        Some(value) => command.env("NO_COLOR", value),
        None => command.env_remove("NO_COLOR"),
    };
    let outcome = command.output().expect("python can be run");
    assert!(outcome.status.success(), "{outcome:?}");
    String::from_utf8(outcome.stdout).expect("UTF-8")
}
