//! DuckDB, by SQL, is a second judge: every count of the sample must be equal, `Unknown` included.

use stack::Stack;
use stack::history::rules_with;
use stack::scripts::by_duckdb;
use std::collections::BTreeMap;
use std::fs;

/// (country, segment, bucket, amount) -> events.
type Counts = BTreeMap<[String; 4], u64>;

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

fn by_etl(stack: &Stack, history: &str, flags: &[&str]) -> Counts {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().to_str().expect("Unicode");
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
    let history = stack.sample(100_000, 11).display().to_string();
    let counting = rules_with("missing_voucher_amount = \"reject\"", "missing_voucher_amount = 0");
    let rules = stack.rules(&counting);
    for (etl_flags, duckdb_line) in
        [(&[][..], &[&*history][..]), (&["--rules", &rules], &[&history, "--missing-amount-zero"])]
    {
        let expected = counts_of(&by_duckdb("counts.py", duckdb_line), None);
        assert!(expected.len() > 6 * 10 * 8, "six countries, ten buckets, most of twelve amounts");
        assert_eq!(by_etl(&stack, &history, etl_flags), expected, "{etl_flags:?}");
    }
}
