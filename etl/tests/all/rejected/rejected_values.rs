//! What rejects say about values at the bounds, in both formats, and what happens to rejects if the
//! run fails.

use crate::files::Shape;
use crate::reference::Rules;
use crate::{files, harness, rejects};
use arrow::array::{
    Array, ArrayRef, Date32Array, Float64Array, Int64Array, NullArray, StringArray, TimestampSecondArray,
};
use etl::RunResult;
use etl::error::exit_of;
use history::Bounds;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use storage::Exit;

/// Writes a file in which all columns except `column` are clean.
fn write(file: &Path, column: &str, values: &ArrayRef) {
    files::shape::write_clean_but(file, column, values, &Shape::default());
}

fn run(location: &Path, rejects: &Path) -> anyhow::Result<RunResult> {
    let rules = Rules::described().cleaned(13).to_toml();
    let mut options = harness::options(&[location.to_owned()], &rules, None, 1, Bounds::default());
    options.rejects = Some(rejects.display().to_string().parse().expect("a place for rejects"));
    harness::execute(&options)
}

/// Checks reason, value and order value of each rejected row, by row.
#[track_caller]
fn check(column: &str, values: impl Array + 'static, expected: &[(i64, &str, Option<&str>, Option<&str>)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.parquet");
    write(&file, column, &(Arc::new(values) as ArrayRef));
    for name in ["rejects.parquet", "rejects.jsonl"] {
        let kept = folder.path().join(name);
        run(&file, &kept).expect("it runs");
        let mut lines = rejects::read(&kept);
        // The lines of other segments are the same.
        lines.dedup_by_key(|line| line.row);
        let lines: Vec<_> = lines
            .iter()
            .map(|line| (line.row, &*line.reason, line.value.as_deref(), line.order_value.as_deref()))
            .collect();
        assert_eq!(lines, expected, "{column} in {name}");
    }
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(texts.iter().copied().collect::<StringArray>())
}

#[test]
fn texts_as_they_stand() {
    let long = "9".repeat(10_000);
    let (wide, cut) = (format!("a{}", "秘".repeat(200)), format!("a{}", "秘".repeat(85)));
    let hostile = "\u{0}\r\n\t\"\\,'\u{7f}\u{85}\u{2028}</script>\u{1f980}{\"a\":1}\n{}";
    check(
        "voucher_amount",
        texts(&[
            None,
            Some(""),
            Some(" \t"),
            Some("12"),
            Some(hostile),
            Some(&long),
            Some(&wide),
            Some("-0"),
        ]),
        &[
            (0, "missing_voucher_amount", None, None),
            (1, "missing_voucher_amount", Some(""), None),
            (2, "missing_voucher_amount", Some(" \t"), None),
            (4, "bad_voucher_amount", Some(hostile), None),
            (5, "bad_voucher_amount", Some(&long[..256]), None),
            (6, "bad_voucher_amount", Some(&cut), None),
            (7, "bad_voucher_amount", Some("-0"), None),
        ],
    );
    check(
        "country_code",
        texts(&[Some(hostile), None, Some("Peru")]),
        &[(0, "bad_country", Some(hostile), None), (1, "missing_country", None, None)],
    );
}

#[test]
fn numbers() {
    let doubles = [f64::NAN, -0.0, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e-9, 1_500_000_000_000.5, 12.0];
    let bad = "bad_voucher_amount";
    check(
        "voucher_amount",
        doubles.into_iter().map(Some).chain([None]).collect::<Float64Array>(),
        &[
            (0, "missing_voucher_amount", Some("NaN"), None),
            (1, bad, Some("-0.0"), None),
            (2, bad, Some("inf"), None),
            (3, bad, Some("-inf"), None),
            (4, bad, Some("1e300"), None),
            (5, bad, Some("-1e-9"), None),
            (6, bad, Some("1500000000000.5"), None),
            (8, "missing_voucher_amount", None, None),
        ],
    );
    check(
        "total_orders",
        Int64Array::from(vec![i64::MIN, -1, 0, i64::MAX]),
        &[
            (0, "bad_total_orders", Some("-9223372036854775808"), None),
            (1, "bad_total_orders", Some("-1"), None),
            (3, "bad_total_orders", Some("9223372036854775807"), None),
        ],
    );
    check("total_orders", NullArray::new(1), &[(0, "missing_total_orders", None, None)]);
}

