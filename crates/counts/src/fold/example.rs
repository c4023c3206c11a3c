//! Turns rows of a batch into examples of an oddity.

use super::days::{DayColumn, DayNumber};
use super::observer::RowBatch;
use crate::facts::{Example, Odd};
use segments::value::{Day, Field, Orders};

/// Where the current batch begins.
#[derive(Debug, Default)]
pub(super) struct Position {
    pub(super) file: String,
    pub(super) row_group: u64,
    pub(super) row: u64,
    pub(super) next_row: u64,
}

/// Adds the first odd events of a batch to the examples.
pub(super) fn show(odd: &mut Odd, place: &Position, batch: RowBatch<'_>, is_odd: impl Fn(usize) -> bool) {
    let RowBatch { countries, rows, known, .. } = batch;
    for row in (0..countries.len()).filter(|row| is_odd(*row)) {
        let at = place.row + row as u64;
        if !odd.wants(&place.file, place.row_group, at) {
            return;
        }
        let day = |of: DayColumn, number: DayNumber| of.day(number).value().map(day_text);
        let of = &rows.measured;
        odd.show(Example {
            file: place.file.clone(),
            row_group: place.row_group,
            row: at,
            country_code: match &known.countries[countries[row] as usize] {
                Field::Value(country) => Some(country.spelling.clone()),
                Field::Missing | Field::Bad => None,
            },
            timestamp: day(DayColumn::Event, of.timestamps[row]),
            last_order_ts: day(DayColumn::Order, of.last_orders[row]),
            first_order_ts: day(DayColumn::Order, of.first_orders[row]),
            total_orders: known.orders[of.orders[row] as usize].value().map(Orders::get),
            voucher_amount: known.amounts[rows.amounts[row] as usize]
                .value()
                .map(|amount| amount.to_string()),
        });
    }
}

fn day_text(day: Day) -> String {
    day.to_string()
}
