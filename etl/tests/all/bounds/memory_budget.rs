//! `--memory-budget` holds for every input: by small steps where possible, else by a clear refusal.

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

const MIB: u64 = 1 << 20;

/// Writes rows whose timestamps, countries and amounts depend on the row number.
fn write(
    file: &Path,
    rows: usize,
    page_bytes: usize,
    country: impl Fn(usize) -> String,
    amount: impl Fn(usize) -> f64,
) {
    let texts = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new((0..rows).map(|row| Some(of(row))).collect::<StringArray>())
    };
    let timestamp =
        |row: usize| format!("2018-05-{:02} 10:00:00.{:06}", row % 28 + 1, row * 7_919 % 1_000_000);
    let columns = [
        ("timestamp", texts(&timestamp)),
        ("country_code", texts(&country)),
        ("last_order_ts", texts(&|row| format!("2018-01-{:02}", row % 28 + 1))),
        ("total_orders", texts(&|row| format!("{}.0", row % 40))),
        ("voucher_amount", Arc::new((0..rows).map(|row| Some(amount(row))).collect::<Float64Array>())),
    ];
    write_columns(file, columns, rows, page_bytes);
}

/// Writes columns to one row group.
fn write_columns(file: &Path, columns: [(&str, ArrayRef); 5], rows: usize, page_bytes: usize) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows))
        .set_data_page_row_count_limit(rows)
        .set_data_page_size_limit(page_bytes)
        .set_write_batch_size(1_000)
        .build();
    let target = std::fs::File::create(file).expect("created");
    let mut writer = ArrowWriter::try_new(target, batch.schema(), Some(properties)).expect("a schema");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
}

fn run(file: &Path, budget: &str) -> Output {
    command(file, budget).output().expect("the binary runs")
}

fn command(file: &Path, budget: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_voucher-etl"));
    command
        .args([
            "run",
            "--dry-run",
            "--format",
            "json",
            "--threads",
            "1",
            "--memory-budget",
            budget,
            "--s3path",
        ])
        .arg(file)
        .env_remove("RUST_LOG");
    command
}

fn usual(row: usize) -> f64 {
    [1_760.0, 2_640.0, 3_520.0][row % 3]
}

#[track_caller]
fn assert_refused(output: &Output, words: &[&str]) {
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{log}");
    assert!(output.stdout.is_empty(), "nothing is reported");
    let error = log.lines().find(|line| line.starts_with("error: ")).expect("one line says what is wrong");
    for word in words {
        assert!(error.contains(word), "{error} lacks {word}");
    }
}

#[test]
fn memory_does_not_follow_a_row_group() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one-row-group.parquet");
    // At least 150 MB of uncompressed timestamps, in one row group: reading it whole would exceed
    // the budget.
    write(&file, 5_000_000, 1 << 20, |_| "Peru".to_owned(), usual);
    assert!(file.metadata().expect("there").len() > 128 * MIB);
    let output = run(&file, "128MiB");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["rows"]["selected"], 5_000_000);
    let peak = report["peak_rss_bytes"].as_u64().expect("on Linux");
    assert!(peak <= 128 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn a_page_that_does_not_fit_is_named_and_the_budget_that_fits_is_enough() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one-page.parquet");
    write(&file, 600_000, 1 << 30, |_| "Peru".to_owned(), usual);
    let output = run(&file, "128MiB");
    assert_refused(&output, &["row group 0", "\"timestamp\"", "--memory-budget "]);
    let log = String::from_utf8_lossy(&output.stderr);
    let needed =
        log.split("--memory-budget ").nth(1).and_then(|text| text.split(' ').next()).expect("it is named");
    let output = run(&file, needed);
    assert!(output.status.success(), "{needed}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn keys_without_end_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("amounts.parquet");
    #[expect(clippy::cast_precision_loss, reason = "few rows")]
    let different = |row: usize| row as f64 + 1.0;
    write(&file, 450_000, 1 << 20, |_| "Peru".to_owned(), different);
    assert_refused(&run(&file, "256MiB"), &["200000", "voucher_amount"]);
    let file = folder.path().join("countries.parquet");
    write(&file, 50_000, 1 << 20, |row| format!("country {row}"), usual);
    assert_refused(&run(&file, "256MiB"), &["20000", "country_code"]);
}

/// A random text of 300 characters.
fn mixed(seed: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed as u64);
    (0..300).map(|_| char::from(random.u8(b'0'..b'z'))).collect()
}

/// The value of every event is kept, and each has the maximum length.
#[test]
fn memory_does_not_follow_the_rejects() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rejects-alone.parquet");
    let rows = 360_000;
    let text = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new((0..rows).map(|row| Some(of(row))).collect::<StringArray>())
    };
    let columns = [
        ("timestamp", text(&|_| "2018-05-01".to_owned())),
        ("country_code", text(&|_| "Peru".to_owned())),
        ("last_order_ts", text(&|_| "2018-01-01".to_owned())),
        ("total_orders", text(&|_| "3".to_owned())),
        // So random that no codec can shorten them.
        ("voucher_amount", text(&mixed)),
    ];
    write_columns(&file, columns, rows, 1 << 20);
    for name in ["rejects.parquet", "rejects.jsonl"] {
        let path = folder.path().join(name);
        let line = ["--max-reject-ratio", "1", "--rejects"];
        let output = command(&file, "160MiB").args(line).arg(&path).output().expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
        assert_eq!(report["rejects"]["events"], 2 * rows);
        let peak = report["peak_rss_bytes"].as_u64().expect("on Linux");
        assert!(peak <= 160 * MIB, "{name}: {} MiB", peak / MIB);
        assert!(path.metadata().expect("there").len() > 160 * MIB, "more than there is memory");
    }
}
