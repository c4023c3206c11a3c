//! Thresholds: judges by counts alone whether a run is too bad to be published.

use crate::bad_files::SkippedFile;
use schemars::JsonSchema;
use segments::reason::RejectReason;
use segments::rules::{OnCopies, Ratio, Thresholds};
use segments::table::SegmentCounts;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use storage::{Copies, Exit, shown};

/// A threshold that a run is beyond, and by how much.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "limit", rename_all = "snake_case")]
#[schemars(deny_unknown_fields)]
pub enum Exceeded {
    /// Too many events are rejected.
    MaxRejectRatio {
        /// For this reason, or for all together.
        reason: Option<RejectReason>,
        /// The segment that rejects the most; of several the first by name.
        segment: String,
        /// What is allowed.
        max: Ratio,
        /// Whether nobody set it: then only rows count that are bad or missing; neither those that name
        /// no country, which are in no table anyway, nor skipped ones.
        is_default: bool,
        /// `rejected / selected`, unrounded.
        found: f64,
        /// Its rejected events, with the rows of skipped files where all reasons are meant.
        rejected: u64,
        /// The selected rows, with those of skipped files likewise; without those of no country where
        /// nobody set it.
        selected: u64,
        /// Rows of skipped files.
        skipped: u64,
        /// The rejected events by reason, without rows of skipped files.
        reasons: BTreeMap<RejectReason, u64>,
    },
    /// Too few rows are selected.
    MinRows {
        /// What is needed.
        min: u64,
        /// The selected rows.
        found: u64,
    },
    /// Files have the content of others.
    Copies {
        /// How many.
        found: u64,
        /// The first of them.
        url: String,
        /// What it is a copy of.
        copy_of: String,
    },
}

/// The totals of a run that are checked against its thresholds.
#[derive(Debug, Clone, Copy)]
pub struct RunTotals<'a> {
    /// The selected rows.
    pub selected: u64,
    /// Rows of skipped files, see [`skipped_rows`].
    pub skipped: u64,
    /// The outcomes of the selected rows.
    pub segments: &'a BTreeMap<String, SegmentCounts>,
    /// Files with the content of others.
    pub copies: &'a Copies,
}

/// The share that a run may reject by default.
const MAX_REJECT_RATIO_DEFAULT: Ratio = Ratio::HALF;

/// Why a run is not published.
#[derive(Debug, thiserror::Error)]
#[error(
    "nothing is published: {}: see the report, mend the input, or allow it by --max-reject-ratio, --min-rows \
     or [limits] in the rules{}", list(.0), hint(.0)
)]
pub struct ThresholdError(pub Vec<Exceeded>);

impl ThresholdError {
    /// The exit code of a run that a threshold stops.
    pub const EXIT: Exit = Exit::Threshold;
}

/// Returns the number of rows in the files that were left out, which are not counted. If not even
/// the footer of a file could be read, its rows are estimated from its size and the rows per byte
/// of the files that were read.
#[must_use]
pub fn skipped_rows(skipped: &[SkippedFile], rows_read: u64, bytes_read: u64) -> u64 {
    let of_bytes = |bytes: u64| {
        let rows = (u128::from(bytes) * u128::from(rows_read)).div_ceil(u128::from(bytes_read).max(1));
        u64::try_from(rows).unwrap_or(u64::MAX).max(1)
    };
    let rows = skipped.iter().map(|file| file.rows.unwrap_or_else(|| of_bytes(file.bytes)));
    rows.fold(0, u64::saturating_add)
}

/// Returns the thresholds that a run exceeds. A value equal to its threshold does not exceed it.
/// Without rows, none are rejected.
///
/// Rows of skipped files are rejected too, regardless of country, but without a reason; they are
/// not among the rows that a run must have. Without a limit for all rejects together, bad and
/// missing values may reject half of the rows that name a country.
#[must_use]
pub fn exceeded(thresholds: &Thresholds, found: RunTotals<'_>) -> Vec<Exceeded> {
    let max = &thresholds.max_reject_ratio;
    let overall = max.overall.map_or(Reasons::BadOrMissing, |_| Reasons::All);
    let of_all = (overall, max.overall.unwrap_or(MAX_REJECT_RATIO_DEFAULT));
    let of_reasons = max.by_reason.iter().map(|(reason, max)| (Reasons::Only(*reason), *max));
    let mut exceeded: Vec<_> = std::iter::once(of_all)
        .chain(of_reasons)
        .filter_map(|(counted, max)| too_many_rejects(counted, max, found))
        .collect();
    let selected = found.selected;
    let min_rows = thresholds.min_rows.filter(|min| selected < *min);
    exceeded.extend(min_rows.map(|min| Exceeded::MinRows { min, found: selected }));
    let fails = thresholds.copies == Some(OnCopies::Fail);
    exceeded.extend(found.copies.list.first().filter(|_| fails).map(|copy| Exceeded::Copies {
        found: found.copies.number,
        url: copy.url.clone(),
        copy_of: copy.copy_of.clone(),
    }));
    exceeded
}

