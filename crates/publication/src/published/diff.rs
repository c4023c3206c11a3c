//! `diff`: how one run of a country differs from another, bucket by bucket.

use super::stored::Stored;
use crate::error::PublicationError;
use crate::lookup;
use crate::table::Table;
use anyhow::Result;
use schemars::JsonSchema;
use segments::table::{BucketRow, Manifest};
use segments::value::{Amount, CountryKey};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The form of `diff --format json`.
#[derive(Debug, Serialize)]
pub struct DiffReport {
    /// The country as shown.
    pub country: String,
    /// How the runs differ.
    #[serde(flatten)]
    pub diff: Diff,
}

/// How one run differs from another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Diff {
    /// The earlier one of the comparison.
    pub before: RunBrief,
    /// The later one.
    pub after: RunBrief,
    /// Events of buckets whose amount changes.
    pub weight: u64,
    /// Buckets in which nothing changes.
    pub unchanged: u64,
    /// The others, by weight, heaviest first.
    pub buckets: Vec<BucketChange>,
}

/// A run that is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RunBrief {
    /// The run.
    pub run_id: String,
    /// The hash of its rules.
    pub rules_hash: String,
    /// The hash of its rows.
    pub result_hash: String,
}

/// A bucket that changes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BucketChange {
    /// The segment.
    pub segment: String,
    /// The bucket.
    pub bucket: String,
    /// What changes.
    pub change: ChangeKind,
    /// Events that it concerns: where the amount changes, or the bucket itself comes or goes, those
    /// of the bucket, before or after, whichever are more; else none.
    pub weight: u64,
    /// How it was; null where the rules had no such bucket.
    pub before: Option<BucketSide>,
    /// How it is; null where the rules have no such bucket any more.
    pub after: Option<BucketSide>,
}

/// What changes of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Other customers' vouchers: the amount.
    Amount,
    /// The events behind it alone.
    Counts,
    /// The rules have a new bucket.
    Appeared,
    /// The rules have it no more.
    Gone,
}

/// A bucket in one of the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BucketSide {
    /// The mode.
    pub voucher_amount: Option<Amount>,
    /// Events that chose it.
    pub support: u64,
    /// Events of the bucket.
    pub total: u64,
    /// The next amount.
    pub runner_up_amount: Option<Amount>,
    /// Events that chose that.
    pub runner_up_support: Option<u64>,
}

