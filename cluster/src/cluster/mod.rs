//! The cluster: its scheduler as a client sees it, and the processes that it consists of.

mod client;
mod progress;

pub mod executor;
pub mod scheduler;

pub use client::Scheduler;
pub(crate) use progress::watch;

use ballista_core::BALLISTA_VERSION;

/// Returns what an executor of this version is called, but for what tells it from others: it is the
/// only thing of its own that an executor tells a scheduler.
pub(crate) fn executor_prefix() -> String {
    format!("voucher-etl-cluster-{}-ballista-{BALLISTA_VERSION}-", env!("CARGO_PKG_VERSION"))
}
