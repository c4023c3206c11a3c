//! Every object at a location is read, or the report says that it is not and why: keys with empty
//! parts, markers of folders, what pipelines write beside data, and copies.

use segments::rules::RULES_DEFAULT;
use serde_json::{Value, json};
use stack::Stack;

/// Uploads a history of so many events of an amount, which makes it another file.
fn upload(stack: &Stack, key: &str, events: usize, amount: f64) -> String {
    stack.upload(&vec![("Peru", 1, amount); events], key)
}

#[track_caller]
fn run(stack: &Stack, locations: &[&str], more: &[&str], code: i32) -> Value {
    let mut line = [&["--dry-run"], more].concat();
    for location in locations {
        line.extend(["--s3path", location]);
    }
    stack.etl().run(&line).exits(code).json()
}

#[test]
fn empty_parts_of_a_key_are_parts() {
    let stack = Stack::new();
    let bucket = &stack.bucket;
    for (key, events) in [
        ("h/a.parquet", 1),
        ("h//a.parquet", 2),
        ("/h/a.parquet", 4),
        ("h/b//c.parquet", 8),
        ("//h.parquet", 16),
    ] {
        upload(&stack, key, events, f64::from(u32::try_from(events).expect("few")));
    }
    for (key, rows) in [
        ("", 31),
        ("h/", 11),
        ("h", 11),
        ("h//", 2),
        ("h//a.parquet", 2),
        ("h/a.parquet", 1),
        ("/h/a.parquet", 4),
        ("/h/", 4),
        ("/", 20),
        ("//h.parquet", 16),
        ("h/**/*.parquet", 11),
        ("h//*.parquet", 2),
    ] {
        let report = run(&stack, &[&bucket.location(key)], &[], 0);
        assert_eq!(report["rows"]["footer"], rows, "{key:?}");
        assert_eq!(report["left_out"]["number"], 0, "{key:?}");
    }
    // What was published of them is found again.
    stack.etl().publish(bucket.location(""));
    stack.etl().text("reproduce", "Peru", &[]);
}

#[test]
fn markers_of_folders_are_no_data() {
    let stack = Stack::new();
    upload(&stack, "h/year=2018/x", 1, 1.0);
    for marker in ["h/", "h", "h/year=2018", "h/year=2018/", "h/year=2018_$folder$", "h_$folder$"] {
        stack.bucket.put(marker, Vec::new());
    }
    for key in ["h", "h/", "", "h/**"] {
        let report = run(&stack, &[&stack.bucket.location(key)], &[], 0);
        assert_eq!(report["rows"]["footer"], 1, "{key:?}");
        let kinds = &report["left_out"]["kinds"];
        assert!(kinds["folder_marker"].as_u64().expect("some") >= 2, "{key:?} {kinds}");
    }
    // One that is not empty is data, and one that stands for nothing is missed.
    let data = upload(&stack, "h/year=2019_$folder$", 2, 2.0);
    assert_eq!(run(&stack, &[&stack.bucket.location("h/")], &[], 0)["rows"]["footer"], 3);
    assert_eq!(run(&stack, &[&data], &[], 0)["rows"]["footer"], 2);
    let empty = stack.bucket.put("h/year=2020", Vec::new());
    let line = ["--dry-run", "--s3path", &stack.bucket.location("h/")];
    stack.etl().run(&line).fails(3, &[&empty, "0 bytes"]);
}

