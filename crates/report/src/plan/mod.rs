//! The plan of a run: what to read of each file, as JSON and as text.

mod report;

mod text;

pub use report::{ColumnReport, FileReport, PlanReport};
pub use text::plan_text;
