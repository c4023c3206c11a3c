//! A run: its report as JSON, as text, as a page, and the files for analysts.

mod report;

mod text;

mod page;

mod export;

pub use export::export;
pub use page::write_page;
pub use report::{CountryReport, EngineReport, LimitsReport, RunReport, SkippedFiles, Timings, run_schema};
pub use text::run_text;