/// Compares two runs of `country`: `before`, by default the previous one, and `after`, by default
/// the current one.
///
/// # Errors
///
/// If nothing is published, or a run does not exist or is not whole.
pub async fn diff(
    table: &Table,
    country: &CountryKey,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<DiffReport> {
    let pointer = lookup::pointer(table, country).await?;
    let Some(before) = before.or(pointer.previous_run_id.as_deref()) else {
        return Err(
            PublicationError::NoPreviousRun { run_id: pointer.run_id, country: country.to_string() }.into()
        );
    };
    let read = async |run_id| -> Result<_> {
        let (manifest, _, rows) = Stored::read(table, country, run_id, &pointer).await?.whole(country)?;
        Ok((RunBrief::from(manifest), rows))
    };
    let before = read(before).await?;
    let (after, rows) = read(after.unwrap_or(&pointer.run_id)).await?;
    Ok(DiffReport { diff: Diff::of(before, (after, &rows)), country: pointer.country })
}

impl Diff {
    /// Compares the rows of two runs.
    #[must_use]
    pub fn of(before: (RunBrief, Vec<BucketRow>), after: (RunBrief, &[BucketRow])) -> Self {
        let key = |row: &BucketRow| (row.segment.clone(), row.bucket.clone());
        let (before, rows) = before;
        let order: Vec<_> = rows.iter().map(key).collect();
        let mut old: BTreeMap<_, _> = rows.iter().map(|row| (key(row), row)).collect();
        let mut buckets: Vec<_> =
            after.1.iter().map(|row| BucketChange::of(old.remove(&key(row)), Some(row))).collect();
        let gone = order.iter().filter_map(|key| old.remove(key));
        buckets.extend(gone.map(|row| BucketChange::of(Some(row), None)));
        let all = buckets.len();
        // Equal ones keep the order of the table.
        buckets.retain(|bucket| bucket.before != bucket.after);
        buckets.sort_by_key(|bucket| Reverse((bucket.weight, bucket.moved())));
        Self {
            before,
            after: after.0,
            weight: buckets.iter().map(|bucket| bucket.weight).sum(),
            unchanged: (all - buckets.len()) as u64,
            buckets,
        }
    }
}

impl BucketChange {
    /// Compares one bucket; at least one side exists.
    fn of(before: Option<&BucketRow>, after: Option<&BucketRow>) -> Self {
        let row = after.or(before).expect("a bucket is in one of the runs");
        let [before, after] = [before, after].map(|row| row.map(BucketSide::from));
        let change = match (before, after) {
            (Some(before), Some(after)) if before.voucher_amount == after.voucher_amount => {
                ChangeKind::Counts
            }
            (None, Some(_)) => ChangeKind::Appeared,
            (Some(_), None) => ChangeKind::Gone,
            _ => ChangeKind::Amount,
        };
        let weight = match change {
            ChangeKind::Counts => 0,
            _ => total(before).max(total(after)),
        };
        Self { segment: row.segment.clone(), bucket: row.bucket.clone(), change, weight, before, after }
    }

    /// Returns by how many events the bucket grew or shrank.
    fn moved(&self) -> u64 {
        total(self.before).abs_diff(total(self.after))
    }
}

fn total(side: Option<BucketSide>) -> u64 {
    side.map_or(0, |side| side.total)
}

impl From<&BucketRow> for BucketSide {
    fn from(row: &BucketRow) -> Self {
        let mode = &row.mode;
        Self {
            voucher_amount: mode.voucher_amount,
            support: mode.support,
            total: mode.total,
            runner_up_amount: mode.runner_up.map(|(amount, _)| amount),
            runner_up_support: mode.runner_up.map(|(_, events)| events),
        }
    }
}

impl From<Manifest> for RunBrief {
    fn from(manifest: Manifest) -> Self {
        Self { run_id: manifest.run_id, rules_hash: manifest.rules_hash, result_hash: manifest.result_hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::mode::Mode;

    fn rows(rows: &[(&str, &[(&str, u64)])]) -> Vec<BucketRow> {
        let amount = |text: &str| Amount::read(text).value().expect("an amount");
        let row = |(bucket, counts): &(&str, &[(&str, u64)])| BucketRow {
            segment: "s".to_owned(),
            bucket: (*bucket).to_owned(),
            mode: Mode::of(counts.iter().map(|(text, events)| (amount(text), *events))),
        };
        rows.iter().map(row).collect()
    }

    fn compare(before: Vec<BucketRow>, after: &[BucketRow]) -> Diff {
        let brief = |run_id: &str| RunBrief {
            run_id: run_id.to_owned(),
            rules_hash: String::new(),
            result_hash: String::new(),
        };
        Diff::of((brief("1"), before), (brief("2"), after))
    }

    #[test]
    fn heaviest_first() {
        let before = rows(&[
            ("same", &[("5", 7)]),
            ("counts", &[("5", 7)]),
            ("more counts", &[("5", 7)]),
            ("runner-up", &[("5", 7), ("6", 3)]),
            ("light", &[("5", 9)]),
            ("gone", &[("5", 4)]),
            ("gone empty", &[]),
            ("heavy", &[("5", 1)]),
            ("emptied", &[("5", 30)]),
        ]);
        let after = rows(&[
            ("same", &[("5", 7)]),
            ("counts", &[("5", 8)]),
            ("more counts", &[("5", 2)]),
            ("runner-up", &[("5", 7), ("4", 3)]),
            ("light", &[("6", 3)]),
            ("heavy", &[("6", 8), ("5", 4)]),
            ("emptied", &[]),
            ("filled", &[("5", 5)]),
        ]);
        let diff = compare(before, &after);
        let found: Vec<_> = diff
            .buckets
            .iter()
            .map(|bucket| (bucket.bucket.as_str(), bucket.change, bucket.weight))
            .collect();
        assert_eq!(
            found,
            [
                ("emptied", ChangeKind::Amount, 30),
                ("heavy", ChangeKind::Amount, 12),
                ("light", ChangeKind::Amount, 9),
                ("filled", ChangeKind::Appeared, 5),
                ("gone", ChangeKind::Gone, 4),
                ("more counts", ChangeKind::Counts, 0),
                ("counts", ChangeKind::Counts, 0),
                ("runner-up", ChangeKind::Counts, 0),
                ("gone empty", ChangeKind::Gone, 0),
            ]
        );
        assert_eq!((diff.weight, diff.unchanged), (60, 1));
    }

    #[test]
    fn a_run_does_not_differ_from_itself() {
        let table = rows(&[("a", &[("5", 7), ("6", 7)]), ("b", &[])]);
        let diff = compare(table.clone(), &table);
        assert_eq!((diff.weight, diff.unchanged, diff.buckets.len()), (0, 2, 0));
    }
}
