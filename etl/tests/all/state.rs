//! The law of the state: whatever was added, changed, removed, damaged or interrupted before, a run
//! with a state gives the same table and hash as a run without one, and reads only new objects.

use crate::files::Shape;
use crate::reference::{Row, Rules};
use crate::{dirt, files};
use counts::EvaluatedTable;
use etl::{RunOptions, RunResult};
use proptest::prelude::*;
use report::run::RunReport;
use segments::selection::Selection;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Maximum number of files that a history has at a time.
const FILES: usize = 5;
/// Rows of a file.
const ROWS: usize = 60;

/// A history that changes, and the state of its runs.
struct World {
    folder: TempDir,
    /// How often each file was written; each time with another size and time.
    written: [u64; FILES],
    rules: segments::rules::Rules,
}

/// What happens between runs.
#[derive(Debug, Clone)]
enum Step {
    Write(usize),
    Remove(usize),
    /// An entry of the state loses its end, or one of its bytes changes.
    Damage(prop::sample::Index, Option<prop::sample::Index>),
    /// A run that is killed after this many microseconds.
    Kill(u64),
    Run(Option<&'static str>),
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["history", "state"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let rules = Rules::with_gaps().cleaned(1).with_country_wide().asking_for(7).to_toml();
        let rules = segments::rules::Rules::from_toml(&rules, "test.toml").expect("valid rules");
        let mut world = Self { folder, written: [0; FILES], rules };
        world.write(0);
        world
    }

    fn history(&self) -> PathBuf {
        self.folder.path().join("history")
    }

    fn file(&self, file: usize) -> PathBuf {
        self.history().join(format!("{file}.parquet"))
    }

    fn write(&mut self, file: usize) {
        self.written[file] += 1;
        let seed = file as u64 * 1_000 + self.written[file];
        let rows: Vec<Row> = dirt::rows(&Shape::default(), seed, ROWS).into_iter().take(ROWS).collect();
        files::write(&self.file(file), &rows, &Shape::default());
        // The clock of a file system may be too coarse to tell two writes apart.
        let written = fs::File::options().write(true).open(self.file(file)).expect("opened");
        let at = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seed);
        written.set_modified(at).expect("set");
    }

    fn remove(&self, file: usize) {
        // The last file stays: an empty folder is a different error.
        if fs::read_dir(self.history()).expect("a folder").count() > 1 {
            let _ = fs::remove_file(self.file(file));
        }
    }

    fn entries(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.folder.path().join("state/v2")).into_iter().flatten();
        let mut entries: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        entries
    }

    fn damage(&self, entry: prop::sample::Index, byte: Option<prop::sample::Index>) {
        let entries = self.entries();
        if entries.is_empty() {
            return;
        }
        let path = entry.get(&entries);
        let mut bytes = fs::read(path).expect("read");
        match byte {
            Some(byte) => {
                let at = byte.index(bytes.len());
                bytes[at] ^= 0xff;
            }
            None => bytes.truncate(bytes.len() / 2),
        }
        fs::write(path, bytes).expect("written");
    }

    fn options(&self, country: Option<&str>, has_state: bool) -> RunOptions {
        let path = |path: &Path| path.to_str().expect("Unicode").to_owned();
        let state = path(&self.folder.path().join("state")).parse().expect("a place");
        RunOptions {
            selection: country.map_or(Selection::ALL, |country| {
                Selection::from_iter([country.parse().expect("a country")])
            }),
            rules: self.rules.clone(),
            dry_run: true,
            state: has_state.then_some(state),
            explain: Some(|_| Ok(())),
            ..RunOptions::new(vec![path(&self.history()).parse().expect("a location")])
        }
    }

    /// Runs, or is killed after a time.
    fn run(options: &RunOptions, killed_after: Option<Duration>) -> Option<anyhow::Result<RunResult>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build();
        let runtime = runtime.expect("a runtime");
        let result = runtime.block_on(async {
            let time = killed_after.unwrap_or(Duration::from_mins(10));
            tokio::time::timeout(time, etl::run(options)).await.ok()
        });
        runtime.shutdown_timeout(Duration::from_mins(1));
        result
    }

    /// Runs with and without the state, compares the two, and returns the report of the first.
    fn check(&self, country: Option<&str>) -> Option<RunReport> {
        let without = Self::run(&self.options(country, false), None).expect("not killed");
        let with = Self::run(&self.options(country, true), None).expect("not killed");
        match (with, without) {
            (Ok(with), Ok(without)) => {
                assert_eq!(with.table.result_hash, without.table.result_hash);
                assert_eq!(comparable(&with.table), comparable(&without.table));
                assert_eq!(with.report.inputs, without.report.inputs);
                Some(with.report)
            }
            (Err(with), Err(without)) => {
                assert_eq!(format!("{with:#}"), format!("{without:#}"), "a country that is not there");
                None
            }
            (with, without) => panic!("{:?} with the state, {:?} without", with.err(), without.err()),
        }
    }
}

