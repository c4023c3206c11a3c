//! One thread's share of the fold: windows in, partial counts out.

use super::codes::{Code, Codes, count_each};
use super::column::ColumnFold;
use super::days::{DayColumn, Days};
use super::outcomes::Counted;
use super::profiled::{Known, Profiled};
use super::rejected::Rejected;
use super::rows::Rows;
use super::split::SplitFold;
use super::task::Task;
use super::value::{Value, read_number};
use crate::partial::{Cell, CountryCounts, PartialCounts};
use anyhow::Result;
use foldhash::HashMap;
use history::decode::BATCH_ROWS;
use history::plan::ColumnKind;
use history::stream::Window;
use segments::value::{Amount, Country, Field, Orders};
use std::sync::Arc;

/// Distinct values that are kept by code; beyond, they are forgotten and coded anew.
const CODES_MAX: usize = 1 << 16;

/// Folds windows, one after the other, into the partial counts of each.
#[derive(Debug)]
pub struct Folder {
    task: Arc<Task>,
    countries: Codes<Field<Country>>,
    amounts: Codes<Field<Amount>>,
    orders: Codes<Field<Orders>>,
    days: Days,
    /// Events of the window by country code.
    country_events: Vec<u64>,
    /// By country code, whether its events are to be counted by bucket.
    selected: Vec<bool>,
    /// By what the rules count by.
    splits: Vec<SplitFold>,
    /// Rejected events, where somebody wants them; no row is looked at for it where nobody does.
    rejected: Option<Rejected>,
    /// What a profile needs, where somebody wants one.
    profiled: Option<Profiled>,
    rows: Rows,
}

impl Folder {
    /// Returns a folder that has seen nothing.
    #[must_use]
    pub fn new(task: Arc<Task>) -> Self {
        Self {
            countries: Codes::default(),
            amounts: Codes::default(),
            orders: Codes::default(),
            days: Days::new(task.rules.cleaning()),
            country_events: Vec::new(),
            selected: Vec::new(),
            splits: SplitFold::all(&task.rules),
            rejected: Rejected::of(&task),
            profiled: Profiled::of(&task),
            rows: Rows::default(),
            task,
        }
    }

    /// Returns the counts of a window.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded, or its amounts are more than a history can have.
    pub fn fold(&mut self, window: &Window) -> Result<PartialCounts> {
        if let Some(profiled) = &mut self.profiled {
            profiled.begin(window);
        }
        self.read_countries(window)?;
        if let Some(rejected) = &mut self.rejected {
            rejected.begin(&self.rows.countries, self.countries.values());
        }
        if self.profiled.is_some() || self.has_selected() {
            self.count_others(window)?;
        }
        if let Some(profiled) = &mut self.profiled {
            profiled.end(known(&self.countries, &self.amounts, &self.orders), &self.country_events);
        }
        if let Some(rejected) = &mut self.rejected {
            rejected.send(window)?;
        }
        let counts = self.take_counts();
        counts.check()?;
        Ok(counts)
    }

    /// Hands over what was gathered besides counts.
    pub fn finish(self) {
        if let Some(profiled) = self.profiled {
            profiled.finish();
        }
    }

    fn has_many_codes(&self) -> bool {
        let codes = [self.countries.len(), self.amounts.len(), self.orders.len()];
        codes.into_iter().any(|codes| codes > CODES_MAX)
    }

