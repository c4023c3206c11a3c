//! A state entry, changed anywhere, cut or lengthened: the result is the same as without a state.

#![no_main]

use etl::sample::Codec;
use etl::{RunOptions, run, sample};
use libfuzzer_sys::fuzz_target;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A history and its state entry.
struct World {
    _folder: TempDir,
    runtime: Runtime,
    options: RunOptions,
    entry: PathBuf,
    valid: Vec<u8>,
    result_hash: String,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("Unicode").to_owned();
    sample::write(path("history.parquet").as_ref(), 300, 1, Codec::Snappy).expect("written");
    let options = RunOptions {
        dry_run: true,
        threads: 1,
        state: Some(path("state").parse().expect("a place")),
        ..RunOptions::new(vec![path("history.parquet").parse().expect("a location")])
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let result = runtime.block_on(run(&options)).expect("a valid history");
    let mut entries = fs::read_dir(path("state/v1")).expect("a folder");
    let entry = entries.next().expect("one entry").expect("readable").path();
    let valid = fs::read(&entry).expect("readable");
    World { _folder: folder, runtime, options, entry, valid, result_hash: result.table.result_hash }
});

fuzz_target!(|changes: (Vec<(u16, u8)>, Option<u16>, Vec<u8>)| {
    let (changed, end, added) = changes;
    let mut bytes = WORLD.valid.clone();
    for (at, value) in changed {
        let at = usize::from(at) % bytes.len();
        bytes[at] ^= value;
    }
    bytes.truncate(end.map_or(usize::MAX, usize::from));
    bytes.extend(added);
    fs::write(&WORLD.entry, bytes).expect("written");
    let result = WORLD.runtime.block_on(run(&WORLD.options)).expect("a state ends no run");
    assert_eq!(result.table.result_hash, WORLD.result_hash);
    assert_eq!(result.report.rows.footer, 300);
});
