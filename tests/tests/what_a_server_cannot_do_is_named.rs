//! `tests/e2e/left-out.txt` names servers, files and tests that exist, and gives reasons.

use std::fs;
use std::path::Path;

const SERVERS: [&str; 3] = ["ministack", "dynamodb-local", "localstack"];

/// Returns what is wrong with a row of the table.
fn problem_of(row: &str, tests: &Path) -> Option<String> {
    let [server, test, reason @ ..] = &row.split_whitespace().collect::<Vec<_>>()[..] else {
        return Some("it is no row".to_owned());
    };
    if !SERVERS.contains(server) {
        return Some(format!("there is no server {server}"));
    }
    if reason.len() < 3 {
        return Some("it gives no reason".to_owned());
    }
    let (file, function) = test.split_once("::").map_or((*test, None), |(file, test)| (file, Some(test)));
    let Ok(source) = fs::read_to_string(tests.join(format!("{file}.rs"))) else {
        return Some(format!("there is no file {file}"));
    };
    let function = function?;
    let is_test = source.contains(&format!("#[test]\nfn {function}("));
    (!is_test).then(|| format!("{file} has no test {function}"))
}

#[test]
fn every_row_of_the_table_is_about_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("e2e/left-out.txt")).expect("the table is there");
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let problems: Vec<_> =
        rows.filter_map(|row| Some((row, problem_of(row, &root.join("tests"))?))).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn what_is_no_such_row_is_found() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let this = "what_a_server_cannot_do_is_named";
    for (row, problem) in [
        ("localstack".to_owned(), Some("it is no row")),
        (format!("moto {this} it is not one of ours"), Some("there is no server moto")),
        (format!("localstack {this} no reason"), Some("it gives no reason")),
        ("localstack no_file it has no reason".to_owned(), Some("there is no file no_file")),
        (format!("localstack {this}::problem_of it is no test"), Some("has no test problem_of")),
        (format!("localstack {this}::what_is_no_such_row_is_found it is one"), None),
        (format!("localstack {this} all of it is meant"), None),
    ] {
        let found = problem_of(&row, &tests);
        let is_expected = found
            .as_ref()
            .zip(problem)
            .map_or(found.is_none() && problem.is_none(), |(found, problem)| found.contains(problem));
        assert!(is_expected, "{row}: {found:?}, not {problem:?}");
    }
}