#[test]
fn what_stands_beside_data_is_named() {
    let stack = Stack::new();
    upload(&stack, "h/x.parquet", 1, 1.0);
    let beside = ["_SUCCESS", "x.parquet.MD5", "manifest", "notes.txt", "part.inprogress", "schema.json"];
    for name in beside {
        stack.bucket.put(&format!("h/{name}"), b"no data".to_vec());
    }
    let folder = stack.bucket.location("h/");
    let report = run(&stack, &[&folder, &stack.bucket.location("h/*")], &[], 0);
    assert_eq!(report["rows"]["footer"], 1);
    let url = |name: &str, kind: &str| json!({ "url": format!("{folder}{name}"), "kind": kind });
    assert_eq!(
        report["left_out"],
        json!({
            "number": 6,
            "kinds": { "hidden": 1, "checksum": 1, "note": 3, "unfinished": 1 },
            "list": [
                url("_SUCCESS", "hidden"), url("manifest", "note"), url("notes.txt", "note"),
                url("part.inprogress", "unfinished"), url("schema.json", "note"),
                url("x.parquet.MD5", "checksum"),
            ],
        })
    );
    let text = ["run", "--dry-run", "--explain", "--s3path", &folder];
    let text = stack.etl().execute(&text).exits(0).stdout;
    let line = "Left out beside data: 1 hidden, 1 checksum, 3 notes, 1 unfinished (s3://";
    assert_eq!(text.matches(line).count(), 2, "in the plan and in the report: {text}");
    // Named itself, nothing is left out; and where nothing else is, that is said.
    stack.etl().run(&["--dry-run", "--s3path", &format!("{folder}notes.txt")]).exits(3);
    upload(&stack, "h/odd.json", 2, 2.0);
    assert_eq!(run(&stack, &[&format!("{folder}odd.json")], &[], 0)["rows"]["footer"], 2);
    let line = ["--dry-run", "--s3path", &stack.bucket.location("h/*.json")];
    stack.etl().run(&line).fails(3, &["2 notes", "odd.json", "schema.json"]);
}

#[test]
fn copies_are_named_refused_or_read_once() {
    let stack = Stack::new();
    let location = stack.bucket.location("h/");
    for key in ["h/a.parquet", "h/b.parquet", "h/c/d.parquet"] {
        upload(&stack, key, 3, 1.0);
    }
    upload(&stack, "h/e.parquet", 3, 2.0);
    let rules = |limits: &str| stack.rules(&format!("{RULES_DEFAULT}\n{limits}\n"));
    let with = |limits: &str, code| run(&stack, &[&location], &["--rules", &rules(limits)], code);
    for limits in ["", "[limits]\ncopies = \"warn\""] {
        let report = with(limits, 0);
        assert_eq!((&report["rows"]["footer"], &report["copies"]["number"]), (&json!(12), &json!(2)));
        assert_eq!(report["copies"]["list"][0]["copy_of"], format!("{location}a.parquet"));
    }
    let report = with("[limits]\ncopies = \"fail\"", 5);
    assert_eq!(report["limits"]["exceeded"][0]["limit"], "copies");
    assert_eq!(report["limits"]["exceeded"][0]["found"], 2);
    let read_once = "[limits]\ncopies = \"read_once\"";
    let report = with(read_once, 0);
    assert_eq!((&report["rows"]["footer"], &report["copies"]["not_read"]), (&json!(6), &json!(2)));
    assert_eq!(report["inputs"]["number"], 2);

    // A run that read them once is found again among all of them.
    let line = ["--rules", &rules(read_once), "--s3path", &location];
    stack.etl().run(&line).exits(0);
    stack.etl().text("reproduce", "Peru", &["--s3path", &location]);
}

#[test]
fn folders_in_any_case_and_never_two_of_them() {
    let stack = Stack::new();
    let events = [("Peru", 1, 1.0)];
    for folder in ["COUNTRY_CODE=Peru", "Country_Code =Chile", "country_code=__DEFAULT_PARTITION__"] {
        stack.upload(&events, &format!("h/{folder}/x.parquet"));
    }
    let report = run(&stack, &[&stack.bucket.location("h/")], &["--country", "peru"], 0);
    assert_eq!((&report["pruned_files"], &report["rows"]["selected"]), (&json!(2), &json!(1)));
    stack.upload(&events, "h/Country_Code=Peru/COUNTRY_CODE=Chile/x.parquet");
    let outcome = stack.etl().run(&["--dry-run", "--s3path", &stack.bucket.location("h/")]);
    outcome.fails(3, &["\"Country_Code=Peru\"", "\"COUNTRY_CODE=Chile\""]);
}
