//! The part of a page that is about one country.

use super::charts::{heat_map, margin, ranked};
use super::fates::Fates;
use crate::distribution::Distribution;
use crate::history::Diff;
use crate::page::{HeatMap, NOTHING, Ranked, count, line, share};
use crate::report::history_text::{change_row, changes_sentence};
use segments::mode::{Mode, NoAmount};

/// One country.
pub(super) struct Section {
    /// A name that no other part of the page has.
    pub(super) anchor: String,
    pub(super) country: String,
    /// Events, and what became of them.
    pub(super) said: String,
    pub(super) heat_map: HeatMap,
    pub(super) charts: Vec<Ranked>,
    pub(super) buckets: Vec<[String; 9]>,
    /// What became of the events, where the page does not say it already.
    pub(super) fates: Option<Fates>,
    pub(super) changes: Changes,
}

/// What is said of a bucket; from the third on these are numbers.
pub(crate) const BUCKET_COLUMNS: [&str; 9] =
    ["segment", "bucket", "amount", "support", "total", "share", "runner-up", "its support", "ahead by"];

/// What changes against another run.
pub(super) struct Changes {
    pub(super) heading: &'static str,
    pub(super) said: String,
    pub(super) rows: Vec<[String; 7]>,
}

impl Section {
    pub(super) fn of(
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
    /// Says how a run differs from another.
    pub(super) fn with(heading: &'static str, diff: &Diff) -> Self {
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

    /// Says why there is nothing to compare with.
    pub(super) fn without(heading: &'static str, why: String) -> Self {
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
