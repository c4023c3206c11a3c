//! Streams the history of voucher assignments and publishes the most used amount per bucket.
//!
//! [`run()`] is the whole data path, top to bottom; `conclude` is its last part.

pub mod error;

mod memory;

mod clock;

pub mod progress;

mod options;

mod target;

mod prepared;

mod conclude;

mod run;

pub mod profile;

pub mod reproduce;

pub mod sample;

pub mod console;

pub mod rules_file;

pub mod run_flags;

pub mod cli;

mod commands;

mod program;

pub use conclude::{Counted, RunResult};
pub use options::{Explain, RunOptions};
pub use prepared::Prepared;
pub use program::program;
pub use run::run;
