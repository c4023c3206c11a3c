//! The cluster's crate against everything else: the ETL, `DuckDB`, processes that are killed, and the
//! API. One binary, since each is linked with the whole engine.

#[path = "../../../etl/tests/any_history/mod.rs"]
mod any_history;
#[expect(dead_code, reason = "data sets here need less of it")]
#[path = "../../../etl/tests/dirt/mod.rs"]
mod dirt;
#[expect(dead_code, reason = "data sets here need less of it")]
#[path = "../../../etl/tests/files/mod.rs"]
mod files;
#[expect(dead_code, reason = "nothing is compared with the reference here")]
#[path = "../../../etl/tests/reference/mod.rs"]
mod reference;

mod real_cluster;
mod sets;

mod duckdb_agrees;
mod engines_agree;
mod failures;
mod through_the_cluster;
