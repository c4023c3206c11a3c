//! One thread's share of the fold: windows in, partial counts out.

use super::codes::{Code, Codes};
use super::grid::Grid;
use super::outcomes::{Counted, Outcomes};
use super::values::{Reading, Value};
use crate::decode::decode;
use crate::error::InputError;
use crate::partial::{Cell, PartialCounts, check_cells};
use crate::plan::{ColumnKind, ColumnSource};
use crate::stream::Window;
use anyhow::Result;
use segments::outcome::Outcome;
use segments::rules::{Measure, OrderDate, Rules, Split};
use segments::value::{Amount, Country, CountryKey, Day, Decimal, Field, Orders};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Distinct values that are kept by code; beyond, they are forgotten and coded anew.
const CODES_MAX: usize = 1 << 16;

/// What does not change during a run.
#[derive(Debug)]
pub struct Task {
    /// The rules.
    pub rules: Arc<Rules>,
    /// The countries to count; `None` counts all.
    pub selection: Option<Arc<BTreeSet<CountryKey>>>,
}

/// Folds windows, one after the other, into partial counts.
#[derive(Debug)]
pub struct Folder {
    task: Arc<Task>,
    counts: PartialCounts,
    countries: Codes<Field<Country>>,
    amounts: Codes<Field<Amount>>,
    /// Events by country code, of the window at hand.
    country_events: Vec<u64>,
    /// By what the rules count by.
    grids: Vec<Grid>,
}

/// The rows of a window, by column. A column that the rules do not need is empty.
#[derive(Debug, Default)]
struct Rows {
    countries: Vec<Code>,
    amounts: Vec<Code>,
    orders: Vec<Field<Orders>>,
    timestamps: Vec<Field<Day>>,
    last_orders: Vec<Field<Day>>,
    first_orders: Vec<Field<Day>>,
}

impl Folder {
    /// Returns a folder that has seen nothing.
    #[must_use]
    pub fn new(task: Arc<Task>) -> Self {
        let grids = task.rules.splits().map(|split| Grid::new(Outcomes::of(split).len()));
        Self {
            counts: PartialCounts::default(),
            countries: Codes::default(),
            amounts: Codes::default(),
            country_events: Vec::new(),
            grids: grids.collect(),
            task,
        }
    }

    /// Counts the events of a window.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded, or its amounts are more than a history can have.
    pub fn update(&mut self, window: &Window) -> Result<()> {
        let mut rows = Rows::default();
        self.read_countries(window, &mut rows)?;
        if self.has_selected() {
            self.read_others(window, &mut rows)?;
            self.count(&rows);
        }
        Ok(self.flush()?)
    }

    /// Returns the counts of all windows.
    #[must_use]
    pub fn into_counts(self) -> PartialCounts {
        self.counts
    }

    /// The country comes first: where no row is of a selected one, nothing else is decoded.
    fn read_countries(&mut self, window: &Window, rows: &mut Rows) -> Result<()> {
        let countries = &mut self.countries;
        let read = |value: Value<'_>| {
            countries.code(match value {
                Value::Text(text) => Country::read(text),
                _ => Field::Missing,
            })
        };
        read_column(window, ColumnKind::CountryCode, read, &mut rows.countries)?;
        self.country_events.resize(self.countries.len(), 0);
        for country in &rows.countries {
            self.country_events[*country as usize] += 1;
        }
        Ok(())
    }

    fn has_selected(&self) -> bool {
        let seen =
            self.countries.values().iter().zip(&self.country_events).filter(|(_, events)| **events > 0);
        seen.into_iter().any(|(country, _)| self.task.selects(country))
    }

    fn read_others(&mut self, window: &Window, rows: &mut Rows) -> Result<()> {
        for column in window.file.columns.iter() {
            match column.kind {
                ColumnKind::CountryCode => Ok(()),
                ColumnKind::VoucherAmount => {
                    let amounts = &mut self.amounts;
                    let read = |value: Value<'_>| {
                        amounts.code(read_number(value, Amount::read, Amount::from_decimal))
                    };
                    read_column(window, column.kind, read, &mut rows.amounts)
                }
                ColumnKind::TotalOrders => {
                    let read = |value: Value<'_>| read_number(value, Orders::read, Orders::from_decimal);
                    read_column(window, column.kind, read, &mut rows.orders)
                }
                ColumnKind::Timestamp => read_column(window, column.kind, read_day, &mut rows.timestamps),
                ColumnKind::LastOrderTs => read_column(window, column.kind, read_day, &mut rows.last_orders),
                ColumnKind::FirstOrderTs => {
                    read_column(window, column.kind, read_day, &mut rows.first_orders)
                }
            }?;
        }
        Ok(())
    }

    fn count(&mut self, rows: &Rows) {
        let limits = (self.countries.len(), self.amounts.len());
        let mut outcomes = Vec::with_capacity(rows.countries.len());
        for (split, grid) in self.task.rules.splits().zip(&mut self.grids) {
            outcomes.clear();
            rows.outcomes(split, &self.task.rules, &mut outcomes);
            grid.count(&rows.countries, &rows.amounts, &outcomes, limits);
        }
    }

    /// Moves what was counted by code into the partial counts, by value.
    fn flush(&mut self) -> Result<(), InputError> {
        for (country, events) in self.countries.values().iter().zip(&mut self.country_events) {
            let events = std::mem::take(events);
            match country {
                _ if events == 0 => {}
                Field::Missing => self.counts.missing_country += events,
                Field::Bad => self.counts.bad_country += events,
                Field::Value(country) => {
                    self.counts.country(country, events);
                }
            }
        }
        let rules = &self.task.rules;
        for (index, (split, grid)) in rules.splits().zip(&mut self.grids).enumerate() {
            let outcomes = Outcomes::of(split);
            for ((country, amount, outcome), events) in grid.drain() {
                let country = &self.countries.values()[country as usize];
                let Field::Value(named) = country else { continue };
                if !self.task.selects(country) {
                    continue;
                }
                let counts = self.counts.country(named, 0);
                let amount = rules.cleaning().amount(self.amounts.values()[amount as usize]);
                let counted = match (amount, outcomes.counted(outcome as usize)) {
                    (Err(reason), _) | (Ok(_), Counted::Rejected(reason)) => {
                        counts.rejected.entry((index, reason)).or_default()
                    }
                    (Ok(amount), Counted::In(slot)) => {
                        counts.cells.entry(Cell { segment: index, slot, amount }).or_default()
                    }
                };
                *counted += events;
            }
        }
        self.counts.countries.values().try_for_each(check_cells)?;
        if self.countries.len() > CODES_MAX || self.amounts.len() > CODES_MAX {
            self.countries.clear();
            self.amounts.clear();
            self.country_events.clear();
        }
        Ok(())
    }
}