/// With a state, row groups are never pruned; only where their rows are counted differs.
fn comparable(table: &EvaluatedTable) -> EvaluatedTable {
    let mut table = table.clone();
    table.rows.other_country += table.rows.pruned + table.rows.no_country;
    (table.rows.pruned, table.rows.no_country) = (0, 0);
    table
}

fn step() -> impl Strategy<Value = Step> {
    let file = || 0..FILES;
    let country = prop::sample::select(vec![None, Some("Peru"), Some("Chile"), Some("Atlantis")]);
    prop_oneof![
        4 => file().prop_map(Step::Write),
        2 => file().prop_map(Step::Remove),
        1 => (any::<prop::sample::Index>(), prop::option::of(any::<prop::sample::Index>()))
            .prop_map(|(entry, byte)| Step::Damage(entry, byte)),
        2 => (0..8_000_u64).prop_map(Step::Kill),
        3 => country.prop_map(Step::Run),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_state_changes_nothing(steps in prop::collection::vec(step(), 1..14)) {
        let mut world = World::new();
        for step in steps {
            match step {
                Step::Write(file) => world.write(file),
                Step::Remove(file) => world.remove(file),
                Step::Damage(entry, byte) => world.damage(entry, byte),
                Step::Kill(micros) => {
                    let _ = World::run(&world.options(None, true), Some(Duration::from_micros(micros)));
                }
                Step::Run(country) => {
                    world.check(country);
                }
            }
        }
        world.check(None);
        let report = world.check(None).expect("every country");
        let state = report.state.expect("a state");
        prop_assert_eq!((state.kept_files, state.damaged), (0, 0), "nothing is counted twice");
        prop_assert_eq!(state.recalled_files, report.inputs.number);
    }
}

/// Files known, files counted, entries damaged, requests for bytes of the history.
#[track_caller]
fn check(world: &World, country: Option<&str>, expected: (u64, u64, u64)) {
    let report = world.check(country).expect("a country that is there");
    let (state, plan) = (report.state.expect("a state"), report.plan.expect("a plan"));
    assert_eq!((state.recalled_files, state.kept_files, state.damaged), expected);
    assert_eq!(plan.requests.footer + plan.requests.range + plan.requests.dictionary, expected.1, "reads");
    assert_eq!((plan.requests.state, plan.files as u64), (expected.0 + expected.1, expected.1));
    assert!(!state.is_incomplete);
}

#[test]
fn only_what_is_new_is_read() {
    let mut world = World::new();
    world.write(1);
    world.write(2);
    check(&world, None, (0, 3, 0));
    check(&world, None, (3, 0, 0));
    world.write(3);
    check(&world, None, (3, 1, 0));
    // Another country needs nothing more: the counts of all countries are kept.
    check(&world, Some("Peru"), (4, 0, 0));
    world.write(1);
    check(&world, Some("Peru"), (3, 1, 0));
    world.remove(0);
    check(&world, None, (3, 0, 0));
    // Other rules count differently.
    let rules = world.rules.clone();
    world.rules = segments::rules::Rules::default();
    check(&world, None, (0, 3, 0));
    world.rules = rules;
    check(&world, None, (3, 0, 0));
    for bytes in [&b""[..], b"PAR1", &[0; 5000]] {
        for entry in world.entries() {
            fs::write(entry, bytes).expect("written");
        }
        check(&world, None, (0, 3, 3));
    }
    fs::remove_dir_all(world.folder.path().join("state")).expect("removed");
    check(&world, None, (0, 3, 0));
}

/// A state that cannot be written only costs time; one that cannot be read ends the run.
#[test]
fn a_state_that_fails() {
    let world = World::new();
    let state = world.folder.path().join("state");
    fs::remove_dir(&state).expect("removed");
    fs::write(&state, "a file").expect("written");
    let failed = World::run(&world.options(None, true), None).expect("not killed").expect_err("not a folder");
    assert_eq!(etl::error::exit_of(&failed), storage::Exit::Input, "{failed:#}");
    fs::remove_file(&state).expect("removed");
    fs::create_dir(&state).expect("a folder");
    fs::write(state.join("v2"), "a file where the entries go").expect("written");
    let failed = World::run(&world.options(None, true), None).expect("not killed").expect_err("no folder");
    assert_eq!(etl::error::exit_of(&failed), storage::Exit::Input, "{failed:#}");
}
