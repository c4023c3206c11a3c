//! The ETL, DataFusion in this process and a cluster of two executors count the same, down to the
//! hash, on data sets of every kind.

use crate::real_cluster::Cluster;
use crate::sets::{self, Set};
use counts::EvaluatedTable;
use etl::{RunOptions, RunResult};
use etl_cluster::cluster::Scheduler;
use etl_cluster::{EngineOptions, UnderWay};
use segments::selection::Selection;
use std::time::Duration;
use storage::Location;

/// What must be compared at least.
const SETS_MIN: usize = 100;

fn options(set: &Set) -> RunOptions {
    let rules = format!("{}\n{}", set.rules.to_toml(), set.more);
    RunOptions {
        selection: set
            .selection
            .map_or(Selection::ALL, |country| Selection::from_iter([country.parse().expect("a country")])),
        rules: segments::rules::Rules::from_toml(&rules, "test.toml").expect("valid rules"),
        dry_run: true,
        is_compared: false,
        ..RunOptions::new(vec![Location::Local { path: set.path().to_owned() }])
    }
}

fn on(scheduler: Option<&Scheduler>, set: &Set) -> anyhow::Result<RunResult> {
    let engine = EngineOptions {
        scheduler: scheduler.cloned(),
        sample_files: 1,
        job_timeout: Duration::from_mins(2),
        under_way: UnderWay::default(),
    };
    let options = options(set);
    crate::deeply(|runtime| runtime.block_on(etl_cluster::run(&options, &engine)))
}

/// Returns what must be the same: all of a table but the rows that row groups were pruned of.
fn compared(table: &EvaluatedTable) -> impl PartialEq + std::fmt::Debug {
    let rows = table.rows;
    let left_out = rows.other_country + rows.no_country + rows.pruned;
    let countries: Vec<_> = table
        .countries
        .iter()
        .map(|country| {
            (country.shown.clone(), country.segments.clone(), country.counts.clone(), country.rows.clone())
        })
        .collect();
    (table.result_hash.clone(), table.segments.clone(), rows.footer, rows.selected, left_out, countries)
}

fn check(set: &Set, scheduler: Option<&Scheduler>) {
    let expected = crate::deeply(|runtime| runtime.block_on(etl::run(&options(set))));
    let expected = expected.unwrap_or_else(|error| panic!("{}: {error:#}", set.name));
    let counted = on(scheduler, set).unwrap_or_else(|error| panic!("{}: {error:#}", set.name));
    assert_eq!(compared(&counted.table), compared(&expected.table), "{}", set.name);
    let engine = counted.report.engine.expect("an engine");
    assert_eq!(engine.scheduler.is_some(), scheduler.is_some(), "{}", set.name);
    assert_eq!(engine.verified_files, 1, "{}", set.name);
}

#[test]
fn in_this_process() {
    let sets = sets::all();
    assert!(sets.len() >= SETS_MIN, "{} data sets", sets.len());
    for set in &sets {
        check(set, None);
    }
}

#[test]
fn on_a_cluster_of_two_executors() {
    let cluster = Cluster::start(2, &[]);
    let scheduler: Scheduler = cluster.url().parse().expect("a URL");
    let sets = sets::all();
    assert!(sets.len() >= SETS_MIN, "{} data sets", sets.len());
    for set in &sets {
        check(set, Some(&scheduler));
    }
    assert_eq!(cluster.executor_count(), 2, "{}", cluster.logs());
}
