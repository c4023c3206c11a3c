//! The bounds of the pipeline change when bytes are requested and how rows are cut into windows,
//! but never the result.

use crate::harness;
use counts::EvaluatedTable;
use etl::sample::{self, Codec};
use etl::{RunOptions, run};
use history::Bounds;
use proptest::prelude::*;
use std::path::Path;

const ROWS: u64 = 40_000;

fn table(history: &Path, bounds: Bounds) -> EvaluatedTable {
    let location = history.to_str().expect("Unicode").parse().expect("a location");
    let options = RunOptions { dry_run: true, bounds, ..RunOptions::new(vec![location]) };
    harness::wait(run(&options)).expect("a valid history").table
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn they_change_nothing(
        seed in 0..3_u64,
        fetched_bytes in 0..200_000_u64,
        range_bytes in 1..100_000_u64,
        range_bytes_min in 500..50_000_u64,
        gap_bytes in 0..100_000_u64,
        window_column_bytes in 1..100_000_usize,
        window_rows in 700..30_000_u64,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        // Larger than what comes with the footer, so that ranges are requested.
        let history = folder.path().join("history");
        sample::write(&history, ROWS, seed, Codec::Snappy).expect("written");
        prop_assert!(history.metadata().expect("there").len() > 512 << 10);
        let bounds =
            Bounds {
            fetched_bytes,
            range_bytes,
            range_bytes_min,
            gap_bytes,
            window_column_bytes,
            window_rows,
            ..Bounds::default()
        };
        prop_assert_eq!(table(&history, bounds), table(&history, Bounds::default()));
    }
}
