//! What a run says of itself: JSON for programs, tables for people, files for the analysts.

mod json;

mod text;

mod export;

pub use export::export;
pub use json::{BucketReport, CountryReport, RunReport, Timings};
pub use text::{lookup_text, reproduced_text, run_text};
