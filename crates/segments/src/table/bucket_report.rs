//! A bucket as every report shows it.

use super::BucketRow;
use crate::mode::NoAmount;
use crate::value::Amount;
use schemars::JsonSchema;
use serde::Serialize;

/// One bucket.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BucketReport {
    segment: String,
    bucket: String,
    voucher_amount: Option<Amount>,
    /// Why there is no amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<NoAmount>,
    support: u64,
    total: u64,
    share: f64,
    runner_up_amount: Option<Amount>,
    runner_up_support: Option<u64>,
}

impl From<&BucketRow> for BucketReport {
    fn from(row: &BucketRow) -> Self {
        Self {
            segment: row.segment.clone(),
            bucket: row.bucket.clone(),
            voucher_amount: row.mode.voucher_amount,
            reason: row.mode.no_amount(),
            support: row.mode.support,
            total: row.mode.total,
            share: row.mode.share(),
            runner_up_amount: row.mode.runner_up.map(|(amount, _)| amount),
            runner_up_support: row.mode.runner_up.map(|(_, events)| events),
        }
    }
}
