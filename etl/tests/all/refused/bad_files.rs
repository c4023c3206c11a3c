//! Files that cannot be read: by default the run ends; with `skip` it goes on as if they did not
//! exist, however much of them was already read.

use crate::files::Shape;
use crate::reference::{Row, Rules};
use crate::{dirt, files, harness, reference};
use counts::bad_files::OnBadFile;
use counts::thresholds::Exceeded;
use etl::error::exit_of;
use etl::{RunOptions, RunResult};
use history::Bounds;
use segments::rules::{MaxRejectRatio, Thresholds};
use std::fs;
use std::path::Path;
use storage::Exit;

const ROWS: usize = 400;
/// The file is damaged at about this many places, one at a time.
const PLACES: usize = 97;

fn rows(seed: u64) -> Vec<Row> {
    dirt::rows(&Shape::default(), seed, ROWS).into_iter().take(ROWS).collect()
}

fn run(folder: &Path, on_bad_file: OnBadFile, threads: usize, bounds: Bounds) -> anyhow::Result<RunResult> {
    let rules = Rules::with_gaps().to_toml();
    let options = harness::options(&[folder.to_owned()], &rules, None, threads, bounds);
    harness::wait(etl::run(&RunOptions { on_bad_file, ..options }))
}

/// Small pages and row groups, so that damage is found after much of the file is folded.
fn crumbs() -> (Shape, Bounds) {
    let bounds = Bounds { fetched_bytes: 4_000, range_bytes: 900, range_bytes_min: 300, ..harness::NARROW };
    (Shape::default().in_crumbs(20, 90), bounds)
}

#[test]
fn what_is_skipped_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (shape, narrow) = crumbs();
    for (name, seed) in [("a", 1), ("c", 3)] {
        files::write(&folder.path().join(name), &rows(seed), &shape);
    }
    let expected = run(folder.path(), OnBadFile::Fail, 1, Bounds::default()).expect("valid files");
    let bad = folder.path().join("b");
    files::write(&bad, &rows(2), &shape);
    let whole = fs::read(&bad).expect("read");
    let (mut skipped, mut late) = (0, 0);
    for (round, at) in (0..whole.len()).step_by(whole.len() / PLACES).enumerate() {
        let mut bytes = whole.clone();
        bytes[at..].iter_mut().take(3).for_each(|byte| *byte ^= 0xff);
        fs::write(&bad, bytes).expect("written");
        let bounds = if round % 2 == 0 { narrow } else { Bounds::default() };
        let failed = run(folder.path(), OnBadFile::Fail, 2, bounds);
        let result = run(folder.path(), OnBadFile::Skip, 2, bounds).expect("the others are valid");
        let Err(error) = failed else {
            // Some bytes are values: then it is a different file, not a damaged one.
            assert_eq!(result.report.skipped_files.number, 0, "byte {at}");
            continue;
        };
        assert_eq!(exit_of(&error), Exit::Input);
        let report = &result.report.skipped_files;
        assert_eq!((report.number, report.bytes), (1, whole.len() as u64), "byte {at}: {error:#}");
        assert_eq!(report.list[0].url, bad.to_str().expect("Unicode"));
        assert_eq!(result.table, expected.table, "byte {at}: {error:#}");
        assert_eq!(result.report.inputs, expected.report.inputs, "byte {at}");
        skipped += 1;
        late += u64::from(report.list[0].rows.is_some());
    }
    assert!(
        skipped > 30 && late > 20 && late < skipped,
        "{skipped} skipped, {late} of them after the footer"
    );
}

#[test]
fn other_schemas_are_bad_files_too() {
    let folder = tempfile::tempdir().expect("a folder");
    files::write(&folder.path().join("a"), &rows(1), &Shape::default());
    let expected = run(folder.path(), OnBadFile::Fail, 1, Bounds::default()).expect("a valid file");
    for (name, content) in [("b", &b""[..]), ("c", b"PAR1"), ("d", b"no parquet at all")] {
        fs::write(folder.path().join(name), content).expect("written");
    }
    files::write(&folder.path().join("e"), &rows(2), &Shape::default().without(&[reference::Column::Amount]));
    let result = run(folder.path(), OnBadFile::Skip, 2, Bounds::default()).expect("one is valid");
    assert_eq!(result.table, expected.table);
    let skipped = result.report.skipped_files;
    assert_eq!((skipped.number, skipped.rows, skipped.list.len()), (4, 0, 4));
    for (file, name) in skipped.list.iter().zip(["b", "c", "d", "e"]) {
        assert!(file.url.ends_with(name) && file.problem.contains(&file.url), "{file:?}");
    }
}

#[test]
fn a_run_without_a_readable_file_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a", "b"] {
        fs::write(folder.path().join(name), "no parquet").expect("written");
    }
    let error = run(folder.path(), OnBadFile::Skip, 2, Bounds::default()).expect_err("nothing to count");
    assert_eq!(exit_of(&error), Exit::Input);
    assert!(format!("{error:#}").contains("none of the 2 files"), "{error:#}");
}

#[test]
fn what_is_skipped_counts_against_the_limits() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = folder.path().join("a");
    files::write(&good, &rows(1), &Shape::default());
    let good_bytes = usize::try_from(fs::metadata(&good).expect("written").len()).expect("small");
    let limited = |max: &[&str]| {
        let ratios = max.iter().map(|max| MaxRejectRatio::parse(max).expect("a ratio")).collect();
        let options = RunOptions {
            thresholds: Thresholds { max_reject_ratio: ratios, ..Thresholds::default() },
            dry_run: true,
            on_bad_file: OnBadFile::Skip,
            ..RunOptions::new(vec![folder.path().to_str().expect("Unicode").parse().expect("a location")])
        };
        harness::execute(&options).expect("one file is valid")
    };
    assert!(limited(&["0.9"]).failure.is_none(), "less than nine tenths of the good file is rejected");
    // Its number of rows is unknown: it is estimated from the rows per byte of the good file.
    fs::write(folder.path().join("b"), vec![b'x'; 20 * good_bytes]).expect("written");
    let stopped = limited(&["0.9"]);
    assert_eq!(stopped.failure.as_ref().map(exit_of), Some(Exit::Threshold));
    let [Exceeded::MaxRejectRatio { skipped, .. }] = &stopped.report.limits.exceeded[..] else {
        panic!("{:?}", stopped.report.limits);
    };
    assert_eq!(*skipped, 20 * stopped.table.rows.footer);
    assert!(limited(&["0.99"]).failure.is_none(), "allowed");
    assert!(limited(&["missing_country=0.9", "1"]).failure.is_none(), "it is no event's reason");
}
