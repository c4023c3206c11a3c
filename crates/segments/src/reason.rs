//! Reasons to leave an event out of a segment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The reasons, in the order in which they are looked for: the first that applies is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says the column and what is wrong with its value")]
pub enum RejectReason {
    MissingCountry,
    BadCountry,
    MissingVoucherAmount,
    BadVoucherAmount,
    MissingTotalOrders,
    BadTotalOrders,
    MissingTimestamp,
    BadTimestamp,
    MissingLastOrderTs,
    BadLastOrderTs,
    EventBeforeLastOrder,
    MissingFirstOrderTs,
    BadFirstOrderTs,
    EventBeforeFirstOrder,
}

impl RejectReason {
    /// Reasons of a segment's measure, in order. Those before them are about the country or the amount.
    pub const OF_MEASURES: [Self; 10] = [
        Self::MissingTotalOrders,
        Self::BadTotalOrders,
        Self::MissingTimestamp,
        Self::BadTimestamp,
        Self::MissingLastOrderTs,
        Self::BadLastOrderTs,
        Self::EventBeforeLastOrder,
        Self::MissingFirstOrderTs,
        Self::BadFirstOrderTs,
        Self::EventBeforeFirstOrder,
    ];

    /// Returns the name that reports and manifests use: `bad_country`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingCountry => "missing_country",
            Self::BadCountry => "bad_country",
            Self::MissingVoucherAmount => "missing_voucher_amount",
            Self::BadVoucherAmount => "bad_voucher_amount",
            Self::MissingTotalOrders => "missing_total_orders",
            Self::BadTotalOrders => "bad_total_orders",
            Self::MissingTimestamp => "missing_timestamp",
            Self::BadTimestamp => "bad_timestamp",
            Self::MissingLastOrderTs => "missing_last_order_ts",
            Self::BadLastOrderTs => "bad_last_order_ts",
            Self::EventBeforeLastOrder => "event_before_last_order",
            Self::MissingFirstOrderTs => "missing_first_order_ts",
            Self::BadFirstOrderTs => "bad_first_order_ts",
            Self::EventBeforeFirstOrder => "event_before_first_order",
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
