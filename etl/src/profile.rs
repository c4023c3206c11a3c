//! `profile`: shows what is in a history, before it is trusted, in one streaming pass and within
//! the memory of a run.
//!
//! Rows take the same path as in a run and are also counted by bucket, so a profile never says
//! anything of an event that a run would not. Nothing is published.

use crate::memory;
use crate::options::RunOptions;
use crate::progress::ProgressBar;
use crate::target::Target;
use anyhow::Result;
use chrono::Utc;
use counts::bad_files::OnBadFile;
use counts::counting::bytes_of;
use counts::facts::FactsSink;
use counts::fold::{self, Task};
use counts::{Counting, RunCounts, evaluate};
use history::Bounds;
use report::profile::{ProfileInput, ProfileReport};
use segments::rules::{OnCopies, Rules};
use segments::selection::Selection;
use segments::table::Inputs;
use std::sync::Arc;
use std::time::Instant;
use storage::{Location, Wanted, WholeFile};

/// The options of a profile.
#[derive(Debug, Clone)]
pub struct ProfileOptions {
    /// The locations of the history.
    pub locations: Vec<Location>,
    /// Whether we, not the bucket's owner, pay for listings and reads of S3.
    pub request_payer: bool,
    /// The rules; the profile covers their buckets.
    pub rules: Rules,
    /// Number of threads that compute.
    pub threads: usize,
    /// The bounds of the pipeline.
    pub bounds: Bounds,
}

/// Profiles a history: all columns, all countries. `page`, if given, must not be one of its files.
///
/// # Errors
///
/// If `page` is one of its files, if the history cannot be read, or if it has more distinct
/// countries or amounts than a history can have.
pub async fn profile(options: &ProfileOptions, page: Option<&WholeFile>) -> Result<ProfileReport> {
    let start = Instant::now();
    let profiled_at = Utc::now();
    let rules = Arc::new(options.rules.clone());
    let target = Target::connect(&reading(options)).await?;
    let wanted = Wanted { rules: &rules, selection: &Selection::ALL, on_copies: OnCopies::Warn };
    let input = storage::resolve(&target.store, &options.locations, wanted).await?;
    if let Some(page) = page {
        page.check_is_no_input(&input.objects)?;
    }

    // Bytes from the store by tokio, facts and counts by rayon, as in a run.
    let sink = FactsSink::new(rules.splits().count());
    let task = Arc::new(Task {
        rules: Arc::clone(&rules),
        selection: Selection::ALL,
        observed: fold::Observed::Facts(sink.clone()),
    });
    let counts = Arc::new(RunCounts::new(OnBadFile::Fail, ProgressBar::shared()));
    let &ProfileOptions { threads, bounds, .. } = options;
    let counting = Counting { store: &target.store, task: &task, counts: &counts, threads, bounds };
    counting.count(counting.plans(input.objects.clone()), bytes_of(&input.objects)).await?;

    // The results: modes, oddities, histograms.
    let total = counts.total();
    let table = evaluate(&total, &rules, &Selection::ALL, &input.pruned_countries)?;
    let facts = sink.take();
    let inputs = Inputs::of(input.objects.iter().map(storage::Object::to_input).collect::<Vec<_>>());
    let found = ProfileInput { facts: &facts, counts: &total.counts, table: &table, rules: &rules };
    Ok(ProfileReport::of(&found, inputs, profiled_at, start, memory::peak_rss_bytes()))
}

/// Returns the options of a run that reads the same input and writes nothing.
fn reading(options: &ProfileOptions) -> RunOptions {
    RunOptions {
        dry_run: true,
        is_compared: false,
        request_payer: options.request_payer,
        ..RunOptions::new(options.locations.clone())
    }
}
