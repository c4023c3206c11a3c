//! One thread's share of the fold: turns windows into partial counts.

use super::codes::{Code, count_each};
use super::column::ColumnFold;
use super::columns::{BatchCountries, OtherColumns};
use super::observer::{Observer, RowBatch};
use super::outcomes::CountedAs;
use super::reader::ValueReader;
use super::rows::Rows;
use super::split::SplitFold;
use super::task::Task;
use crate::partial::{Cell, CountryCounts, PartialCounts};
use anyhow::Result;
use foldhash::HashMap;
use history::decode::BATCH_ROWS;
use history::plan::ColumnKind;
use history::stream::Window;
use segments::value::Field;
use std::sync::Arc;

/// Folds windows, one after the other, each into its partial counts.
#[derive(Debug)]
pub(super) struct Worker<O> {
    task: Arc<Task>,
    reader: ValueReader<O>,
    /// Events of the window by country code.
    country_events: Vec<u64>,
    /// By country code, whether its events are counted by bucket.
    selected: Vec<bool>,
    /// By split of the rules.
    splits: Vec<SplitFold>,
    rows: Rows,
}

impl<O: Observer> Worker<O> {
    /// Returns a worker that has seen nothing.
    pub(super) fn new(task: Arc<Task>, observer: O) -> Self {
        Self {
            reader: ValueReader::new(Arc::clone(&task.rules), observer),
            country_events: Vec::new(),
            selected: Vec::new(),
            splits: SplitFold::all(&task.rules),
            rows: Rows::default(),
            task,
        }
    }

    /// Returns the counts of a window.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded, or it has more amounts than a history can have.
    pub(super) fn fold(&mut self, window: &Window) -> Result<PartialCounts> {
        self.reader.observer.begin(window);
        self.read_countries(window)?;
        if O::SEES_ALL || self.has_selected() {
            self.count_others(window)?;
        }
        let (observer, known) = self.reader.observed();
        observer.end(window, known, &self.country_events)?;
        let counts = self.take_counts();
        counts.check()?;
        Ok(counts)
    }

    /// Hands over the results of the observer.
    pub(super) fn finish(self) {
        self.reader.observer.finish();
    }

    /// Reads the country first: if no row has a selected one, nothing else is decoded.
    fn read_countries(&mut self, window: &Window) -> Result<()> {
        let (reader, countries) = (&mut self.reader, &mut self.rows.countries);
        let rows = usize::try_from(window.rows.end - window.rows.start)?;
        countries.clear();
        let mut column =
            ColumnFold::new(window, ColumnKind::CountryCode, &mut |value| reader.country(value))?;
        while countries.len() < rows {
            column.next_batch(countries, |value| reader.country(value))?;
        }
        let values = reader.countries.values();
        self.selected.extend(values[self.selected.len()..].iter().map(|country| self.task.selects(country)));
        self.country_events.resize(values.len(), 0);
        count_each(countries, &mut self.country_events);
        let (observer, known) = reader.observed();
        observer.countries(countries, known.countries);
        Ok(())
    }

    fn has_selected(&self) -> bool {
        self.rows.countries.iter().any(|country| self.selected[*country as usize])
    }

    /// Decodes and counts batch by batch, so that a batch stays in the cache from page to count.
    fn count_others(&mut self, window: &Window) -> Result<()> {
        let mut columns = OtherColumns::new(window, &mut self.reader)?;
        let countries = std::mem::take(&mut self.rows.countries);
        self.splits.iter_mut().for_each(|split| split.grid.begin(countries.len()));
        for codes in countries.chunks(BATCH_ROWS) {
            let are_all_selected = self.task.selection.is_all();
            let of = BatchCountries { codes, selected: &self.selected, are_all_selected };
            columns.next_batch(of, &mut self.reader, &mut self.rows)?;
            self.count(codes);
        }
        self.rows.countries = countries;
        Ok(())
    }

    fn count(&mut self, countries: &[Code]) {
        let limits = (self.reader.countries.len(), self.reader.amounts.len());
        let (selected, rules) = (&self.selected[..], &*self.task.rules);
        let (observer, known) = self.reader.observed();
        observer.batch(RowBatch { countries, selected, rows: &self.rows, known, rules });
        for split in &mut self.splits {
            let Rows { amounts, measured, outcomes, .. } = &mut self.rows;
            split.outcomes_of(measured, countries.len(), known.orders, rules, outcomes);
            split.grid.count(countries, amounts, outcomes, limits);
            let of_split = (split.index(), split.outcomes());
            observer.outcomes(of_split, RowBatch { countries, selected, rows: &self.rows, known, rules });
        }
    }

    /// Turns counts by code into counts by value, and resets them.
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
                let amount = rules.cleaning().amount(self.reader.amounts.values()[amount as usize]);
                let counted = match (amount, outcomes.counted(outcome as usize)) {
                    (Err(reason), _) | (Ok(_), CountedAs::Rejected(reason)) => {
                        counts.rejected.entry((index, reason)).or_default()
                    }
                    (Ok(amount), CountedAs::In(slot)) => {
                        counts.cells.entry(Cell { segment: index, slot, amount }).or_default()
                    }
                };
                *counted += events;
            }
        }
        for (code, events) in (0..).zip(&mut self.country_events) {
            let events = std::mem::take(events);
            match &self.reader.countries.values()[code as usize] {
                _ if events == 0 => {}
                Field::Missing => counts.missing_country += events,
                Field::Bad => counts.bad_country += events,
                Field::Value(country) => {
                    let of_code = by_code.remove(&code).unwrap_or_default();
                    counts.country(country, events).merge(of_code);
                }
            }
        }
        if self.reader.has_many_codes() {
            self.reader.forget_codes();
            self.country_events.clear();
            self.selected.clear();
            self.splits.iter_mut().for_each(SplitFold::forget_orders);
        }
        counts
    }
}
