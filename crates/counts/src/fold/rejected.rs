//! Collects rejected events: notes them while they are counted, reads their values once their
//! window is counted.
//!
//! A measure rejects an event for all segments that use it. So each note is an event and a reason,
//! not an event and a segment.

use super::codes::Code;
use super::observer::{Known, Observer, RowBatch};
use super::outcomes::{CountedAs, Outcomes};
use super::seen::SeenColumn;
use super::task::Task;
use crate::rejects::{RejectedEvents, RejectsSink};
use anyhow::Result;
use arrow_array::builder::StringBuilder;
use history::decode::BATCH_ROWS;
use history::plan::ColumnKind;
use history::stream::Window;
use segments::reason::RejectReason;
use segments::rules::{Measure, Rules, Split};
use segments::value::{Country, Field};
use std::sync::Arc;

/// What to show of an event: a column, and a second one if the two contradict each other.
const SHOWN: [(ColumnKind, Option<ColumnKind>); 8] = [
    (ColumnKind::CountryCode, None),
    (ColumnKind::VoucherAmount, None),
    (ColumnKind::TotalOrders, None),
    (ColumnKind::Timestamp, None),
    (ColumnKind::LastOrderTs, None),
    (ColumnKind::FirstOrderTs, None),
    (ColumnKind::Timestamp, Some(ColumnKind::LastOrderTs)),
    (ColumnKind::Timestamp, Some(ColumnKind::FirstOrderTs)),
];

/// Returns the index in [`SHOWN`] for a reason.
fn shown(reason: RejectReason) -> usize {
    match reason {
        RejectReason::MissingCountry | RejectReason::BadCountry => 0,
        RejectReason::MissingVoucherAmount | RejectReason::BadVoucherAmount => 1,
        RejectReason::MissingTotalOrders | RejectReason::BadTotalOrders => 2,
        RejectReason::MissingTimestamp | RejectReason::BadTimestamp => 3,
        RejectReason::MissingLastOrderTs | RejectReason::BadLastOrderTs => 4,
        RejectReason::MissingFirstOrderTs | RejectReason::BadFirstOrderTs => 5,
        RejectReason::EventBeforeLastOrder => 6,
        RejectReason::EventBeforeFirstOrder => 7,
    }
}

/// Returns whether the shown column decides about events of a measure, or about all events.
fn is_of(shown: usize, measure: Option<Measure>) -> bool {
    let measures: &[Measure] = match shown {
        0 | 1 => return true,
        2 => &[Measure::TotalOrders],
        3 => &[Measure::DaysSinceLastOrder, Measure::DaysSinceFirstOrder],
        4 | 6 => &[Measure::DaysSinceLastOrder],
        _ => &[Measure::DaysSinceFirstOrder],
    };
    measure.is_some_and(|measure| measures.contains(&measure))
}

/// The rejected events of a window.
#[derive(Debug)]
pub(super) struct Rejected {
    sink: RejectsSink,
    are_all_selected: bool,
    /// By index in [`SHOWN`], the names of the segments that reject such events.
    segments: [Arc<[String]>; SHOWN.len()],
    /// By split, whether it is the first with its measure, and whether it is the first by days.
    firsts: Vec<(bool, bool)>,
    /// By index in [`SHOWN`], rows of the window and reasons, in order.
    found: [Vec<(u32, RejectReason)>; SHOWN.len()],
    /// By code of the amount, the reason why it rejects an event.
    amount_reasons: Vec<Option<RejectReason>>,
    /// For each row of the current batch, whether only its measures can reject it.
    is_measured: Vec<bool>,
    /// The first row of the current batch, and of the next.
    batch: u32,
    next_batch: u32,
}

impl Rejected {
    /// Returns an empty one that will send the rejects of `task` to `sink`.
    pub(super) fn new(sink: RejectsSink, task: &Task) -> Self {
        let segments = |shown| {
            let of = task.rules.splits().filter(|split| is_of(shown, measure(*split)));
            of.map(|split| split.name().to_owned()).collect()
        };
        Self {
            sink,
            are_all_selected: task.selection.is_all(),
            segments: std::array::from_fn(segments),
            firsts: firsts(&task.rules),
            found: std::array::from_fn(|_| Vec::new()),
            amount_reasons: Vec::new(),
            is_measured: Vec::new(),
            batch: 0,
            next_batch: 0,
        }
    }
}

impl Observer for Rejected {
    /// Starts a window, and notes its events without a country: they are selected only if all
    /// countries are.
    fn countries(&mut self, countries: &[Code], values: &[Field<Country>]) {
        self.found.iter_mut().for_each(Vec::clear);
        // Codes may have started again at 0.
        self.amount_reasons.clear();
        self.next_batch = 0;
        if !self.are_all_selected || values.iter().all(|country| matches!(country, Field::Value(_))) {
            return;
        }
        let rows = (0..).zip(countries).filter_map(|(row, country)| match values[*country as usize] {
            Field::Missing => Some((row, RejectReason::MissingCountry)),
            Field::Bad => Some((row, RejectReason::BadCountry)),
            Field::Value(_) => None,
        });
        self.found[shown(RejectReason::MissingCountry)].extend(rows);
    }

