//! DuckDB, by SQL, is a second judge: every count of the sample must be equal, `Unknown` included.

use stack::Stack;
use stack::scripts::python;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// (country, segment, bucket, amount) -> events.
type Counts = BTreeMap<[String; 4], u64>;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn counts_of(csv: &[u8], country: Option<&str>) -> Counts {
    let mut reader = csv::Reader::from_reader(csv);
    let records = reader.records().map(|record| record.expect("a record"));
    let keyed = records.map(|record| {
        let mut fields: Vec<_> = country.into_iter().chain(record.iter()).map(ToOwned::to_owned).collect();
        let events = fields.pop().expect("five fields").parse().expect("a number");
        (fields.try_into().expect("four fields and a count"), events)
    });
    keyed.collect()
}

fn by_duckdb(history: &Path, flags: &[&str]) -> Counts {
    let counts = Command::new(python())
        .arg(format!("{REPOSITORY}/tests/duckdb/counts.py"))
        .arg(history)
        .args(flags)
        .output()
        .expect("python can be run");
    assert!(counts.status.success(), "{}", String::from_utf8_lossy(&counts.stderr));
    counts_of(&counts.stdout, None)
}

fn by_etl(stack: &Stack, history: &Path, flags: &[&str]) -> Counts {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().to_str().expect("Unicode");
    let history = history.to_str().expect("Unicode");
    let line = [&["run", "--dry-run", "--s3path", history, "--export", export], flags].concat();
    let _ = stack.etl().execute(&line).exits(0);
    let mut counts = Counts::new();
    for entry in fs::read_dir(folder.path()).expect("listed") {
        let path = entry.expect("listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("Unicode");
        if let Some(country) = name.strip_suffix("_counts.csv") {
            counts.extend(counts_of(&fs::read(&path).expect("read"), Some(&country.to_lowercase())));
        }
    }
    counts
}

#[test]
fn on_every_count_of_the_sample() {
    let stack = Stack::new();
    let history = stack.sample(100_000, 11);
    let rules = stack.folder().join("rules.toml");
    let default = include_str!("../../../crates/segments/rules.toml");
    let counting = default.replace("missing_voucher_amount = \"reject\"", "missing_voucher_amount = 0");
    assert_ne!(counting, default);
    fs::write(&rules, counting).expect("written");
    let rules = rules.to_str().expect("Unicode");
    for (etl_flags, duckdb_flags) in
        [(&[][..], &[][..]), (&["--rules", rules][..], &["--missing-amount-zero"][..])]
    {
        let expected = by_duckdb(&history, duckdb_flags);
        assert!(expected.len() > 6 * 10 * 8, "six countries, ten buckets, most of twelve amounts");
        assert_eq!(by_etl(&stack, &history, etl_flags), expected, "{etl_flags:?}");
    }
}
