//! The columns of a window other than the country, batch by batch.

use super::codes::Code;
use super::column::ColumnFold;
use super::days::{DayColumn, DayNumber};
use super::observer::Observer;
use super::reader::ValueReader;
use super::rows::Rows;
use super::value::Value;
use anyhow::Result;
use history::plan::ColumnKind;
use history::stream::Window;

/// The columns other than the country, if the rules need them.
pub(super) struct OtherColumns<'w> {
    amounts: Option<ColumnFold<'w, Code>>,
    orders: Option<ColumnFold<'w, Code>>,
    timestamps: Option<ColumnFold<'w, DayNumber>>,
    last_orders: Option<ColumnFold<'w, DayNumber>>,
    first_orders: Option<ColumnFold<'w, DayNumber>>,
}

/// The countries of a batch's rows, and which of them are selected.
#[derive(Clone, Copy)]
pub(super) struct BatchCountries<'a> {
    pub(super) codes: &'a [Code],
    /// By code.
    pub(super) selected: &'a [bool],
    pub(super) are_all_selected: bool,
}

impl<'w> OtherColumns<'w> {
    /// Starts to read the columns.
    ///
    /// # Errors
    ///
    /// If the pages of a column cannot be decoded.
    pub(super) fn new<O: Observer>(window: &'w Window, reader: &mut ValueReader<O>) -> Result<Self> {
        let amounts = begin(window, ColumnKind::VoucherAmount, |value| reader.amount(value))?;
        let orders = begin(window, ColumnKind::TotalOrders, |value| reader.orders(value))?;
        let mut days = |kind| begin(window, kind, |value| reader.day(kind, value));
        let timestamps = days(ColumnKind::Timestamp)?;
        let last_orders = days(ColumnKind::LastOrderTs)?;
        let first_orders = days(ColumnKind::FirstOrderTs)?;
        Ok(Self { amounts, orders, timestamps, last_orders, first_orders })
    }

    /// Reads the next batch of rows, which have these countries.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded.
    pub(super) fn next_batch<O: Observer>(
        &mut self,
        countries: BatchCountries<'_>,
        reader: &mut ValueReader<O>,
        rows: &mut Rows,
    ) -> Result<()> {
        let measured = &mut rows.measured;
        next(&mut self.amounts, &mut rows.amounts, |value| reader.amount(value))?;
        next(&mut self.orders, &mut measured.orders, |value| reader.orders(value))?;
        self.next_timestamps(countries, reader, &mut measured.timestamps)?;
        for (column, days, kind) in [
            (&mut self.last_orders, &mut measured.last_orders, ColumnKind::LastOrderTs),
            (&mut self.first_orders, &mut measured.first_orders, ColumnKind::FirstOrderTs),
        ] {
            next(column, days, |value| reader.day(kind, value))?;
        }
        Ok(())
    }

    /// Timestamps are nearly all different: those of unselected countries are not read.
    fn next_timestamps<O: Observer>(
        &mut self,
        countries: BatchCountries<'_>,
        reader: &mut ValueReader<O>,
        rows: &mut Vec<DayNumber>,
    ) -> Result<()> {
        let has_entries = self.timestamps.as_ref().is_some_and(ColumnFold::has_entries);
        if O::SEES_ALL || countries.are_all_selected || has_entries {
            return next(&mut self.timestamps, rows, |value| reader.day(ColumnKind::Timestamp, value));
        }
        let mut codes = countries.codes.iter();
        let days = &mut reader.days;
        next(&mut self.timestamps, rows, |value| match (value, codes.next()) {
            // This value is never used: an unselected country is not counted.
            (Value::Utf8(_) | Value::Text(_), Some(code)) if !countries.selected[*code as usize] => {
                DayNumber::default()
            }
            _ => days.read_value(DayColumn::Event, value),
        })
    }
}

/// Starts to read a column; `None` if the rules do not need it.
fn begin<T: Copy>(
    window: &Window,
    kind: ColumnKind,
    mut read: impl FnMut(Value<'_>) -> T,
) -> Result<Option<ColumnFold<'_, T>>> {
    let is_planned = window.file.columns.iter().any(|column| column.kind == kind);
    is_planned.then(|| ColumnFold::new(window, kind, &mut read)).transpose()
}

fn next<T: Copy>(
    column: &mut Option<ColumnFold<'_, T>>,
    rows: &mut Vec<T>,
    read: impl FnMut(Value<'_>) -> T,
) -> Result<()> {
    rows.clear();
    column.as_mut().map_or(Ok(()), |column| column.next_batch(rows, read))
}
