//! The plan of a run: what is read of which file, as JSON and as text.

mod report;

mod text;

pub use report::{ColumnReport, FileReport, PlanReport};
pub use text::plan_text;
