//! What is seen of rows while they are counted, beside their counts: nothing, what is rejected, or
//! what a profile wants to know.

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

/// The values that codes stand for.
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

/// Is shown every window, value and outcome. `()` looks at nothing and costs nothing.
pub(super) trait Observer {
    /// Whether it looks at rows of countries that are not selected, too.
    const SEES_ALL: bool = false;

    /// Begins a window.
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

    /// Learns the countries of all rows of the window.
    fn countries(&mut self, _countries: &[Code], _values: &[Field<Country>]) {}

    /// Looks at the next rows of the window.
    fn batch(&mut self, _batch: RowBatch<'_>) {}

    /// Looks at the outcomes of these rows in a split, which is given by its position.
    fn outcomes(&mut self, _split: (usize, Outcomes), _batch: RowBatch<'_>) {}

    /// Ends the window, whose countries have so many events, by code.
    fn end(&mut self, _window: &Window, _known: Known<'_>, _country_events: &[u64]) -> Result<()> {
        Ok(())
    }

    /// Forgets what codes stand for: they begin anew.
    fn forget_codes(&mut self) {}

    /// Hands over what was gathered.
    fn finish(self);
}

impl Observer for () {
    fn finish(self) {}
}
