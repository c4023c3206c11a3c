//! `tests/e2e/left-out.txt` names servers and files of tests that exist, and gives reasons.

use std::fs;
use std::path::Path;

const SERVERS: [&str; 3] = ["ministack", "dynamodb-local", "localstack"];

/// Returns what is wrong with a row of the table.
fn problem_of(row: &str) -> Option<String> {
    let [server, file, reason @ ..] = &row.split_whitespace().collect::<Vec<_>>()[..] else {
        return Some("it is no row".to_owned());
    };
    if !SERVERS.contains(server) {
        return Some(format!("there is no server {server}"));
    }
    if reason.len() < 3 {
        return Some("it gives no reason".to_owned());
    }
    // What is left out is told by a part of a test's path, `FILE::`.
    let mut meant = super::declared().into_iter().filter(|name| name.ends_with(file));
    match (meant.next(), meant.next()) {
        (None, _) => Some(format!("there is no file {file}")),
        (Some(one), None) if one == *file => None,
        (Some(one), _) => Some(format!("{one} would be left out too")),
    }
}

#[test]
fn every_row_of_the_table_is_about_a_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("e2e/left-out.txt")).expect("the table is there");
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let problems: Vec<_> = rows.filter_map(|row| Some((row, problem_of(row)?))).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn what_is_no_such_row_is_found() {
    for (row, problem) in [
        ("localstack", Some("it is no row")),
        ("moto duckdb_agrees it is not one of ours", Some("there is no server moto")),
        ("localstack duckdb_agrees no reason", Some("it gives no reason")),
        ("localstack no_file it has no reason", Some("there is no file no_file")),
        ("localstack agrees a part of a name", Some("duckdb_agrees would be left out too")),
        ("localstack duckdb_agrees all of it is meant", None),
    ] {
        assert_eq!(problem_of(row).as_deref(), problem, "{row}");
    }
}