    /// Starts the next batch, and notes its events whose amount does not count.
    fn batch(&mut self, RowBatch { countries, selected, rows, known, rules }: RowBatch<'_>) {
        self.batch = self.next_batch;
        self.next_batch += u32::try_from(countries.len()).unwrap_or(u32::MAX);
        let new = &known.amounts[self.amount_reasons.len()..];
        self.amount_reasons.extend(new.iter().map(|amount| rules.cleaning().amount(*amount).err()));
        self.is_measured.clear();
        let found = &mut self.found[shown(RejectReason::MissingVoucherAmount)];
        for (row, (country, amount)) in (self.batch..).zip(countries.iter().zip(&rows.amounts)) {
            let is_selected = selected[*country as usize];
            let reason = self.amount_reasons[*amount as usize];
            self.is_measured.push(is_selected && reason.is_none());
            if let (true, Some(reason)) = (is_selected, reason) {
                found.push((row, reason));
            }
        }
    }

    /// Notes the batch's events that a split rejects, by the number of their outcomes.
    fn outcomes(&mut self, (split, outcomes): (usize, Outcomes), batch: RowBatch<'_>) {
        let numbers = &batch.rows.outcomes;
        let (is_first, is_first_of_days) = self.firsts[split];
        if !is_first || !numbers.iter().any(|number| outcomes.is_rejected(*number)) {
            return;
        }
        for ((row, number), is_measured) in (self.batch..).zip(numbers).zip(&self.is_measured) {
            if !is_measured || !outcomes.is_rejected(*number) {
                continue;
            }
            if let CountedAs::Rejected(reason) = outcomes.counted(usize::from(*number)) {
                let shown = shown(reason);
                // The event's own time rejects it alike by its last and by its first order.
                if SHOWN[shown] != (ColumnKind::Timestamp, None) || is_first_of_days {
                    self.found[shown].push((row, reason));
                }
            }
        }
    }

    /// Sends the notes with the values that were seen: only now are other pages of the window open.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded, or the writer of rejects has ended.
    fn end(&mut self, window: &Window, _known: Known<'_>, _country_events: &[u64]) -> Result<()> {
        if self.found.iter().all(Vec::is_empty) {
            return Ok(());
        }
        let file: Arc<str> = window.file.object.url.as_str().into();
        for (shown, found) in self.found.iter().enumerate().filter(|(_, found)| !found.is_empty()) {
            let (kind, order) = SHOWN[shown];
            let mut column = SeenColumn::new(window, kind)?;
            let mut order = order.map(|order| SeenColumn::new(window, order)).transpose()?;
            let (mut values, mut order_values) = (StringBuilder::new(), StringBuilder::new());
            let mut wanted = Vec::new();
            let mut rest = &found[..];
            let mut start = 0;
            while !rest.is_empty() {
                let end = start + BATCH_ROWS;
                let (here, behind) = rest.split_at(rest.partition_point(|(row, _)| (*row as usize) < end));
                wanted.clear();
                wanted.extend(here.iter().map(|(row, _)| *row as usize - start));
                column.next_batch(&wanted, &mut values)?;
                match &mut order {
                    Some(order) => order.next_batch(&wanted, &mut order_values)?,
                    None => order_values.append_nulls(here.len()),
                }
                (rest, start) = (behind, end);
                if here.is_empty() {
                    continue;
                }
                self.sink.send(RejectedEvents {
                    file: Arc::clone(&file),
                    row_group: window.row_group.index,
                    column: kind.name(),
                    segments: Arc::clone(&self.segments[shown]),
                    rows: here.iter().map(|(row, _)| window.rows.start + u64::from(*row)).collect(),
                    reasons: here.iter().map(|(_, reason)| *reason).collect(),
                    values: values.finish(),
                    order_values: order_values.finish(),
                })?;
            }
        }
        Ok(())
    }

    fn finish(self) {}
}

/// Returns for each split whether it is the first with its measure, and the first by days.
fn firsts(rules: &Rules) -> Vec<(bool, bool)> {
    let measures: Vec<_> = rules.splits().map(measure).collect();
    let is_of_days = |measure: Option<Measure>| measure.is_some_and(|measure| measure.order_date().is_some());
    let first = |at: usize| {
        let (measure, before) = (measures[at], &measures[..at]);
        let is_first = measure.is_some() && !before.contains(&measure);
        (is_first, is_of_days(measure) && !before.iter().any(|before| is_of_days(*before)))
    };
    (0..measures.len()).map(first).collect()
}

fn measure(split: Split<'_>) -> Option<Measure> {
    match split {
        Split::Segment(segment) => Some(segment.measure()),
        Split::CountryWide => None,
    }
}