impl Task {
    /// Returns whether events of `country` are to be counted by bucket.
    fn selects(&self, country: &Field<Country>) -> bool {
        match (country, &self.selection) {
            (Field::Value(country), Some(selection)) => selection.contains(&country.key),
            (Field::Value(_), None) => true,
            (Field::Missing | Field::Bad, _) => false,
        }
    }
}

impl Rows {
    /// Appends the number of each row's outcome in `split`.
    fn outcomes(&self, split: Split<'_>, rules: &Rules, numbers: &mut Vec<u32>) {
        let outcomes = Outcomes::of(split);
        let Split::Segment(segment) = split else {
            let every_event = outcomes.number(Outcome::Bucket(0));
            numbers.resize(self.countries.len(), every_event);
            return;
        };
        let orders = match segment.measure() {
            Measure::TotalOrders => {
                let outcome = |orders: &Field<Orders>| segment.outcome_of_orders(*orders, rules.cleaning());
                numbers.extend(self.orders.iter().map(|orders| outcomes.number(outcome(orders))));
                return;
            }
            Measure::DaysSinceLastOrder => (OrderDate::Last, &self.last_orders),
            Measure::DaysSinceFirstOrder => (OrderDate::First, &self.first_orders),
        };
        let (which, orders) = orders;
        numbers.extend(self.timestamps.iter().zip(orders).map(|(event, order)| {
            outcomes.number(segment.outcome_of_days(*event, *order, which, rules.cleaning()))
        }));
    }
}

/// Appends what `read` makes of each row of a column of the window.
fn read_column<T: Copy>(
    window: &Window,
    kind: ColumnKind,
    read: impl FnMut(Value<'_>) -> T,
    rows: &mut Vec<T>,
) -> Result<()> {
    let columns = &window.file.columns;
    let index = columns.iter().position(|column| column.kind == kind);
    let index = index.ok_or_else(|| anyhow::anyhow!("column {} was not planned", kind.name()))?;
    let count = usize::try_from(window.rows.end - window.rows.start)?;
    let mut reading = Reading::new(read);
    rows.reserve(count);
    match (&columns[index].source, &window.row_group.chunks[index], &window.columns[index]) {
        (ColumnSource::Path(text), _, _) => reading.repeat(text.as_deref(), count, rows),
        (ColumnSource::Leaf(leaf), Some(chunk), Some(pages)) => {
            let decoded = decode(leaf, chunk, pages, &window.rows, |array| reading.extend(array, rows));
            decoded.map_err(|error| window.damaged(index, error.to_string()))?;
        }
        (ColumnSource::Leaf(_), _, _) => anyhow::bail!("column {} has no pages", kind.name()),
    }
    Ok(())
}

fn read_number<T>(
    value: Value<'_>,
    from_text: impl FnOnce(&str) -> Field<T>,
    from_decimal: impl FnOnce(Decimal) -> Option<T>,
) -> Field<T> {
    match value {
        Value::Null => Field::Missing,
        Value::Text(text) => from_text(text),
        Value::Number(number) => Field::or_bad(number.and_then(from_decimal)),
        Value::Day(_) => Field::Bad,
    }
}

fn read_day(value: Value<'_>) -> Field<Day> {
    match value {
        Value::Null => Field::Missing,
        Value::Text(text) => Day::read(text),
        Value::Day(day) => Field::or_bad(day),
        Value::Number(_) => Field::Bad,
    }
}
