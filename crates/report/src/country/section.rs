//! The section of a page about one country.

use super::charts::{heat_map, margin, ranked};
use super::fates::Fates;
use crate::changes::{change_row, changes_sentence};
use crate::distribution::Distribution;
use crate::format::{NOTHING, count, line, share};
use crate::html::{HeatMap, Ranked};
use publication::published::Diff;
use segments::mode::{Mode, NoAmount};

/// One country.
pub(crate) struct Section {
    /// A name that is unique within the page.
    pub(crate) anchor: String,
    pub(crate) country: String,
    /// A sentence about its events and their outcomes.
    pub(crate) said: String,
    pub(crate) heat_map: HeatMap,
    pub(crate) charts: Vec<Ranked>,
    pub(crate) buckets: Vec<[String; 9]>,
    /// The outcomes of the events, unless the page already shows them.
    pub(crate) fates: Option<Fates>,
    pub(crate) changes: Changes,
}

/// The columns of a bucket; from the third on they are numbers.
pub(crate) const BUCKET_COLUMNS: [&str; 9] =
    ["segment", "bucket", "amount", "support", "total", "share", "runner-up", "its support", "ahead by"];

/// The changes against another run.
pub(crate) struct Changes {
    pub(crate) heading: &'static str,
    pub(crate) said: String,
    pub(crate) rows: Vec<[String; 7]>,
}

impl Section {
    pub(crate) fn of(
        place: usize,
        (country, said): (&str, String),
        distributions: &[Distribution],
        min_support: Option<u64>,
        (fates, changes): (Option<Fates>, Changes),
    ) -> Self {
        let charts = distributions.iter().enumerate();
        Self {
            anchor: format!("country-{place}"),
            country: line(country),
            said,
            heat_map: heat_map(format!("heat-{place}"), country, distributions),
            charts: charts
                .map(|(at, bucket)| ranked(format!("bucket-{place}-{at}"), bucket, min_support))
                .collect(),
            buckets: distributions.iter().map(|bucket| bucket_row(bucket, min_support)).collect(),
            fates,
            changes,
        }
    }
}

impl Changes {
    /// Returns the differences between two runs.
    pub(crate) fn with(heading: &'static str, diff: &Diff) -> Self {
        let rules = if diff.before.rules_hash == diff.after.rules_hash { "" } else { ", by other rules" };
        Self {
            heading,
            said: format!(
                "From run {} to run {}{rules}: {}. The weight of a change is the events of the bucket, before or after, whichever are more; where the amount stays there is none.",
                line(&diff.before.run_id),
                line(&diff.after.run_id),
                changes_sentence(diff),
            ),
            rows: diff.buckets.iter().map(|bucket| change_row(bucket).map(|cell| line(&cell))).collect(),
        }
    }

    /// Returns the reason why there is nothing to compare with.
    pub(crate) fn without(heading: &'static str, why: String) -> Self {
        Self { heading, said: why, rows: Vec::new() }
    }
}

fn bucket_row(bucket: &Distribution, min_support: Option<u64>) -> [String; 9] {
    let Mode { voucher_amount, support, total, runner_up } = bucket.mode;
    let amount = match (bucket.mode.no_amount(), min_support) {
        (Some(NoAmount::LowSupport), Some(min)) => format!("{NOTHING} (below {})", count(min)),
        _ => voucher_amount.map_or(NOTHING.to_owned(), |amount| amount.to_string()),
    };
    [
        bucket.segment.clone(),
        bucket.bucket.clone(),
        amount,
        count(support),
        count(total),
        share(support, total),
        runner_up.map_or(NOTHING.to_owned(), |(amount, _)| amount.to_string()),
        runner_up.map_or(NOTHING.to_owned(), |(_, events)| count(events)),
        margin(&bucket.mode),
    ]
}
