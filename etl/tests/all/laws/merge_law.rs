//! The law of merging: the table and its hash equal those of one file and one thread, however the
//! rows are split into files, row groups and pages, in any order of files, with any number of
//! threads and any bounds.

use crate::files::{Kind, Shape};
use crate::reference::{Row, Rules};
use crate::{dirt, files, harness};
use counts::EvaluatedTable;
use history::Bounds;
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::OnceLock;

const ROWS: usize = 400;
const FILES_MAX: usize = 5;
const THREADS_MAX: usize = 4;

fn rules() -> String {
    Rules::with_gaps().cleaned(2).with_country_wide().asking_for(9).to_toml()
}

/// Writes the rows between cuts to files, named so that they are listed in the given order, and
/// reads all of them.
fn table(
    rows: &[Row],
    cuts: &[usize],
    files: &[(usize, Shape)],
    threads: usize,
    bounds: Bounds,
) -> EvaluatedTable {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths: Vec<PathBuf> = Vec::new();
    for (pair, (name, shape)) in cuts.windows(2).zip(files) {
        let path = folder.path().join(format!("{name}.parquet"));
        files::write(&path, &rows[pair[0]..pair[1]], shape);
        paths.push(path);
    }
    let result = harness::run_within(&[folder.path().to_owned()], &rules(), None, threads, bounds);
    result.expect("valid files").table
}

fn whole(rows: &[Row]) -> EvaluatedTable {
    table(rows, &[0, rows.len()], &[(0, Shape::default())], 1, Bounds::default())
}

#[track_caller]
fn assert_equal(actual: &EvaluatedTable, expected: &EvaluatedTable) {
    assert_eq!(actual.result_hash, expected.result_hash);
    harness::assert_same("split", &harness::cells(actual), &harness::cells(expected));
    assert_eq!(actual, expected);
}

fn history() -> &'static (Vec<Row>, EvaluatedTable) {
    static HISTORY: OnceLock<(Vec<Row>, EvaluatedTable)> = OnceLock::new();
    HISTORY.get_or_init(|| {
        let mut rows = dirt::rows(&Shape::default(), 23, ROWS);
        rows.truncate(ROWS);
        let table = whole(&rows);
        (rows, table)
    })
}

fn any_files() -> impl Strategy<Value = Vec<(usize, Shape)>> {
    let names = Just((0..FILES_MAX).collect::<Vec<_>>()).prop_shuffle();
    let shape = (files::any::any_layout(ROWS), prop::sample::select(&Kind::TEXTS[..]))
        .prop_map(|(shape, text)| Shape { kinds: [text, Kind::Float64, text, text, text, text], ..shape });
    (names, prop::collection::vec(shape, FILES_MAX))
        .prop_map(|(names, shapes)| names.into_iter().zip(shapes).collect())
}

fn any_bounds() -> impl Strategy<Value = Bounds> {
    let bytes = || prop_oneof![0..5_000_u64, Just(1 << 20)];
    (bytes(), bytes(), bytes(), bytes(), 0..5_000_usize, 1..300_u64).prop_map(
        |(fetched_bytes, range_bytes, range_bytes_min, gap_bytes, window_column_bytes, window_rows)| Bounds {
            fetched_bytes,
            range_bytes: range_bytes.max(1),
            range_bytes_min: range_bytes_min.max(50),
            gap_bytes,
            window_column_bytes,
            window_rows,
            page_bytes: 1 << 20,
            footer_bytes: 64 << 20,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn splits_orders_and_threads_do_not_matter(
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..FILES_MAX),
        files in any_files(),
        threads in 1..=THREADS_MAX,
        order in any::<u64>(),
        bounds in any_bounds(),
    ) {
        let (rows, expected) = history();
        let mut rows = rows.clone();
        fastrand::Rng::with_seed(order).shuffle(&mut rows);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(rows.len())).collect();
        cuts.extend([0, rows.len()]);
        cuts.sort_unstable();
        assert_equal(&table(&rows, &cuts, &files, threads, bounds), expected);
    }
}

/// Row groups of several windows, so that threads share one row group.
#[test]
fn threads_do_not_matter_within_a_row_group() {
    let shape = Shape { codec: files::shape::codecs()[0], has_dictionary: false, ..Shape::default() };
    let rows = dirt::padded(dirt::rows(&shape, 29, 8_000), 500);
    let expected = whole(&rows);
    for threads in 1..=THREADS_MAX {
        for page_rows in [333, 2_000] {
            let shape = shape.clone().in_crumbs(page_rows, rows.len());
            assert_equal(
                &table(&rows, &[0, rows.len()], &[(0, shape)], threads, Bounds::default()),
                &expected,
            );
        }
    }
}
