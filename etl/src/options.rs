//! The options of a run.

use anyhow::Result;
use counts::bad_files::OnBadFile;
use counts::rejects::RejectsPath;
use counts::state::StatePlace;
use history::Bounds;
use publication::publish;
use report::plan::PlanReport;
use segments::rules::{Rules, Thresholds};
use segments::selection::Selection;
use segments::table::TABLE_DEFAULT;
use std::path::PathBuf;
use storage::Location;

/// Shows a plan.
pub type Explain = fn(&PlanReport) -> Result<()>;

/// The options of a run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The countries to count.
    pub selection: Selection,
    /// The locations of the history.
    pub locations: Vec<Location>,
    /// Whether we, not the bucket's owner, pay for listings and reads of S3.
    pub request_payer: bool,
    /// The table to publish to.
    pub table: String,
    /// The rules.
    pub rules: Rules,
    /// Conditions that the run must meet to be published.
    pub thresholds: Thresholds,
    /// Where to write the files for analysts.
    pub export: Option<PathBuf>,
    /// Where to write the run as a page; the run is then compared with the live table.
    pub report: Option<PathBuf>,
    /// Where to keep every rejected event.
    pub rejects: Option<RejectsPath>,
    /// Whether to leave the table unchanged.
    pub dry_run: bool,
    /// Whether to compare a dry run, or a run with a page, with the live table, if there are AWS
    /// settings.
    pub is_compared: bool,
    /// Number of runs that a country keeps, whatever their age.
    pub keep: usize,
    /// Number of threads that compute.
    pub threads: usize,
    /// The bounds of the pipeline.
    pub bounds: Bounds,
    /// What to do if a file cannot be read.
    pub on_bad_file: OnBadFile,
    /// Where to keep the counts of each object for the next run; then those of all countries are kept.
    pub state: Option<StatePlace>,
    /// Shows the plan before any planned range is read; then all files are planned first.
    pub explain: Option<Explain>,
}

impl RunOptions {
    /// Returns the options of a run over `locations`, with defaults for everything else.
    #[must_use]
    pub fn new(locations: Vec<Location>) -> Self {
        Self {
            selection: Selection::ALL,
            locations,
            request_payer: false,
            table: TABLE_DEFAULT.to_owned(),
            rules: Rules::default(),
            thresholds: Thresholds::default(),
            export: None,
            report: None,
            rejects: None,
            dry_run: false,
            is_compared: false,
            keep: publish::KEEP_DEFAULT,
            threads: 2,
            bounds: Bounds::default(),
            on_bad_file: OnBadFile::Fail,
            state: None,
            explain: None,
        }
    }
}
