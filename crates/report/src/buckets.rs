//! Shows the buckets of a country as a table.

use crate::format::{NOTHING, align, count, table};
use comfy_table::Table;
use segments::mode::{Mode, NoAmount};
use segments::table::BucketRow;

/// Returns the buckets of a country.
pub(crate) fn buckets_table(rows: &[BucketRow], min_support: Option<u64>) -> Table {
    let mut table =
        table(&["segment", "bucket", "amount", "support", "total", "share", "runner-up", "its support"]);
    let mut last = "";
    for row in rows {
        let Mode { voucher_amount, support, total, runner_up } = row.mode;
        let amount = |amount: Option<segments::value::Amount>| {
            amount.map_or(NOTHING.to_owned(), |amount| amount.to_string())
        };
        let amount_or_why = match (row.mode.no_amount(), min_support) {
            (Some(NoAmount::LowSupport), Some(min)) => format!("{NOTHING} (below {})", count(min)),
            _ => amount(voucher_amount),
        };
        let segment = if row.segment == last { "" } else { &row.segment };
        let share =
            if total == 0 { NOTHING.to_owned() } else { format!("{:.1} %", 100.0 * row.mode.share()) };
        table.add_row([
            segment.to_owned(),
            row.bucket.clone(),
            amount_or_why,
            count(support),
            count(total),
            share,
            amount(runner_up.map(|(amount, _)| amount)),
            runner_up.map_or(NOTHING.to_owned(), |(_, events)| count(events)),
        ]);
        last = &row.segment;
    }
    align(&mut table, 2..8);
    table
}