#[test]
fn times() {
    check(
        "last_order_ts",
        Date32Array::from(vec![Some(i32::MIN), Some(i32::MAX), Some(-719_529), None, Some(17_650)]),
        &[
            (0, "bad_last_order_ts", Some("-2147483648"), None),
            (1, "bad_last_order_ts", Some("2147483647"), None),
            (2, "bad_last_order_ts", Some("-0001-12-31"), None),
            (3, "missing_last_order_ts", None, None),
        ],
    );
    let bad = "bad_timestamp";
    let before = "event_before_last_order";
    check(
        "timestamp",
        TimestampSecondArray::from(vec![i64::MIN, i64::MAX, 253_402_300_800, 0]).with_timezone("+05:30"),
        &[
            (0, bad, Some("-9223372036854775808"), None),
            (1, bad, Some("9223372036854775807"), None),
            (2, bad, Some("+10000-01-01T00:00:00Z"), None),
            (3, before, Some("1970-01-01T00:00:00Z"), Some("2018-06-01")),
        ],
    );
    check(
        "timestamp",
        texts(&[Some("2018-05-31T23:59:59Z"), Some("2018-02-30"), Some("2018-06-01")]),
        &[(0, before, Some("2018-05-31T23:59:59Z"), Some("2018-06-01")), (1, bad, Some("2018-02-30"), None)],
    );
}

#[test]
fn a_value_in_the_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = folder.path().join("country_code=Pe%23ru/voucher_amount=__HIVE_DEFAULT_PARTITION__/a.parquet");
    write(&part, "none", &texts(&[None, None]));
    let kept = folder.path().join("rejects.jsonl");
    run(folder.path(), &kept).expect("it runs");
    let lines = rejects::read(&kept);
    assert_eq!(lines.len(), 4, "two rows, two segments");
    for line in lines {
        assert_eq!((&*line.reason, line.value.as_deref()), ("bad_country", Some("Pe#ru")));
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("listed").file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().expect("Unicode")).collect();
    names.sort();
    names
}

/// Text that is not UTF-8 is damage, so rejects never contain it; the rejects written so far are
/// removed.
#[test]
fn a_run_that_fails_keeps_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.parquet");
    write(&file, "voucher_amount", &texts(&[Some("none"), Some("<not UTF-8>")]));
    let shape =
        Shape { codec: parquet::basic::Compression::UNCOMPRESSED, has_dictionary: false, ..Shape::default() };
    let damaged = folder.path().join("b.parquet");
    files::shape::write_clean_but(&damaged, "voucher_amount", &texts(&[Some("<not UTF-8>")]), &shape);
    let mut bytes = fs::read(&damaged).expect("read");
    let marker = b"<not UTF-8>";
    let found: Vec<_> =
        bytes.windows(marker.len()).enumerate().filter(|(_, at)| at == marker).map(|(at, _)| at).collect();
    for at in &found {
        bytes[*at] = 0xff;
    }
    assert!(!found.is_empty());
    fs::write(damaged, bytes).expect("written");
    for name in ["rejects.parquet", "rejects.jsonl"] {
        let error = run(folder.path(), &folder.path().join(name)).expect_err("damaged");
        assert_eq!(exit_of(&error), Exit::Input, "{error:#}");
        assert_eq!(names(folder.path()), ["a.parquet", "b.parquet"]);
    }
}

#[test]
fn input_is_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.parquet");
    write(&file, "voucher_amount", &texts(&[Some("none")]));
    let before = fs::read(&file).expect("read");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path(), &link).expect("linked");
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    for rejects in [file.clone(), link.join("a.parquet"), folder.path().join("sub/../a.parquet")] {
        let error = run(&file, &rejects).expect_err("it is input");
        assert_eq!(exit_of(&error), Exit::Input, "{error:#}");
        assert!(error.to_string().contains("a.parquet"), "{error:#}");
        assert_eq!(fs::read(&file).expect("read"), before);
    }
}
