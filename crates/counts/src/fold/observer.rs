//! Observers see rows while they are counted: none, one that collects rejects, or one that gathers
//! the facts of a profile.

use super::codes::{Code, Codes};
use super::days::{DayColumn, DayNumber, Days};
use super::outcomes::Outcomes;
use super::rows::Rows;
use super::value::Value;
use anyhow::Result;
use history::plan::ColumnKind;
use history::stream::Window;
use segments::rules::Rules;
use segments::value::{Amount, Country, Field, Orders};
use std::hash::Hash;

/// The values behind the codes.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) countries: &'a [Field<Country>],
    pub(super) amounts: &'a [Field<Amount>],
    pub(super) orders: &'a [Field<Orders>],
}

/// Some rows of a window, decoded.
#[derive(Clone, Copy)]
pub(super) struct RowBatch<'a> {
    pub(super) countries: &'a [Code],
    /// By code of the country, whether it is selected.
    pub(super) selected: &'a [bool],
    pub(super) rows: &'a Rows,
    pub(super) known: Known<'a>,
    pub(super) rules: &'a Rules,
}

/// Sees every window, value and outcome. `()` does nothing and costs nothing.
pub(super) trait Observer {
    /// Whether it also sees rows of unselected countries.
    const SEES_ALL: bool = false;

    /// Starts a window.
    fn begin(&mut self, _window: &Window) {}

    /// Returns the code of a value of the country column that was read as `country`.
    fn country(
        &mut self,
        _value: Value<'_>,
        country: Field<Country>,
        codes: &mut Codes<Field<Country>>,
    ) -> Code {
        codes.code(country)
    }

    /// Returns the code of a value that was read as `field`.
    fn code<T: Clone + Eq + Hash>(
        &mut self,
        _kind: ColumnKind,
        _value: Value<'_>,
        field: Field<T>,
        codes: &mut Codes<Field<T>>,
    ) -> Code {
        codes.code(field)
    }

    /// Returns the number of the day of a value.
    fn day(&mut self, kind: ColumnKind, value: Value<'_>, days: &mut Days) -> DayNumber {
        days.read_value(DayColumn::of(kind), value)
    }

    /// Sees the countries of all rows of the window.
    fn countries(&mut self, _countries: &[Code], _values: &[Field<Country>]) {}

    /// Sees the next rows of the window.
    fn batch(&mut self, _batch: RowBatch<'_>) {}

    /// Sees the outcomes of these rows in a split, given by its position.
    fn outcomes(&mut self, _split: (usize, Outcomes), _batch: RowBatch<'_>) {}

    /// Ends the window. `_country_events` are the events of its countries, by code.
    fn end(&mut self, _window: &Window, _known: Known<'_>, _country_events: &[u64]) -> Result<()> {
        Ok(())
    }

    /// Forgets the values behind the codes: codes start again at 0.
    fn forget_codes(&mut self) {}

    /// Hands over the gathered results.
    fn finish(self);
}

impl Observer for () {
    fn finish(self) {}
}
