//! What a run says of itself: JSON for programs, tables and pages for people,
//! files for the analysts.

mod json;

mod plan;

mod text;

mod plan_text;

mod history_text;

mod page;

mod published_text;

mod export;

mod schema;

pub use export::export;
pub(crate) use history_text::CHANGE_COLUMNS;
pub use history_text::{diff_text, rolled_back_text, runs_text, verified_text};
pub use json::{BucketReport, CountryReport, EngineReport, LimitsReport, RunReport, SkippedFiles, Timings};
pub use page::published_html;
pub(crate) use page::{BUCKET_COLUMNS, write_page};
pub use plan::{ColumnReport, FileReport, PlanReport};
pub use plan_text::plan_text;
pub use published_text::published_text;
pub(crate) use schema::schema_of;
#[cfg(test)]
pub(crate) use schema::tests as schema_tests;
pub use schema::{published_schema, schema};
pub(crate) use text::{NOTHING, align, bytes, count, files, number_of, table};
pub use text::{lookup_text, reproduced_text, run_text};
