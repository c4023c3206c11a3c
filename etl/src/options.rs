//! What a run is asked to do.

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

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The countries.
    pub selection: Selection,
    /// Where the history is.
    pub locations: Vec<Location>,
    /// Whether listings and reads of S3 are at our expense, not at that of the bucket's owner.
    pub request_payer: bool,
    /// The table to publish to.
    pub table: String,
    /// The rules.
    pub rules: Rules,
    /// What the run must keep to be published.
    pub thresholds: Thresholds,
    /// Where to write the files for analysts.
    pub export: Option<PathBuf>,
    /// Where to write the run as a page; it is then compared with what is live.
    pub report: Option<PathBuf>,
    /// Where to keep every rejected event.
    pub rejects: Option<RejectsPath>,
    /// Whether to leave the table alone.
    pub dry_run: bool,
    /// Whether a dry run, or one with a page, is compared with what is live, where there are settings
    /// of AWS.
    pub is_compared: bool,
    /// How many runs a country keeps, whatever their age.
    pub keep: usize,
    /// Threads that compute.
    pub threads: usize,
    /// The bounds of the pipeline.
    pub bounds: Bounds,
    /// What becomes of the run where a file cannot be read.
    pub on_bad_file: OnBadFile,
    /// Where the counts of each object are kept, for the next run; all countries' then.
    pub state: Option<StatePlace>,
    /// Who is shown the plan before anything is read by it; then all files are planned first.
    pub explain: Option<Explain>,
}

impl RunOptions {
    /// Returns the options of a run over `locations` where nobody asks for anything else.
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
