//! The rows at hand, as codes and numbers, column by column.

use super::codes::Code;
use super::split::Measured;
use history::plan::ColumnKind;

/// The countries of a window's rows, and the other columns of the batch at hand.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) countries: Vec<Code>,
    pub(super) amounts: Vec<Code>,
    pub(super) measured: Measured,
    pub(super) outcomes: Vec<u16>,
}

impl Rows {
    /// Returns the values of a column.
    pub(super) fn of(&mut self, kind: ColumnKind) -> &mut Vec<u32> {
        match kind {
            ColumnKind::CountryCode => &mut self.countries,
            ColumnKind::VoucherAmount => &mut self.amounts,
            ColumnKind::TotalOrders => &mut self.measured.orders,
            ColumnKind::Timestamp => &mut self.measured.timestamps,
            ColumnKind::LastOrderTs => &mut self.measured.last_orders,
            ColumnKind::FirstOrderTs => &mut self.measured.first_orders,
        }
    }
}
