//! What a run says of itself: JSON for programs, tables for people, files for the analysts.

mod json;

mod plan;

mod text;

mod plan_text;

mod export;

pub use export::export;
pub use json::{BucketReport, CountryReport, RunReport, SkippedFiles, Timings};
pub use plan::{ColumnReport, FileReport, PlanReport};
pub use plan_text::plan_text;
pub use text::{lookup_text, reproduced_text, run_text};
