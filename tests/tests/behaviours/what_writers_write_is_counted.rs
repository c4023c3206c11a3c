//! Made-up events, written anew by the writers of real pipelines, in every way that they have: each history is
//! counted as the events say, or refused by name.
//!
//! `tests/writers/` has the events, the writers, and what must be counted, which no file is asked for.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use stack::Stack;
use stack::scripts::{environment, repository};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// [country, segment, bucket, amount] -> events.
type Counts = BTreeMap<[String; 4], u64>;

/// The name of a Python environment, and its list of packages.
type Packages = (&'static str, &'static str);

/// Those of CI.
const NEWEST: Packages = ("writers", "tests/writers/requirements.txt");
/// The majors before them, and other writers.
const OTHERS: Packages = ("writers-others", "tests/writers/requirements-others.txt");
/// Writers of both.
const USUAL: [&str; 5] = ["pyarrow", "pandas", "fastparquet", "polars", "duckdb"];

/// Has writers write their histories, one a folder, and returns the folders.
fn written(python: &Path, writers: &[&str], folder: &Path) -> Vec<PathBuf> {
    let script = repository().join("tests/writers/make.py");
    let made = Command::new(python).arg("-B").arg(script).arg(folder).args(writers).output();
    let made = made.expect("python can be run");
    assert!(made.status.success(), "{writers:?}: {}", String::from_utf8_lossy(&made.stderr));
    let listed = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).expect("listed").map(|entry| entry.expect("listed").path()).collect()
    };
    let mut cases: Vec<_> = writers.iter().flat_map(|writer| listed(&folder.join(writer))).collect();
    cases.sort();
    cases
}

fn exported(folder: &Path) -> Counts {
    let mut counts = Counts::new();
    for entry in fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("Unicode");
        let Some(country) = name.strip_suffix("_counts.csv") else { continue };
        let country = percent_decode_str(country).decode_utf8().expect("Unicode");
        for row in csv::Reader::from_path(&path).expect("read").records() {
            let row = row.expect("a row");
            let cell = [&*country, &row[0], &row[1], &row[2]].map(ToOwned::to_owned);
            counts.insert(cell, row[3].parse().expect("a number"));
        }
    }
    counts
}

fn counts_of(expected: &Value) -> Counts {
    let cells = expected["counts"].as_array().expect("a list").iter();
    let keyed = cells.map(|cell| {
        let text = |at: usize| cell[at].as_str().expect("a text").to_owned();
        ([text(0), text(1), text(2), text(3)], cell[4].as_u64().expect("a number"))
    });
    keyed.collect()
}

/// Returns what is wrong with what a run makes of a case, if anything is.
fn difference(stack: &Stack, case: &Path, expected: &Value) -> Option<String> {
    let input = case.join("input").display().to_string();
    let out = tempfile::tempdir().expect("a folder");
    let export = out.path().to_str().expect("Unicode");
    let outcome = stack.etl().run(&["--dry-run", "--s3path", &input, "--export", export]);
    let code = outcome.code.unwrap_or(-1);
    if let Some(words) = expected["refused"].as_array() {
        let is_said = words.iter().all(|word| outcome.stderr.contains(word.as_str().expect("a text")));
        let is_so = expected["code"] == code && is_said;
        return (!is_so).then(|| format!("exit code {code}, not refused by name: {}", outcome.stderr));
    }
    if code != 0 {
        return Some(format!("exit code {code}: {}", outcome.stderr));
    }
    let segments = outcome.json()["segments"].clone();
    let rejected = |name: &String| segments[name.as_str()]["rejected"].clone();
    for (name, reasons) in expected["rejected"].as_object().expect("segments") {
        if rejected(name) != *reasons {
            return Some(format!("{name} rejects {}, not {reasons}", rejected(name)));
        }
    }
    let (found, right) = (exported(out.path()), counts_of(expected));
    let is_other = |(cell, events): &(&[String; 4], &u64)| right.get(*cell) != Some(events);
    let others: Vec<_> = found.iter().filter(is_other).take(3).collect();
    (found != right).then(|| format!("{} cells, not {}; such as {others:?}", found.len(), right.len()))
}

/// Holds every case of writers against what is expected; at least `cases_min` there must be.
#[track_caller]
fn check((name, list): Packages, writers: &[&str], cases_min: usize, folder: &Path) {
    let stack = Stack::new();
    let cases = written(&environment(name, list), writers, folder);
    assert!(cases.len() >= cases_min, "{writers:?} wrote {} histories only", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let expected = fs::read(case.join("expected.json")).expect("it is there");
        let expected: Value = serde_json::from_slice(&expected).expect("JSON");
        if let Some(difference) = difference(&stack, case, &expected) {
            wrong.push(format!("{} of {}: {difference}", expected["case"], case.display()));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[track_caller]
fn check_one(writer: &str, cases_min: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    check(NEWEST, &[writer], cases_min, folder.path());
}

#[test]
fn by_pyarrow() {
    check_one("pyarrow", 60);
}

#[test]
fn by_pandas() {
    check_one("pandas", 40);
}

#[test]
fn by_fastparquet() {
    check_one("fastparquet", 18);
}

#[test]
fn by_polars() {
    check_one("polars", 35);
}

#[test]
fn by_duckdb() {
    check_one("duckdb", 40);
}

/// What they write stays in the folder that `VOUCHER_WRITERS` names: `docs/` has a table of it.
#[test]
#[ignore = "it needs Java and a gigabyte of packages: make writers"]
fn by_all_writers() {
    let folder = PathBuf::from(env::var_os("VOUCHER_WRITERS").expect("make writers names a folder"));
    check(NEWEST, &USUAL, 190, &folder.join("newest"));
    let others = [&USUAL[..], &["engines", "small", "spark", "tables"]].concat();
    check(OTHERS, &others, 290, &folder.join("others"));
}
