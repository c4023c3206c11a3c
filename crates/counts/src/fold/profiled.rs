//! Gathers the facts of a profile while rows are counted.
//!
//! Values are read as in a run. In addition, null and blank are told apart, and the columns of each
//! event are compared.

use super::codes::{Code, Codes, count_each};
use super::contradictions::{EventDays, Meaning};
use super::days::{DayColumn, DayNumber, Days};
use super::example::{Position, show};
use super::observer::{Known, Observer, RowBatch};
use super::outcomes::{CountedAs, Outcomes};
use super::rows::Rows;
use super::spelled::Spelled;
use super::value::Value;
use crate::facts::{Facts, FactsSink, Numbers, RowOddity, Unread, column};
use crate::partial::Slot;
use anyhow::Result;
use history::plan::ColumnKind;
use history::stream::Window;
use segments::rules::Rules;
use segments::value::{Country, Field};
use std::hash::Hash;

/// The facts that a thread gathers.
#[derive(Debug)]
pub(super) struct Profiled {
    sink: FactsSink,
    facts: Facts,
    spelled: Spelled,
    /// By column, the code of text that is only blanks; null has another.
    blank: [Option<Code>; 3],
    /// Events of the window by code.
    amounts: Vec<u64>,
    orders: Vec<u64>,
    /// The meaning of the orders of each code.
    meanings: Vec<Meaning>,
    place: Position,
}

impl Profiled {
    /// Returns an empty one that will leave its facts in `sink`.
    pub(super) fn new(sink: FactsSink, rules: &Rules) -> Self {
        Self {
            sink,
            facts: Facts::new(rules.splits().count()),
            spelled: Spelled::default(),
            blank: [None; 3],
            amounts: Vec::new(),
            orders: Vec::new(),
            meanings: Vec::new(),
            place: Position::default(),
        }
    }

    /// Counts events that contradict themselves.
    fn note_odd(&mut self, batch: RowBatch<'_>) {
        let events: Vec<_> = {
            let of = &batch.rows.measured;
            let days = of.timestamps.iter().zip(&of.last_orders).zip(&of.first_orders);
            let events = days.zip(&of.orders).map(|(((event, last), first), orders)| EventDays {
                own: *event,
                last: *last,
                first: *first,
                orders: self.meanings[*orders as usize],
            });
            events.collect()
        };
        for (oddity, odd) in RowOddity::ALL.into_iter().zip(&mut self.facts.odd) {
            let number = events.iter().filter(|event| event.is(oddity)).count();
            odd.events += number as u64;
            if number > 0 && odd.wants(&self.place.file, self.place.row_group, self.place.row) {
                let is_odd = |row: usize| events[row].is(oddity);
                show(odd, &self.place, batch, is_odd);
            }
        }
    }
}

impl Observer for Profiled {
    /// A profile covers all rows.
    const SEES_ALL: bool = true;

    /// Returns the code of a value of the country column that was read as `country`.
    fn country(
        &mut self,
        value: Value<'_>,
        country: Field<Country>,
        codes: &mut Codes<Field<Country>>,
    ) -> Code {
        match (&country, value.with_text()) {
            (Field::Value(_), Value::Text(text)) if !self.facts.texts.are_too_many() => {
                self.spelled.code(text, country, codes)
            }
            (_, value) => self.code(ColumnKind::CountryCode, value, country, codes),
        }
    }

    /// Returns the code of a value that was read as `field`.
    fn code<T: Clone + Eq + Hash>(
        &mut self,
        kind: ColumnKind,
        value: Value<'_>,
        field: Field<T>,
        codes: &mut Codes<Field<T>>,
    ) -> Code {
        match (&field, value) {
            (Field::Missing, Value::Text(_) | Value::Utf8(_)) => {
                *self.blank[column(kind)].get_or_insert_with(|| codes.another(field))
            }
            (Field::Bad, value) => {
                show_bad(&mut self.facts.unread[column(kind)], value);
                codes.code(field)
            }
            _ => codes.code(field),
        }
    }

    /// Returns the number of a day, and adds the moment of an event.
    fn day(&mut self, kind: ColumnKind, value: Value<'_>, days: &mut Days) -> DayNumber {
        let (column_of_days, number) = if kind == ColumnKind::Timestamp {
            let (number, moment) = days.read_moment(DayColumn::Event, value);
            if let Some(moment) = moment {
                self.facts.moments.add(moment);
                return number;
            }
            (DayColumn::Event, number)
        } else {
            (DayColumn::Order, days.read_value(DayColumn::Order, value))
        };
        match (column_of_days.day(number), value) {
            (Field::Missing, Value::Text(_) | Value::Utf8(_)) => column_of_days.blank(),
            (Field::Bad, value) => {
                show_bad(&mut self.facts.unread[column(kind)], value);
                number
            }
            _ => number,
        }
    }

    fn begin(&mut self, window: &Window) {
        self.facts.rows += window.rows.end - window.rows.start;
        self.place.file.clone_from(&window.file.object.url);
        self.place.row_group = window.row_group.index as u64;
        self.place.next_row = window.rows.start;
    }

