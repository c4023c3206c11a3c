//! Checks the whole table, item by item.

use super::watch::Seen;
use super::world::{CountryTable, History, Row, Rows, Which, World, text};
use crate::dynamodb::Table;
use crate::history::country_key;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A `superseded_at` long ago, so that the run may be deleted.
const LONG_AGO: &str = "2026-01-01T00:00:00.000Z";

/// A country's pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer {
    pub(super) run_id: String,
    pub(super) previous_run_id: Option<String>,
    newest_run_id: String,
    pub(super) version: u64,
}

/// A table, and what is known of it from earlier audits.
#[derive(Debug, Default)]
pub(super) struct Auditor {
    /// The history of each run, by country's key and run.
    runs: BTreeMap<(String, String), Which>,
    /// Runs that have been current.
    published: BTreeSet<(String, String)>,
    /// Pointers, by country's key.
    pointers: BTreeMap<String, Pointer>,
}

/// A run in the table, for one country.
#[derive(Debug)]
struct Run {
    manifest: Value,
    rows: Rows,
}

/// A country's partition.
#[derive(Debug, Default)]
struct Partition {
    pointer: Option<Pointer>,
    runs: BTreeMap<String, Run>,
}

impl Auditor {
    /// Reads the whole table, checks it, and returns the pointers by country's key.
    pub(super) fn audit(&mut self, world: &World, table: &Table) -> BTreeMap<String, Pointer> {
        for (country, partition) in partitions(table) {
            for (run_id, run) in &partition.runs {
                self.note(world, &country, run_id, run);
            }
            let Some(pointer) = partition.pointer.clone() else { continue };
            self.check_pointer(&country, &pointer);
            self.check_whole(world, &country, &pointer, &partition);
            self.pointers.insert(country, pointer);
        }
        self.pointers.clone()
    }

    /// Checks that everything seen is of a whole run, and of one that `is_allowed` by country's key and
    /// run id.
    pub(super) fn check_seen(&self, world: &World, seen: &Seen, is_allowed: impl Fn(&str, &str) -> bool) {
        assert!(seen.wrong.is_empty(), "the API answered {:#?}", seen.wrong);
        let expected = |country: &str, run_id: &str| {
            let key = country_key(country);
            assert!(is_allowed(&key, run_id), "{country}: run {run_id} was shown, which is not current");
            self.expected(world, &key, run_id)
        };
        for ((country, run_id), shown) in &seen.tables {
            let expected = expected(country, run_id);
            for shown in shown {
                assert_eq!(shown.result_hash, expected.result_hash, "{country}, run {run_id}");
                assert_eq!(shown.rows, expected.rows, "{country}, run {run_id}: no whole table");
            }
        }
        for ((country, run_id, segment, bucket), amounts) in &seen.amounts {
            let expected = &expected(country, run_id).rows[&(segment.clone(), bucket.clone())];
            assert_eq!(*amounts, [expected.amount], "{country}, run {run_id}, {segment}, {bucket}");
        }
    }

