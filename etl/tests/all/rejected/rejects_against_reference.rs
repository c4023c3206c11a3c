//! Compares `--rejects`, in both formats, with the reference: every line, including every value, on
//! random rows, types, layouts, rules and selections.

use crate::any_history::any_file;
use crate::files::{Kind, Shape};
use crate::reference::{Column, Row, Rules, Value};
use crate::rejects::{Line, expected, read};
use crate::{dirt, files, harness, reference};
use history::Bounds;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Runs the ETL with rejects in both formats, in windows of all sizes, and returns the lines.
#[track_caller]
fn check(files: &[(PathBuf, (Shape, Vec<Row>))], rules: &Rules, selection: Option<&BTreeSet<String>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let mut lines: Vec<Line> =
        files.iter().flat_map(|(path, file)| expected(path, file, rules, selection)).collect();
    lines.sort();
    for (bounds, name) in [
        (Bounds::default(), "rejects.parquet"),
        (harness::NARROW, "rejects.parquet"),
        (Bounds::default(), "rejects.jsonl"),
    ] {
        let path = folder.path().join(name);
        let mut options = harness::options(&paths, &rules.to_toml(), selection, 2, bounds);
        options.rejects = Some(path.display().to_string().parse().expect("a place for rejects"));
        let result = harness::execute(&options).unwrap_or_else(|error| panic!("{error:#}"));
        let kept = read(&path);
        assert_eq!(kept, lines, "{name}");
        let report = result.report.rejects.expect("it was asked for");
        assert_eq!((report.path, report.events), (path.display().to_string(), lines.len() as u64));
        assert_eq!(counts(&kept), counted(&result.report.segments), "the law of the report");
        let plain = harness::options(&paths, &rules.to_toml(), selection, 2, bounds);
        let plain = harness::execute(&plain).expect("it runs without rejects");
        assert_eq!(plain.report.result_hash, result.report.result_hash);
        assert_eq!(plain.report.rejects, None);
    }
}

type Counts = BTreeMap<(String, String), u64>;

fn counts(lines: &[Line]) -> Counts {
    let mut counts = Counts::new();
    for line in lines {
        *counts.entry((line.segment.clone(), line.reason.clone())).or_default() += 1;
    }
    counts
}

fn counted(segments: &BTreeMap<String, segments::table::SegmentCounts>) -> Counts {
    let rejected = segments.iter().flat_map(|(name, counts)| {
        counts.rejected.iter().map(|(reason, events)| ((name.clone(), reason.to_string()), *events))
    });
    rejected.collect()
}

fn write(folder: &Path, name: &str, shape: &Shape, rows: &[Row]) -> (PathBuf, (Shape, Vec<Row>)) {
    let path = folder.join(name);
    files::write(&path, rows, shape);
    (path, (shape.clone(), rows.to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rows_in_any_files(
        files in prop::collection::vec(any_file(), 1..=3),
        has_gaps in any::<bool>(),
        choice in 0..16_u8,
        has_country_wide in any::<bool>(),
        is_all in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let rules = if has_gaps { Rules::with_gaps() } else { Rules::described() }.cleaned(choice);
        let rules = if has_country_wide { rules.with_country_wide() } else { rules };
        let files: Vec<_> = files.into_iter().enumerate().map(|(at, (shape, rows))| {
            write(folder.path(), &format!("{at}.parquet"), &shape, &rows)
        }).collect();
        let seen = files.iter().flat_map(|(_, (_, rows))| rows).any(|row| matches!(
            reference::country(&row[Column::Country as usize], &rules),
            reference::Read::Good(country) if country.key == "peru"
        ));
        // Selecting a country that is not there is an error, tested elsewhere.
        let selection = (!is_all && seen).then(|| BTreeSet::from(["peru".to_owned()]));
        check(&files, &rules, selection.as_ref());
    }
}

/// Each value that a column can have, in each type.
#[test]
fn every_value_in_every_type() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = Rules::with_gaps().with_country_wide().cleaned(15).asking_for(3);
    let texts = Kind::TEXTS.map(Shape::texts);
    let numbers = Kind::NUMBERS.map(|kind| Shape::typed(kind, Kind::Text));
    let times = Kind::TIMES.map(|kind| Shape::typed(Kind::Text, kind));
    for (at, shape) in texts.iter().chain(&numbers).chain(&times).enumerate() {
        for (has_dictionary, name) in [(true, "dictionary"), (false, "plain")] {
            let shape = Shape { has_dictionary, ..shape.clone() };
            let rows = dirt::rows(&shape, 3, 50);
            let some = expected(Path::new(""), &(shape.clone(), rows.clone()), &rules, None);
            assert!(some.len() > 100, "{} lines", some.len());
            let file = write(folder.path(), &format!("{at}-{name}.parquet"), &shape, &rows);
            check(&[file], &rules, None);
        }
    }
}

/// More rows than are decoded at a time, with rejects in few of the batches.
#[test]
fn rejects_far_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let shape = Shape { row_group_rows: 25_000, ..Shape::default() };
    let clean = dirt::rows(&shape, 5, 0).into_iter().find(|row| {
        let rules = Rules::described().cleaned(15);
        expected(Path::new(""), &(shape.clone(), vec![row.clone()]), &rules, None).is_empty()
    });
    let mut rows = vec![clean.expect("a row that counts"); 60_000];
    for at in [0, 8_191, 8_192, 24_999, 25_000, 25_001, 50_000, 59_999] {
        rows[at][Column::Amount as usize] = Value::Double(-1.0);
        rows[at + usize::from(at < 8_191)][Column::Country as usize] = Value::Null;
    }
    rows[40_000][Column::Orders as usize] = Value::text("many");
    check(&[write(folder.path(), "a.parquet", &shape, &rows)], &Rules::described().cleaned(15), None);
}
