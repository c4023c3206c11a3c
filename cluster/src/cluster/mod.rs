//! The cluster: the client of its scheduler, and its processes.

mod client;
mod progress;

pub mod executor;
pub mod scheduler;

pub use client::Scheduler;
pub(crate) use progress::watch;

use ballista_core::BALLISTA_VERSION;

/// Returns the prefix of the ids of this version's executors. The id is all that an executor can tell
/// a scheduler about its version.
pub(crate) fn executor_prefix() -> String {
    format!("voucher-etl-cluster-{}-ballista-{BALLISTA_VERSION}-", env!("CARGO_PKG_VERSION"))
}
