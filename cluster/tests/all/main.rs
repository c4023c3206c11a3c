//! The cluster's crate against everything else: the ETL, DuckDB, processes that are killed, and the
//! API. One binary, since each is linked with the whole engine.

#[path = "../../../etl/tests/all/any_history/mod.rs"]
mod any_history;
#[expect(dead_code, reason = "data sets here need less of it")]
#[path = "../../../etl/tests/all/dirt/mod.rs"]
mod dirt;
#[expect(dead_code, reason = "data sets here need less of it")]
#[path = "../../../etl/tests/all/files/mod.rs"]
mod files;
mod reference;

mod real_cluster;
mod sets;

mod duckdb_agrees;
mod engines_agree;
mod failures;
mod refusals;
mod through_the_cluster;

use std::panic::resume_unwind;
use std::thread;
use tokio::runtime::{Builder, Runtime};

/// As deep as the program's own: in what is not optimised, plans need it.
const STACK_BYTES: usize = 64 << 20;

/// Runs what needs a runtime, on deep stacks.
fn deeply<T: Send>(run: impl FnOnce(&Runtime) -> T + Send) -> T {
    thread::scope(|scope| {
        let runtime = Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build();
        let runtime = runtime.expect("a runtime");
        let thread =
            thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, move || run(&runtime));
        thread.expect("a thread").join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
