//! Thresholds: what makes a run too bad to be published, judged by its counts alone.

use crate::bad_files::SkippedFile;
use schemars::JsonSchema;
use segments::reason::RejectReason;
use segments::rules::{Ratio, Thresholds};
use segments::table::SegmentCounts;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

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
        /// `rejected / selected`, unrounded.
        found: f64,
        /// Its rejected events, with the rows of skipped files where all reasons are meant.
        rejected: u64,
        /// The selected rows, with those of skipped files likewise.
        selected: u64,
        /// Rows of skipped files.
        skipped: u64,
    },
    /// Too few rows are selected.
    MinRows {
        /// What is needed.
        min: u64,
        /// The selected rows.
        found: u64,
    },
}

/// Why a run is not published.
#[derive(Debug, thiserror::Error)]
#[error(
    "nothing is published: {}: see the report, mend the input, or allow it by --max-reject-ratio, --min-rows \
     or [limits] in the rules", list(.0)
)]
pub struct ThresholdError(pub Vec<Exceeded>);

/// Returns how many rows the files have that were left out, which nobody counted. Where not even a
/// footer could be read, as many are taken as files that were read have in so many bytes.
#[must_use]
pub fn skipped_rows(skipped: &[SkippedFile], rows_read: u64, bytes_read: u64) -> u64 {
    let of_bytes = |bytes: u64| {
        let rows = (u128::from(bytes) * u128::from(rows_read)).div_ceil(u128::from(bytes_read).max(1));
        u64::try_from(rows).unwrap_or(u64::MAX).max(1)
    };
    let rows = skipped.iter().map(|file| file.rows.unwrap_or_else(|| of_bytes(file.bytes)));
    rows.fold(0, u64::saturating_add)
}

/// Returns the thresholds that a run is beyond, with `selected` rows and this become of them in each
/// segment. What is exactly at a threshold is not beyond it, and of no rows none are rejected.
///
/// Rows of skipped files are rejected too, whichever country they are of, but for no reason of an
/// event; they are not among the rows that a run must have.
#[must_use]
pub fn exceeded(
    thresholds: &Thresholds,
    selected: u64,
    skipped: u64,
    segments: &BTreeMap<String, SegmentCounts>,
) -> Vec<Exceeded> {
    let max = &thresholds.max_reject_ratio;
    let of_all = max.overall.map(|max| (None, max));
    let of_reasons = max.by_reason.iter().map(|(reason, max)| (Some(*reason), *max));
    let mut exceeded: Vec<_> = of_all
        .into_iter()
        .chain(of_reasons)
        .filter_map(|(reason, max)| too_many_rejects(reason, max, selected, skipped, segments))
        .collect();
    let min_rows = thresholds.min_rows.filter(|min| selected < *min);
    exceeded.extend(min_rows.map(|min| Exceeded::MinRows { min, found: selected }));
    exceeded
}

fn too_many_rejects(
    reason: Option<RejectReason>,
    max: Ratio,
    selected: u64,
    skipped: u64,
    segments: &BTreeMap<String, SegmentCounts>,
) -> Option<Exceeded> {
    let skipped = if reason.is_none() { skipped } else { 0 };
    let selected = selected.saturating_add(skipped);
    let rejected_in = |counts: &SegmentCounts| match reason {
        None => counts.rejected.values().sum::<u64>().saturating_add(skipped),
        Some(reason) => counts.rejected.get(&reason).copied().unwrap_or_default(),
    };
    // All segments have the same rows. The last of equals is taken, so the first stands last.
    let (segment, rejected) = segments
        .iter()
        .rev()
        .map(|(name, counts)| (name, rejected_in(counts)))
        .max_by_key(|(_, rejected): &(_, u64)| *rejected)?;
    max.is_exceeded_by(rejected, selected).then(|| Exceeded::MaxRejectRatio {
        reason,
        segment: segment.clone(),
        max,
        found: share(rejected, selected),
        rejected,
        selected,
        skipped,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share that is shown needs no more than a double's 53 bits")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

impl fmt::Display for Exceeded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxRejectRatio { reason, segment, max, rejected, selected, skipped, .. } => {
                let (of_reason, limit) = match reason {
                    None => (String::new(), String::new()),
                    Some(reason) => (format!(" as {reason}"), format!("{reason}=")),
                };
                // Rounded up, so that it does not look like what is allowed.
                let millionths = (u128::from(*rejected) * 1_000_000).div_ceil(u128::from(*selected).max(1));
                let of_skipped =
                    if *skipped > 0 { format!(" with {skipped} in skipped files") } else { String::new() };
                write!(
                    formatter,
                    "{segment} rejects {rejected} of {selected} rows{of_reason}{of_skipped}, {}.{:06} of them, \
                     and max_reject_ratio is {limit}{max}",
                    millionths / 1_000_000,
                    millionths % 1_000_000,
                )
            }
            Self::MinRows { min, found } => {
                write!(formatter, "{found} rows are selected, and min_rows is {min}")
            }
        }
    }
}

fn list(exceeded: &[Exceeded]) -> String {
    exceeded.iter().map(Exceeded::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
