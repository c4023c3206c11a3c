//! Turns windows of a history into counts, and counts into the table of a run.
//!
//! [`fold`] counts windows on all cores, [`run_counts`] adds up the counts of each object,
//! [`evaluate`](mod@evaluate) takes the modes. [`Counting`] is this path, from objects to counts.

pub mod error;

pub mod progress;

pub mod partial;

pub mod bad_files;

pub mod run_counts;

pub mod facts;

pub mod rejects;

pub mod fold;

pub mod state;

pub mod counting;

pub mod evaluate;

pub mod thresholds;

pub use counting::{Counting, Plans, count};
pub use error::CountError;
pub use evaluate::{EvaluatedTable, evaluate};
pub use partial::PartialCounts;
pub use progress::Progress;
pub use run_counts::{RunCounts, Total};
