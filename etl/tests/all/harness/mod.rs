//! Runs the real ETL on files of a test, and turns its result into the reference's cells.

use crate::files::Shape;
use crate::reference::{Cells, Column, Read, Row, Rules, Value, answer, country};
use counts::EvaluatedTable;
use etl::profile::ProfileOptions;
use etl::{RunOptions, RunResult};
use history::Bounds;
use report::profile::ProfileReport;
use segments::mode::NoAmount;
use segments::selection::Selection;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use storage::Location;

/// Maximum number of different cells that are shown.
const DIFFERENCES_SHOWN_MAX: usize = 30;

/// Rows that can be folded in tiny windows without taking long.
pub(crate) const NARROW_ROWS_MAX: usize = 3_000;

/// Bounds so narrow that even the smallest file is fetched in pieces and folded in many windows.
pub(crate) const NARROW: Bounds = Bounds {
    fetched_bytes: 2_000,
    range_bytes: 700,
    range_bytes_min: 60,
    gap_bytes: 0,
    window_column_bytes: 150,
    window_rows: 13,
    page_bytes: 1 << 20,
    footer_bytes: 64 << 20,
};

/// One file, as the reference sees it.
#[derive(Debug)]
pub(crate) struct TestFile {
    /// Columns that come from its folders, decoded.
    pub(crate) folders: Vec<(Column, Option<&'static str>)>,
    pub(crate) rows: Vec<Row>,
}

/// Runs the ETL on two threads without publishing.
pub(crate) fn run(
    paths: &[PathBuf],
    rules: &str,
    selection: Option<&BTreeSet<String>>,
) -> anyhow::Result<RunResult> {
    run_within(paths, rules, selection, 2, Bounds::default())
}

/// The same with other threads and bounds.
pub(crate) fn run_within(
    paths: &[PathBuf],
    rules: &str,
    selection: Option<&BTreeSet<String>>,
    threads: usize,
    bounds: Bounds,
) -> anyhow::Result<RunResult> {
    execute(&options(paths, rules, selection, threads, bounds))
}

/// The options of such a run.
pub(crate) fn options(
    paths: &[PathBuf],
    rules: &str,
    selection: Option<&BTreeSet<String>>,
    threads: usize,
    bounds: Bounds,
) -> RunOptions {
    let key = |country: &String| country.parse().expect("a country");
    let locations = paths.iter().map(|path| Location::Local { path: path.clone() }).collect();
    RunOptions {
        selection: selection.map_or(Selection::ALL, |selection| selection.iter().map(key).collect()),
        rules: segments::rules::Rules::from_toml(rules, "test.toml").expect("valid rules"),
        dry_run: true,
        threads,
        bounds,
        ..RunOptions::new(locations)
    }
}

/// Waits for what reads local files alone.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

/// Profiles the files below a folder.
pub(crate) fn profile(folder: &Path, rules: &str, threads: usize, bounds: Bounds) -> ProfileReport {
    let options = ProfileOptions {
        locations: vec![Location::Local { path: folder.to_owned() }],
        rules: segments::rules::Rules::from_toml(rules, "test.toml").expect("valid rules"),
        threads,
        bounds,
        request_payer: false,
    };
    wait(etl::profile::profile(&options, None)).expect("profiled")
}

/// Runs the ETL.
pub(crate) fn execute(options: &RunOptions) -> anyhow::Result<RunResult> {
    let run = || wait(etl::run(options));
    // The size of a program's main-thread stack; the stack of a test thread is a quarter of it.
    let large = std::thread::Builder::new().stack_size(8 << 20);
    std::thread::scope(|scope| {
        large.spawn_scoped(scope, run).expect("a thread").join().expect("a run does not panic")
    })
}

/// Compares the ETL's result for the files below `folder` with the reference's result for the same
/// rows.
#[track_caller]
pub(crate) fn check(
    what: &str,
    folder: &Path,
    files: &[TestFile],
    rules: &Rules,
    selection: Option<&[&str]>,
) {
    let selection: Option<BTreeSet<String>> =
        selection.map(|countries| countries.iter().map(|country| (*country).to_owned()).collect());
    let read = files.iter().filter(|file| !is_pruned(file, rules, selection.as_ref()));
    let rows: Vec<Row> = read.flat_map(rows_with_folders).collect();
    let expected = answer(&rows, rules, selection.as_ref());
    // A large file is cut into windows anyway; a selection changes nothing about them.
    let is_narrowed = rows.len() <= NARROW_ROWS_MAX && selection.is_none();
    let bounds = if is_narrowed { vec![Bounds::default(), NARROW] } else { vec![Bounds::default()] };
    for bounds in bounds {
        let result = run_within(&[folder.to_owned()], &rules.to_toml(), selection.as_ref(), 2, bounds);
        let result = result.unwrap_or_else(|error| panic!("{what}: {error:#}"));
        assert_same(what, &cells(&result.table), &expected);
        assert_eq!(result.report.rows, result.table.rows, "{what}");
        assert_eq!(result.report.segments, result.table.segments, "{what}");
    }
}

/// Writes the rows to one file of this shape, and compares.
#[track_caller]
pub(crate) fn check_file(
    what: &str,
    rows: &[Row],
    shape: &Shape,
    rules: &Rules,
    selections: &[Option<&[&str]>],
) {
    let folder = tempfile::tempdir().expect("a folder");
    crate::files::write(&folder.path().join("a.parquet"), rows, shape);
    let files = [TestFile { folders: Vec::new(), rows: rows.to_vec() }];
    for selection in selections {
        check(&format!("{what}, selection {selection:?}"), folder.path(), &files, rules, *selection);
    }
}

/// Whether the folder of a file names another country, so that the file is not opened.
fn is_pruned(file: &TestFile, rules: &Rules, selection: Option<&BTreeSet<String>>) -> bool {
    let folder = file.folders.iter().find(|(column, _)| *column == Column::Country);
    folder.zip(selection).is_some_and(|((_, value), selection)| {
        match country(&value.map_or(Value::Null, Value::text), rules) {
            Read::Good(country) => !selection.contains(&country.key),
            Read::Missing | Read::Bad => true,
        }
    })
}

fn rows_with_folders(file: &TestFile) -> impl Iterator<Item = Row> {
    file.rows.iter().map(|row| {
        let mut row = row.clone();
        for (column, value) in &file.folders {
            row[*column as usize] = value.map_or(Value::Null, Value::text);
        }
        row
    })
}

#[track_caller]
pub(crate) fn assert_same(what: &str, actual: &Cells, expected: &Cells) {
    let names: BTreeSet<&String> = actual.keys().chain(expected.keys()).collect();
    let differences: Vec<String> = names
        .into_iter()
        .filter(|name| actual.get(*name) != expected.get(*name))
        .map(|name| {
            format!("{name}: the ETL has {:?}, the reference {:?}", actual.get(name), expected.get(name))
        })
        .collect();
    let first = differences[..differences.len().min(DIFFERENCES_SHOWN_MAX)].join("\n");
    assert!(differences.is_empty(), "{what}: {} cells differ:\n{first}", differences.len());
}

/// Turns a table into cells.
pub(crate) fn cells(table: &EvaluatedTable) -> Cells {
    let mut cells = Vec::new();
    let mut cell = |name: String, value: String| cells.push((name, value));
    for (name, rows) in [
        ("footer", table.rows.footer),
        ("selected", table.rows.selected),
        ("other country", table.rows.other_country),
        ("no country", table.rows.no_country),
        ("pruned", table.rows.pruned),
    ] {
        cell(format!("rows {name}"), rows.to_string());
    }
    for (segment, counts) in &table.segments {
        for (name, events) in [("counted", counts.counted), ("unclassified", counts.unclassified)] {
            if events > 0 {
                cell(format!("all {segment} {name}"), events.to_string());
            }
        }
        for (reason, events) in &counts.rejected {
            cell(format!("all {segment} {reason}"), events.to_string());
        }
    }
    for country in &table.countries {
        let key = country.key.as_str();
        cell(format!("{key:?} shown"), format!("{:?} ({})", country.shown, country.events));
        for count in &country.counts {
            let name = format!("{key:?} {} {} count of {}", count.segment, count.bucket, count.amount);
            cell(name, count.events.to_string());
        }
        for row in &country.rows {
            let mode = &row.mode;
            let place = |place: Option<(_, u64)>| {
                place.map_or("nothing".to_owned(), |(amount, events)| format!("{amount} ({events})"))
            };
            let first = match mode.no_amount() {
                Some(NoAmount::LowSupport) => format!("too few ({})", mode.support),
                _ => place(mode.voucher_amount.map(|amount| (amount, mode.support))),
            };
            let value = format!("{first} of {}, then {}", mode.total, place(mode.runner_up));
            cell(format!("{key:?} {} {} mode", row.segment, row.bucket), value);
        }
        for (segment, counts) in &country.segments {
            for (reason, events) in &counts.rejected {
                cell(format!("{key:?} {segment} {reason}"), events.to_string());
            }
        }
    }
    let count = cells.len();
    let cells: Cells = cells.into_iter().collect();
    assert_eq!(cells.len(), count, "a cell stands twice in the ETL's table");
    cells
}
