//! Output of `lookup` and `reproduce`.

use crate::buckets::buckets_table;
use crate::inputs::files;
use publication::lookup::Published;
use segments::table::{BucketReport, BucketRow, Inputs, Manifest};
use serde::Serialize;

/// Returns the published table of a country.
#[must_use]
pub fn lookup_text(published: &Published) -> String {
    let pointer = &published.pointer;
    format!(
        "{} · run {} of {}, version {}\n{}\nresult_hash {}\n",
        pointer.country,
        pointer.run_id,
        pointer.published_at,
        pointer.version,
        buckets_table(&published.rows, published.min_support),
        published.result_hash,
    )
}

/// Returns the result of counting a run again.
#[must_use]
pub fn reproduced_text(reproduced: &Reproduced) -> String {
    let manifest = &reproduced.manifest;
    format!(
        "{} · run {} · {}, unchanged\n{}\nresult_hash {} {}\n",
        reproduced.country,
        manifest.run_id,
        files(&manifest.inputs),
        buckets_table(&reproduced.rows, reproduced.min_support),
        reproduced.result_hash,
        if reproduced.difference.is_none() { "reproduced" } else { "not reproduced" },
    )
}

/// A published run that was counted again.
#[derive(Debug)]
pub struct Reproduced {
    /// The country, as displayed.
    pub country: String,
    /// The manifest of the run.
    pub manifest: Manifest,
    /// The rows, as counted now.
    pub rows: Vec<BucketRow>,
    /// The hash of these rows.
    pub result_hash: String,
    /// Counted events that a bucket needs to have an amount, if the rules set a minimum.
    pub min_support: Option<u64>,
    /// How the table differs from these rows; `None` if it does not.
    pub difference: Option<String>,
}

/// The output of `reproduce --format json`.
#[derive(Debug, Serialize)]
pub struct ReproduceReport<'a> {
    country: &'a str,
    run_id: &'a str,
    rules_hash: &'a str,
    result_hash: &'a str,
    published_result_hash: &'a str,
    reproduced: bool,
    inputs: &'a Inputs,
    buckets: Vec<BucketReport>,
}

impl<'a> From<&'a Reproduced> for ReproduceReport<'a> {
    fn from(reproduced: &'a Reproduced) -> Self {
        let manifest = &reproduced.manifest;
        Self {
            country: &reproduced.country,
            run_id: &manifest.run_id,
            rules_hash: &manifest.rules_hash,
            result_hash: &reproduced.result_hash,
            published_result_hash: &manifest.result_hash,
            reproduced: reproduced.difference.is_none(),
            inputs: &manifest.inputs,
            buckets: reproduced.rows.iter().map(BucketReport::from).collect(),
        }
    }
}
