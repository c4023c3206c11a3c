//! Turns rows of the engine's answer into partial counts, which are evaluated like any others.

use crate::readable;
use crate::sql::{self, Code};
use anyhow::{Context, Result, ensure};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use counts::partial::{Cell, PartialCounts, Slot};
use segments::outcome::Outcome;
use segments::reason::RejectReason;
use segments::rules::{Rules, Split};
use segments::selection::Selection;
use segments::value::{Amount, Decimal, Field};

/// Columns before the outcomes: whether sampled, country, amount.
const KEYS: usize = 3;
/// Decimals of an amount.
const AMOUNT_DECIMALS: i8 = 4;

/// The engine's counts.
#[derive(Debug, Default)]
pub struct Answer {
    /// Counts of the sample.
    pub sampled: PartialCounts,
    /// Counts of all other files.
    pub others: PartialCounts,
}

/// Reads answers.
#[derive(Debug)]
pub struct Reader<'a> {
    rules: &'a Rules,
    selection: &'a Selection,
    /// Number of buckets of each split.
    bucket_counts: Vec<usize>,
    answer: Answer,
}

/// One row: events with equal values.
struct Group<'a> {
    country: Option<&'a str>,
    amount: Option<i64>,
    outcomes: Vec<Outcome>,
    events: u64,
}

impl<'a> Reader<'a> {
    /// Returns a reader of answers for these rules and this selection.
    #[must_use]
    pub fn new(rules: &'a Rules, selection: &'a Selection) -> Self {
        let bucket_counts = rules.splits().map(Split::bucket_count).collect();
        Self { rules, selection, bucket_counts, answer: Answer::default() }
    }

    /// Adds rows of the answer.
    ///
    /// # Errors
    ///
    /// If the rows do not fit the question, or count more than a history can hold.
    pub fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let width = KEYS + self.bucket_counts.len() + 1;
        ensure!(
            batch.num_columns() == width,
            "the engine answers {} columns, not {width}",
            batch.num_columns()
        );
        let column = |at: usize, data_type| {
            cast(batch.column(at), &data_type).with_context(|| format!("column {at} of the engine's answer"))
        };
        let sampled = column(0, DataType::Boolean)?;
        let countries = column(1, DataType::Utf8)?;
        let numbers = (2..width).map(|at| column(at, DataType::Int64)).collect::<Result<Vec<_>>>()?;
        let number = |at: usize, row: usize| {
            let array = numbers[at - 2].as_primitive::<Int64Type>();
            array.is_valid(row).then(|| array.value(row))
        };
        for row in 0..batch.num_rows() {
            let outcomes = self.bucket_counts.iter().enumerate().map(|(at, buckets)| {
                let code = number(KEYS + at, row).and_then(|code| Code(code).outcome(*buckets));
                code.with_context(|| format!("outcome {at} of the engine's answer has no such code"))
            });
            let events = number(width - 1, row).and_then(|events| u64::try_from(events).ok());
            let group = Group {
                country: countries.is_valid(row).then(|| countries.as_string::<i32>().value(row)),
                amount: number(2, row),
                outcomes: outcomes.collect::<Result<_>>()?,
                events: events.context("the engine counts less than nothing")?,
            };
            let is_sampled = sampled.is_valid(row) && sampled.as_boolean().value(row);
            let counts = if is_sampled { &mut self.answer.sampled } else { &mut self.answer.others };
            group.add_to(counts, self.rules, self.selection)?;
        }
        self.answer.sampled.check()?;
        Ok(self.answer.others.check()?)
    }

    /// Returns the counts read.
    #[must_use]
    pub fn finish(self) -> Answer {
        self.answer
    }
}

impl Group<'_> {
    fn add_to(&self, counts: &mut PartialCounts, rules: &Rules, selection: &Selection) -> Result<()> {
        let events = self.events;
        if let Some(column) = self.country.and_then(sql::refused) {
            return Err(readable::has_values(column).into());
        }
        // The engine knows only spellings; this decides about countries.
        let country = match self.country.map_or(Field::Missing, |text| rules.read_country(text)) {
            Field::Missing => {
                counts.missing_country += events;
                return Ok(());
            }
            Field::Bad => {
                counts.bad_country += events;
                return Ok(());
            }
            Field::Value(country) => country,
        };
        let is_selected = selection.has(&country.key);
        let counts = counts.country(&country, events);
        if !is_selected {
            return Ok(());
        }
        let amount = match self.amount {
            None => Err(RejectReason::MissingVoucherAmount),
            Some(sql::BAD) => Err(RejectReason::BadVoucherAmount),
            Some(0) => Ok(Amount::ZERO),
            Some(units) => {
                let amount = Decimal::new(i128::from(units), AMOUNT_DECIMALS).and_then(Amount::from_decimal);
                Ok(amount
                    .with_context(|| format!("the engine counts an amount of {units} ten-thousandths"))?)
            }
        };
        for (segment, outcome) in self.outcomes.iter().enumerate() {
            let slot = match (amount, *outcome) {
                (Err(reason), _) | (Ok(_), Outcome::Rejected(reason)) => {
                    *counts.rejected.entry((segment, reason)).or_default() += events;
                    continue;
                }
                (Ok(_), Outcome::Bucket(bucket)) => Slot::Bucket(bucket),
                (Ok(_), Outcome::Unclassified) => Slot::Unclassified,
            };
            if let Ok(amount) = amount {
                *counts.cells.entry(Cell { segment, slot, amount }).or_default() += events;
            }
        }
        Ok(())
    }
}