    /// The country comes first: where no row is of a selected one, nothing else is decoded.
    fn read_countries(&mut self, window: &Window) -> Result<()> {
        let (codes, countries) = (&mut self.countries, &mut self.rows.countries);
        let (profiled, rules) = (&mut self.profiled, &self.task.rules);
        let mut read = |value: Value<'_>| {
            let country = match value.with_text() {
                Value::Text(text) => rules.read_country(text),
                _ => Field::Missing,
            };
            match profiled {
                Some(profiled) => profiled.country(value, country, codes),
                None => codes.code(country),
            }
        };
        let rows = usize::try_from(window.rows.end - window.rows.start)?;
        countries.clear();
        let mut column = ColumnFold::new(window, ColumnKind::CountryCode, &mut read)?;
        while countries.len() < rows {
            column.next_batch(countries, &mut read)?;
        }
        let new = &self.countries.values()[self.selected.len()..];
        self.selected.extend(new.iter().map(|country| self.task.selects(country)));
        self.country_events.resize(self.countries.len(), 0);
        count_each(&self.rows.countries, &mut self.country_events);
        Ok(())
    }

    fn has_selected(&self) -> bool {
        self.rows.countries.iter().any(|country| self.selected[*country as usize])
    }

    /// Decodes and counts batch by batch, so that a batch stays in the cache from page to count.
    fn count_others(&mut self, window: &Window) -> Result<()> {
        let kinds = window.file.columns.iter().map(|column| column.kind);
        let kinds = kinds.filter(|kind| *kind != ColumnKind::CountryCode);
        let mut columns = kinds
            .map(|kind| Ok((kind, ColumnFold::new(window, kind, |value| self.read(kind, value))?)))
            .collect::<Result<Vec<_>>>()?;
        let countries = std::mem::take(&mut self.rows.countries);
        self.splits.iter_mut().for_each(|split| split.grid.begin(countries.len()));
        for countries in countries.chunks(BATCH_ROWS) {
            for (kind, column) in &mut columns {
                let mut rows = std::mem::take(self.rows.of(*kind));
                rows.clear();
                if *kind == ColumnKind::Timestamp {
                    self.read_timestamps(column, countries, &mut rows)?;
                } else {
                    column.next_batch(&mut rows, |value| self.read(*kind, value))?;
                }
                *self.rows.of(*kind) = rows;
            }
            self.count(countries);
        }
        self.rows.countries = countries;
        Ok(())
    }

    /// Timestamps are nearly all different: those of other countries are not even looked at.
    fn read_timestamps(
        &mut self,
        column: &mut ColumnFold<'_, u32>,
        countries: &[Code],
        rows: &mut Vec<u32>,
    ) -> Result<()> {
        let days = &mut self.days;
        if let Some(profiled) = &mut self.profiled {
            return column
                .next_batch(rows, |value| profiled.day(ColumnKind::Timestamp, value, days).cast_unsigned());
        }
        if self.task.selection.is_all() || column.has_entries() {
            return column.next_batch(rows, |value| days.read_value(DayColumn::Event, value).cast_unsigned());
        }
        let mut countries = countries.iter();
        column.next_batch(rows, |value| match (value, countries.next()) {
            // What stands here is never looked at: no country that is not selected is moved.
            (Value::Utf8(_) | Value::Text(_), Some(country)) if !self.selected[*country as usize] => 0,
            _ => days.read_value(DayColumn::Event, value).cast_unsigned(),
        })
    }

    /// Returns what a value of a column is from here on: a code, or the number of a day.
    fn read(&mut self, kind: ColumnKind, value: Value<'_>) -> u32 {
        let missing = self.task.rules.cleaning().missing_texts();
        match kind {
            ColumnKind::CountryCode => unreachable!("the country is read before"),
            ColumnKind::VoucherAmount => {
                let amount = read_number(value, |text| Amount::read_by(text, missing), Amount::from_decimal);
                match &mut self.profiled {
                    Some(profiled) => profiled.code(kind, value, amount, &mut self.amounts),
                    None => self.amounts.code(amount),
                }
            }
            ColumnKind::TotalOrders => {
                let orders = read_number(value, |text| Orders::read_by(text, missing), Orders::from_decimal);
                match &mut self.profiled {
                    Some(profiled) => profiled.code(kind, value, orders, &mut self.orders),
                    None => self.orders.code(orders),
                }
            }
            ColumnKind::Timestamp | ColumnKind::LastOrderTs | ColumnKind::FirstOrderTs => {
                let day = match (&mut self.profiled, kind) {
                    (Some(profiled), _) => profiled.day(kind, value, &mut self.days),
                    (None, ColumnKind::Timestamp) => self.days.read_value(DayColumn::Event, value),
                    (None, _) => self.days.read_value(DayColumn::Order, value),
                };
                day.cast_unsigned()
            }
        }
    }

    fn count(&mut self, countries: &[Code]) {
        let limits = (self.countries.len(), self.amounts.len());
        let known = known(&self.countries, &self.amounts, &self.orders);
        if let Some(profiled) = &mut self.profiled {
            profiled.count(countries, &self.rows, known);
        }
        if let Some(rejected) = &mut self.rejected {
            let countries = (countries, &self.selected[..]);
            rejected.note_amounts(
                countries,
                (&self.rows.amounts, self.amounts.values()),
                self.task.rules.cleaning(),
            );
        }
        for split in &mut self.splits {
            let Rows { amounts, measured, outcomes, .. } = &mut self.rows;
            split.outcomes_of(measured, countries.len(), &self.orders, &self.task.rules, outcomes);
            split.grid.count(countries, amounts, outcomes, limits);
            if let Some(profiled) = &mut self.profiled {
                let split = (split.index(), split.outcomes());
                profiled.note_outside(split, countries, &self.rows, known, &self.task.rules);
            }
            if let Some(rejected) = &mut self.rejected {
                rejected.note_outcomes(split.index(), split.outcomes(), &self.rows.outcomes);
            }
        }
    }

    /// Turns what was counted by code into counts by value, and starts anew.
    fn take_counts(&mut self) -> PartialCounts {
        let mut counts = PartialCounts::default();
        let mut by_code: HashMap<Code, CountryCounts> = HashMap::default();
        let rules = &self.task.rules;
        for (index, split) in self.splits.iter_mut().enumerate() {
            let outcomes = split.outcomes();
            for ((country, amount, outcome), events) in split.grid.drain() {
                if !self.selected[country as usize] {
                    continue;
                }
                let counts = by_code.entry(country).or_default();
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
        for (code, events) in (0..).zip(&mut self.country_events) {
            let events = std::mem::take(events);
            match &self.countries.values()[code as usize] {
                _ if events == 0 => {}
                Field::Missing => counts.missing_country += events,
                Field::Bad => counts.bad_country += events,
                Field::Value(country) => {
                    let of_code = by_code.remove(&code).unwrap_or_default();
                    counts.country(country, events).merge(of_code);
                }
            }
        }
        if self.has_many_codes() {
            self.countries.clear();
            self.country_events.clear();
            self.selected.clear();
            self.amounts.clear();
            self.orders.clear();
            self.splits.iter_mut().for_each(SplitFold::forget_orders);
            if let Some(profiled) = &mut self.profiled {
                profiled.forget_codes();
            }
        }
        counts
    }
}

fn known<'a>(
    countries: &'a Codes<Field<Country>>,
    amounts: &'a Codes<Field<Amount>>,
    orders: &'a Codes<Field<Orders>>,
) -> Known<'a> {
    Known { countries: countries.values(), amounts: amounts.values(), orders: orders.values() }
}