/// Which rejected events count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reasons {
    All,
    BadOrMissing,
    Only(RejectReason),
}

impl Reasons {
    fn has(self, reason: RejectReason) -> bool {
        match self {
            Self::All => true,
            Self::BadOrMissing => {
                use RejectReason::{EventBeforeFirstOrder, EventBeforeLastOrder, MissingCountry};
                !matches!(reason, MissingCountry | EventBeforeLastOrder | EventBeforeFirstOrder)
            }
            Self::Only(only) => reason == only,
        }
    }
}

fn too_many_rejects(counted: Reasons, max: Ratio, found: RunTotals<'_>) -> Option<Exceeded> {
    let skipped = if counted == Reasons::All { found.skipped } else { 0 };
    let rejected_in = |counts: &SegmentCounts| {
        let events = counts.rejected.iter().filter(|(reason, _)| counted.has(**reason));
        events.map(|(_, events)| events).sum::<u64>().saturating_add(skipped)
    };
    // All segments have the same rows. `max_by_key` takes the last of equals, so the order is reversed.
    let (segment, counts) = found.segments.iter().rev().max_by_key(|(_, counts)| rejected_in(counts))?;
    let rejected = rejected_in(counts);
    let of_no_country = match counted {
        Reasons::BadOrMissing => {
            counts.rejected.get(&RejectReason::MissingCountry).copied().unwrap_or_default()
        }
        Reasons::All | Reasons::Only(_) => 0,
    };
    let selected = found.selected.saturating_add(skipped).saturating_sub(of_no_country);
    let reasons = counts.rejected.iter().filter(|(reason, _)| counted.has(**reason));
    max.is_exceeded_by(rejected, selected).then(|| Exceeded::MaxRejectRatio {
        reason: if let Reasons::Only(reason) = counted { Some(reason) } else { None },
        segment: segment.clone(),
        max,
        is_default: counted == Reasons::BadOrMissing,
        found: share(rejected, selected),
        rejected,
        selected,
        skipped,
        reasons: reasons.map(|(reason, events)| (*reason, *events)).collect(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share that is shown needs no more than a double's 53 bits")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

impl fmt::Display for Exceeded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxRejectRatio {
                reason,
                segment,
                max,
                is_default,
                rejected,
                selected,
                skipped,
                reasons,
                ..
            } => {
                let of_which = match reason {
                    _ if *is_default => format!(" as bad or missing ({})", numbers(reasons)),
                    Some(reason) => format!(" as {reason}"),
                    None if *skipped > 0 => format!(" with {skipped} in skipped files"),
                    None => String::new(),
                };
                let allowed = match reason {
                    _ if *is_default => "more than half, and max_reject_ratio is not set".to_owned(),
                    Some(reason) => format!("and max_reject_ratio is {reason}={max}"),
                    None => format!("and max_reject_ratio is {max}"),
                };
                let of_country = if *is_default { " of a country" } else { "" };
                // Rounded up, so that it does not look allowed.
                let millionths = (u128::from(*rejected) * 1_000_000).div_ceil(u128::from(*selected).max(1));
                write!(
                    formatter,
                    "{segment} rejects {rejected} of {selected} rows{of_country}{of_which}, {}.{:06} of them, {allowed}",
                    millionths / 1_000_000,
                    millionths % 1_000_000,
                )
            }
            Self::Copies { found, url, copy_of } => {
                let (url, copy_of) = (shown(url), shown(copy_of));
                write!(formatter, "{found} files have the content of others, first {url} that of {copy_of}")
            }
            Self::MinRows { min, found } => {
                write!(formatter, "{found} rows are selected, and min_rows is {min}")
            }
        }
    }
}

fn numbers(reasons: &BTreeMap<RejectReason, u64>) -> String {
    reasons.iter().map(|(reason, events)| format!("{events} {reason}")).collect::<Vec<_>>().join(", ")
}

/// Returns advice for runs without a limit.
fn hint(exceeded: &[Exceeded]) -> &'static str {
    let is_default = |one: &Exceeded| matches!(one, Exceeded::MaxRejectRatio { is_default: true, .. });
    if exceeded.iter().any(is_default) {
        "; `voucher-etl profile` shows what stands in those columns, and --max-reject-ratio 1 allows everything"
    } else {
        ""
    }
}

fn list(exceeded: &[Exceeded]) -> String {
    exceeded.iter().map(Exceeded::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
