//! The published table: how a run gets there, and what is read back from it.
//!
//! [`publish`] writes like an Iceberg commit: the data first, then one pointer. [`published`]
//! shows, compares and checks what was written, and returns to an earlier run.

pub mod error;

mod run_id;

mod table;

pub mod publish;

pub mod lookup;

pub mod published;

#[cfg(test)]
mod fixtures;

pub use error::{MovedMeanwhile, PublicationError};
pub use run_id::{RunId, started_at, timestamp};
pub use table::{Table, TableItem};
