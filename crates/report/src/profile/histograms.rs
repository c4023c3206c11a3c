//! The histograms of a profile.

use super::bins::{Bins, TimeBins};
use counts::facts::Facts;
use counts::facts::Numbers;
use history::plan::ColumnKind;
use schemars::JsonSchema;
use serde::Serialize;

/// The histograms of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Histograms {
    /// Events by number of orders.
    pub total_orders: Bins,
    /// Events by whole days from the last order to the event; negative where it lies before.
    pub days_since_last_order: Bins,
    /// Events by amount, in ten-thousandths of the currency, of all countries together.
    pub voucher_amount: Bins,
    /// Events by their own day, month or year.
    pub events_over_time: TimeBins,
}

impl Histograms {
    pub(super) fn of(facts: &Facts) -> Self {
        let amounts: Vec<_> = facts
            .amounts
            .sorted()
            .into_iter()
            .map(|(amount, events)| (amount.ten_thousandths(), events))
            .collect();
        Self {
            total_orders: Bins::of(&wide(&facts.orders), read(facts, ColumnKind::TotalOrders), "orders"),
            days_since_last_order: {
                let days = wide(&facts.days_since);
                Bins::of(&days, days.iter().map(|(_, events)| events).sum(), "days")
            },
            voucher_amount: Bins::of(
                &amounts,
                read(facts, ColumnKind::VoucherAmount),
                "ten-thousandths of the currency",
            ),
            events_over_time: TimeBins::of(&facts.event_days.sorted(), read(facts, ColumnKind::Timestamp)),
        }
    }
}

/// Returns the rows of a column that have a value.
fn read(facts: &Facts, kind: ColumnKind) -> u64 {
    let unread = facts.unread(kind);
    facts.rows - unread.null - unread.blank - unread.bad
}

fn wide(numbers: &Numbers) -> Vec<(i64, u64)> {
    numbers.sorted().into_iter().map(|(number, events)| (i64::from(number), events)).collect()
}