    fn batch(&mut self, batch: RowBatch<'_>) {
        let RowBatch { countries, rows, known, .. } = batch;
        self.place.row = self.place.next_row;
        self.place.next_row += countries.len() as u64;
        let Rows { amounts, measured, .. } = rows;
        self.amounts.resize(known.amounts.len(), 0);
        count_each(amounts, &mut self.amounts);
        self.orders.resize(known.orders.len(), 0);
        count_each(&measured.orders, &mut self.orders);
        self.meanings.extend(known.orders[self.meanings.len()..].iter().copied().map(Meaning::of));

        let facts = &mut self.facts;
        for (kind, numbers, days) in [
            (ColumnKind::Timestamp, &measured.timestamps, &mut facts.event_days),
            (ColumnKind::LastOrderTs, &measured.last_orders, &mut facts.last_order_days),
            (ColumnKind::FirstOrderTs, &measured.first_orders, &mut facts.first_order_days),
        ] {
            let of = if kind == ColumnKind::Timestamp { DayColumn::Event } else { DayColumn::Order };
            count_days(of, numbers, days, &mut facts.unread[column(kind)]);
        }
        count_differences(&measured.timestamps, &measured.last_orders, &mut facts.days_since);
        self.note_odd(batch);
    }

    /// Adds examples of the batch's events that a split puts outside every bucket; their number is
    /// counted with the buckets.
    fn outcomes(&mut self, (split, outcomes): (usize, Outcomes), batch: RowBatch<'_>) {
        let RowBatch { countries, rows, known, rules, .. } = batch;
        let odd = &mut self.facts.outside[split];
        if !odd.wants(&self.place.file, self.place.row_group, self.place.row) {
            return;
        }
        let is_outside = |row: usize| {
            let is_unclassified =
                outcomes.counted(usize::from(rows.outcomes[row])) == CountedAs::In(Slot::Unclassified);
            let has_country = matches!(known.countries[countries[row] as usize], Field::Value(_));
            let amount = known.amounts[rows.amounts[row] as usize];
            is_unclassified && has_country && rules.cleaning().amount(amount).is_ok()
        };
        show(odd, &self.place, batch, is_outside);
    }

    /// Ends a window: turns counts by code into counts by value.
    fn end(&mut self, _window: &Window, known: Known<'_>, country_events: &[u64]) -> Result<()> {
        let Facts { unread, amounts, orders, texts, .. } = &mut self.facts;
        let mut note = |kind, code: usize, bad: bool, events| {
            let unread = &mut unread[column(kind)];
            let is_blank = self.blank[column(kind)].is_some_and(|blank| blank as usize == code);
            *match (bad, is_blank) {
                (true, _) => &mut unread.bad,
                (false, true) => &mut unread.blank,
                (false, false) => &mut unread.null,
            } += events;
        };
        for (code, (country, events)) in known.countries.iter().zip(country_events).enumerate() {
            match country {
                _ if *events == 0 => {}
                Field::Value(country) => texts.add(&country.key, self.spelled.text(code, country), *events),
                other => note(ColumnKind::CountryCode, code, *other == Field::Bad, *events),
            }
        }
        for (code, (amount, events)) in known.amounts.iter().zip(&mut self.amounts).enumerate() {
            match (amount, std::mem::take(events)) {
                (_, 0) => {}
                (Field::Value(amount), events) => amounts.add(*amount, events),
                (other, events) => note(ColumnKind::VoucherAmount, code, *other == Field::Bad, events),
            }
        }
        for (code, (number, events)) in known.orders.iter().zip(&mut self.orders).enumerate() {
            match (number, std::mem::take(events)) {
                (_, 0) => {}
                (Field::Value(number), events) => orders.add(number.get().cast_signed(), events),
                (other, events) => note(ColumnKind::TotalOrders, code, *other == Field::Bad, events),
            }
        }
        Ok(())
    }

    /// Forgets the values behind the codes: codes start again at 0.
    fn forget_codes(&mut self) {
        self.blank = [None; 3];
        self.spelled = Spelled::default();
        self.amounts.clear();
        self.orders.clear();
        self.meanings.clear();
    }

    /// Hands over the gathered facts.
    fn finish(self) {
        self.sink.add(self.facts);
    }
}

fn show_bad(unread: &mut Unread, value: Value<'_>) {
    match value.with_text() {
        Value::Text(text) => unread.show(text),
        Value::Number(Some(number)) => unread.show(&number.to_string()),
        Value::Number(None) => unread.show("a number such as NaN"),
        Value::Day(_) | Value::Time(..) => unread.show("a time outside the years 0000 to 9999"),
        Value::Null | Value::Utf8(_) => {}
    }
}

fn count_days(of: DayColumn, rows: &[DayNumber], days: &mut Numbers, unread: &mut Unread) {
    for number in rows {
        if days.add_usual(number.get(), 1) {
            continue;
        }
        match of.day(*number) {
            Field::Value(day) => days.add(day.epoch_days(), 1),
            Field::Bad => unread.bad += 1,
            Field::Missing if *number == of.blank() => unread.blank += 1,
            Field::Missing => unread.null += 1,
        }
    }
}

/// Placeholders for no day are so far from all days that no difference with them is a usual one.
fn count_differences(events: &[DayNumber], orders: &[DayNumber], differences: &mut Numbers) {
    for (event, order) in events.iter().zip(orders) {
        if differences.add_usual(event.since(*order), 1) {
            continue;
        }
        let days = (DayColumn::Event.day(*event), DayColumn::Order.day(*order));
        if let (Field::Value(event), Field::Value(order)) = days {
            differences.add(event.epoch_days() - order.epoch_days(), 1);
        }
    }
}