    /// Returns what a known run publishes for a country.
    fn expected<'a>(&self, world: &'a World, country: &str, run_id: &str) -> &'a CountryTable {
        self.history(world, country, run_id).country(country)
    }

    /// Returns the runs of all audits so far, by country's key.
    pub(super) fn known(&self) -> BTreeSet<(String, String)> {
        self.runs.keys().cloned().collect()
    }

    /// Returns whether a run has been current.
    pub(super) fn was_current(&self, country: &str, run_id: &str) -> bool {
        self.published.contains(&(country.to_owned(), run_id.to_owned()))
    }

    /// Returns the pointers of the last audit, by country's key.
    pub(super) fn pointers(&self) -> &BTreeMap<String, Pointer> {
        &self.pointers
    }

    /// Returns the history of a country's run.
    pub(super) fn which(&self, country: &str, run_id: &str) -> Which {
        let which = self.runs.get(&(country.to_owned(), run_id.to_owned()));
        *which.unwrap_or_else(|| panic!("{country}: run {run_id} was shown and never had a manifest"))
    }

    fn history<'a>(&self, world: &'a World, country: &str, run_id: &str) -> &'a History {
        world.history(self.which(country, run_id))
    }

    fn note(&mut self, world: &World, country: &str, run_id: &str, run: &Run) {
        let inputs = run.manifest["inputs"]["M"]["list"]["L"].as_array().cloned().unwrap_or_default();
        let of = |input: &Value| world.which(&text(&input["M"]["url"]["S"])).expect("one of the histories");
        let of: BTreeSet<_> = inputs.iter().map(of).collect();
        assert_eq!(of.len(), 1, "{country}, run {run_id}: made from {inputs:?}");
        let which = of.into_iter().next().expect("there is one");
        let before = self.runs.insert((country.to_owned(), run_id.to_owned()), which);
        assert!(before.is_none_or(|before| before == which), "{country}, run {run_id} changed");
        let expected = world.history(which).country(country);
        assert_eq!(run.manifest["result_hash"]["S"], expected.result_hash, "{country}, run {run_id}");
        for (bucket, row) in &run.rows {
            assert_eq!(*row, expected.rows[bucket], "{country}, run {run_id}, {bucket:?}");
        }
    }

    /// Checks that a pointer only moves forward, and its newest run never becomes older.
    fn check_pointer(&mut self, country: &str, pointer: &Pointer) {
        if let Some(before) = self.pointers.get(country) {
            let what = format!("{country}: {before:?}, then {pointer:?}");
            assert!(before.version <= pointer.version, "{what}");
            assert!(before.newest_run_id <= pointer.newest_run_id, "{what}");
            assert!(before.version < pointer.version || before == pointer, "{what}");
        }
        assert!(pointer.run_id <= pointer.newest_run_id, "{country}: {pointer:?}");
        for run_id in [Some(&pointer.run_id), pointer.previous_run_id.as_ref()].into_iter().flatten() {
            self.published.insert((country.to_owned(), run_id.clone()));
        }
    }

    /// Checks that the current and the previous run are whole. Others may lack items only if their run
    /// ended before it was current, or if they are being deleted.
    fn check_whole(&self, world: &World, country: &str, pointer: &Pointer, partition: &Partition) {
        for run_id in [Some(&pointer.run_id), pointer.previous_run_id.as_ref()].into_iter().flatten() {
            let run = partition.runs.get(run_id);
            let run = run.unwrap_or_else(|| panic!("{country}: run {run_id} has no manifest"));
            assert!(run.manifest["collecting_at"].is_null(), "{country}: run {run_id} is being deleted");
        }
        for (run_id, run) in &partition.runs {
            let is_whole = run.rows.len() == self.expected(world, country, run_id).rows.len();
            let items = &run.manifest["item_count"]["N"];
            if is_whole {
                assert_eq!(*items, run.rows.len().to_string(), "{country}, run {run_id}");
                continue;
            }
            let is_named = *run_id == pointer.run_id || pointer.previous_run_id.as_ref() == Some(run_id);
            assert!(
                !is_named && (!self.was_current(country, run_id) || may_be_deleted(&run.manifest)),
                "{country}, run {run_id}: {} of {items} items",
                run.rows.len()
            );
        }
    }
}

/// Makes every superseded run of the table look old.
pub(super) fn age(table: &Table) {
    for (country, partition) in partitions(table) {
        let is_current =
            |run_id: &str| partition.pointer.as_ref().is_some_and(|pointer| pointer.run_id == run_id);
        for (run_id, run) in &partition.runs {
            if !run.manifest["superseded_at"].is_null()
                && !is_current(run_id)
                && !may_be_deleted(&run.manifest)
            {
                table.set(&country, &format!("run#{run_id}"), "superseded_at", LONG_AGO);
            }
        }
    }
}

fn may_be_deleted(manifest: &Value) -> bool {
    manifest["superseded_at"]["S"] == LONG_AGO || !manifest["collecting_at"].is_null()
}

/// Reads the table; checks that every item has a manifest and every country an entry in the list.
fn partitions(table: &Table) -> BTreeMap<String, Partition> {
    let mut countries: BTreeMap<String, Partition> = BTreeMap::new();
    let mut listed = BTreeSet::new();
    let mut buckets = Vec::new();
    for item in table.scan() {
        let (country, key) = (text(&item["country_code"]["S"]), text(&item["item"]["S"]));
        if country == "#countries" {
            listed.insert(key);
            continue;
        }
        let partition = countries.entry(country.clone()).or_default();
        if key == "current" {
            partition.pointer = Some(pointer(&item));
        } else if let Some(run_id) = key.strip_prefix("run#") {
            partition.runs.insert(run_id.to_owned(), Run { manifest: item, rows: Rows::new() });
        } else {
            buckets.push((country, key, item));
        }
    }
    for (country, key, item) in buckets {
        let [run_id, segment, bucket] = key.splitn(3, '#').collect::<Vec<_>>()[..] else {
            panic!("{country}: what is {key}?")
        };
        let run = countries.get_mut(&country).and_then(|partition| partition.runs.get_mut(run_id));
        let run = run.unwrap_or_else(|| panic!("{country}: {key} has no manifest"));
        run.rows.insert((segment.to_owned(), bucket.to_owned()), row(&item));
    }
    for (country, partition) in &countries {
        assert!(partition.pointer.is_none() || listed.contains(country), "{country} is not listed");
    }
    countries
}

fn pointer(item: &Value) -> Pointer {
    Pointer {
        run_id: text(&item["run_id"]["S"]),
        previous_run_id: item["previous_run_id"]["S"].as_str().map(ToOwned::to_owned),
        newest_run_id: text(&item["newest_run_id"]["S"]),
        version: number(&item["version"]).expect("a version"),
    }
}

fn row(item: &Value) -> Row {
    let runner_up = number(&item["runner_up_amount"]);
    Row {
        amount: number(&item["voucher_amount"]),
        support: number(&item["support"]).expect("a number"),
        total: number(&item["total"]).expect("a number"),
        runner_up: runner_up.zip(number(&item["runner_up_support"])),
    }
}

fn number<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value["N"].as_str()?.parse().ok()
}
