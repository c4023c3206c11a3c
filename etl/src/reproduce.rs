//! Proves a published answer: counts a run again from the objects it read, with its rules, and
//! compares the result with the table.
//!
//! Reads only; nothing is published.

mod inputs;

use crate::error::InputError;
use crate::progress::ProgressBar;
use anyhow::{Result, ensure};
use counts::{count, evaluate};
use history::Bounds;
use inputs::FoundAgain;
use publication::{Table, lookup, published};
use report::published::Reproduced;
use segments::mode::{Mode, NoAmount};
use segments::rules::Rules;
use segments::selection::Selection;
use segments::table::{BucketRow, Manifest, Pointer};
use segments::value::CountryKey;
use std::sync::Arc;
use storage::{Aws, Location, Resolved, S3, Store, listed};

/// Which answer to prove, and how.
#[derive(Debug, Clone)]
pub struct ReproduceOptions {
    /// The country.
    pub country: CountryKey,
    /// The run; `None` means the current one.
    pub run_id: Option<String>,
    /// The table it is published in.
    pub table: String,
    /// The locations of its input; if empty, those in its manifest.
    pub locations: Vec<Location>,
    /// Whether we, not the bucket's owner, pay for listings and reads of S3.
    pub request_payer: bool,
    /// Number of threads that compute.
    pub threads: usize,
    /// The bounds of the pipeline.
    pub bounds: Bounds,
}

/// A run as stored in the table.
struct StoredRun {
    pointer: Pointer,
    manifest: Manifest,
    rules: Rules,
    rows: Vec<BucketRow>,
}

/// Counts a published run again.
///
/// # Errors
///
/// If there is no such run, its rules are no longer known, or its input has changed. A different
/// result is not an error but a [`Reproduced::difference`].
pub async fn reproduce(options: &ReproduceOptions) -> Result<Reproduced> {
    let aws = Aws::from_env().await?;
    let s3 = S3::new(&aws);
    let store = Store::new(Some(if options.request_payer { s3.at_requesters_expense() } else { s3 }));

    // Pointer, manifest and items: what was published.
    let table = Table::new(&aws, &options.table);
    let country = &lookup::published_key(&table, &options.country).await?;
    let published = StoredRun::read(&table, country, options.run_id.as_deref()).await?;
    let StoredRun { pointer, manifest, rules, rows: published_rows } = published;

    // Listings: every object of the run, including those of other countries, in the version that it
    // read.
    let selection = Selection::from_iter([country.clone()]);
    let read = (&rules, &selection);
    let objects = match inputs::find(&store, &manifest.inputs, &options.locations, read).await? {
        FoundAgain::Unchanged(objects) => objects,
        FoundAgain::Changed(problem) => return Err(irreproducible(&manifest.run_id, country, problem).into()),
    };

    // Bytes and cores, as in a run, for this country only.
    let input = Resolved::of(objects, &rules, &selection)?;
    let rules = Arc::new(rules);
    let total = count(
        &store,
        &rules,
        &selection,
        &input.objects,
        options.threads,
        options.bounds,
        ProgressBar::shared(),
    )
    .await?;
    let counted = evaluate(&total, &rules, &selection, &input.pruned_countries)?;

    let rows = counted.countries.into_iter().flat_map(|country| country.rows).collect::<Vec<_>>();
    let result_hash = counted.result_hash;
    let difference = difference(&manifest, &published_rows, &result_hash, &rows);
    let min_support = rules.min_support();
    Ok(Reproduced { country: pointer.country, manifest, rows, result_hash, min_support, difference })
}

impl StoredRun {
    async fn read(table: &Table, country: &CountryKey, run_id: Option<&str>) -> Result<Self> {
        let pointer = lookup::pointer(table, country).await?;
        ensure!(
            segments::sha256_hex(pointer.rules.as_bytes()) == pointer.rules_hash,
            "the rules in the pointer of {country} do not match their hash: the table is damaged"
        );
        let run_id = run_id.unwrap_or(&pointer.run_id);
        let Some(manifest) = table.manifest(country, run_id).await? else {
            let runs = table.runs(country).await?;
            let runs: Vec<_> = runs.iter().map(String::as_str).collect();
            let problem = format!("table {} has no such run, it has {}", table.name, listed(&runs));
            return Err(irreproducible(run_id, country, problem).into());
        };
        let (_, rules) = published::rules(&manifest, Some(&pointer))
            .map_err(|problem| irreproducible(run_id, country, format!("it {problem}")))?;
        let rows = lookup::rows(table, country, run_id, &rules).await?;
        Ok(Self { pointer, manifest, rules, rows })
    }
}

fn irreproducible(run_id: &str, country: &CountryKey, problem: String) -> InputError {
    InputError::Irreproducible { run_id: run_id.to_owned(), country: country.to_string(), problem }
}

/// Describes how the published rows and their hash differ from the counted ones, in one line.
fn difference(
    manifest: &Manifest,
    published: &[BucketRow],
    result_hash: &str,
    counted: &[BucketRow],
) -> Option<String> {
    let mut differences = Vec::new();
    if manifest.result_hash != result_hash {
        differences.push(format!(
            "its manifest has result_hash {}, its input gives {result_hash}",
            manifest.result_hash
        ));
    }
    // Both have the rows of the same rules, in the order of the rules.
    if let Some((there, here)) = published.iter().zip(counted).find(|(there, here)| there != here) {
        let (there_shown, here_shown) = (shown(&there.mode), shown(&here.mode));
        differences.push(format!(
            "{}#{} is published as {there_shown}, its input gives {here_shown}",
            here.segment, here.bucket
        ));
    }
    (!differences.is_empty()).then(|| differences.join("; "))
}

fn shown(mode: &Mode) -> String {
    let place = |place: Option<(_, u64)>| {
        place.map_or("nothing".to_owned(), |(amount, events)| format!("{amount} ({events})"))
    };
    let first = match mode.no_amount() {
        Some(NoAmount::LowSupport) => format!("an amount withheld ({})", mode.support),
        _ => place(mode.voucher_amount.map(|amount| (amount, mode.support))),
    };
    format!("{first} of {} before {}", mode.total, place(mode.runner_up))
}
