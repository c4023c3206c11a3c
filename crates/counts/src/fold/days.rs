//! Reads days from text as numbers, using dates seen before.
//!
//! Timestamps are nearly all different but lie on few days. For one in the usual form, a few
//! comparisons check all its characters at once, and then only the date is looked up. All other
//! texts take the slow path through the grammar.

use super::value::{Ticks, Value};
use history::plan::ColumnKind;
use segments::rules::Cleaning;
use segments::value::{Day, Field, MissingTexts, Moment};

/// Days since 1970-01-01 as a number to subtract, or a placeholder if there is no day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DayNumber(i32);

impl DayNumber {
    /// Returns the number.
    pub(super) fn get(self) -> i32 {
        self.0
    }

    /// Returns the days since an earlier day. If either is no day, the result is not a number of days.
    pub(super) fn since(self, earlier: Self) -> i32 {
        self.0.wrapping_sub(earlier.0)
    }
}

/// Nanoseconds in a day and in a second.
const DAY_NANOS: i128 = 86_400_000_000_000;
const SECOND_NANOS: i128 = 1_000_000_000;

/// Slots for remembered dates: every value of [`slot`].
const DATES_REMEMBERED: usize = 1 << 15;

/// The kind of a day column, which gives the placeholders for no day. They are so far from every
/// day, and those of events so far from those of orders, that a difference with a placeholder is
/// never a number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayColumn {
    /// Days of events: `timestamp`.
    Event,
    /// Days of orders: `last_order_ts`, `first_order_ts`.
    Order,
}

impl DayColumn {
    /// Returns the kind of a column.
    pub(super) fn of(kind: ColumnKind) -> Self {
        if kind == ColumnKind::Timestamp { Self::Event } else { Self::Order }
    }

    fn missing(self) -> i32 {
        match self {
            Self::Event => i32::MIN,
            Self::Order => 1 << 30,
        }
    }

    /// Returns the number for a day.
    pub(super) fn number(self, day: Field<Day>) -> DayNumber {
        DayNumber(match day {
            Field::Missing => self.missing(),
            Field::Bad => self.missing() + 1,
            Field::Value(day) => day.epoch_days(),
        })
    }

    /// Returns the number for a text of only blanks. It is missing, like null, but has its own
    /// number for callers that tell them apart.
    pub(super) fn blank(self) -> DayNumber {
        DayNumber(self.missing() + 2)
    }

    /// Returns whether a number is a day.
    pub(super) fn is_day(self, number: DayNumber) -> bool {
        match self {
            Self::Event => number > self.blank(),
            Self::Order => number.0 < self.missing(),
        }
    }

    /// Returns the day for a number.
    pub(super) fn day(self, number: DayNumber) -> Field<Day> {
        match number.0.wrapping_sub(self.missing()) {
            0 | 2 => Field::Missing,
            1 => Field::Bad,
            // Days that an offset moves outside the years that text can express keep their own numbers.
            _ => Day::from_number(number.0),
        }
    }
}

/// Reads days from texts.
#[derive(Debug)]
pub(super) struct Days {
    remembered: Vec<Remembered>,
    /// Texts that mean a missing day.
    missing: MissingTexts,
    /// Whether one of these has the usual form, so that even a well-formed text may be missing.
    is_usual_missing: bool,
}

/// The first ten characters of a text, as numbers, and their day.
#[derive(Debug, Clone, Copy, Default)]
struct Remembered {
    first: u64,
    last: u16,
    number: DayNumber,
}

impl Days {
    pub(super) fn new(cleaning: &Cleaning) -> Self {
        let missing = cleaning.missing_texts();
        Self {
            remembered: vec![Remembered::default(); DATES_REMEMBERED],
            is_usual_missing: missing.iter().any(|text| date_of_usual(text.as_bytes()).is_some()),
            missing: missing.clone(),
        }
    }

    /// Returns the number of the day of a value in `column`.
    #[expect(clippy::inline_always, reason = "a call for each row is 1.7 % of a run's instructions")]
    #[inline(always)]
    pub(super) fn read_value(&mut self, column: DayColumn, value: Value<'_>) -> DayNumber {
        let text = match value {
            Value::Utf8(text) => text,
            Value::Text(text) => text.as_bytes(),
            Value::Null => return column.number(Field::Missing),
            Value::Day(day) | Value::Time(day, _) => return column.number(Field::or_bad(day)),
            Value::Number(_) => return column.number(Field::Bad),
        };
        self.read(column, text)
    }

    /// Returns the number of the day of a value in `column`, and its moment in nanoseconds since
    /// 1970-01-01T00:00Z; a date without a time is its midnight.
    pub(super) fn read_moment(&mut self, column: DayColumn, value: Value<'_>) -> (DayNumber, Option<i128>) {
        let number = self.read_value(column, value);
        let moment = match (column.day(number), value) {
            (Field::Value(day), Value::Text(text)) => moment_of(day, text.as_bytes()),
            (Field::Value(day), Value::Utf8(text)) => moment_of(day, text),
            (Field::Value(_), Value::Time(_, Ticks { number, per_second })) => {
                i128::from(number) * (SECOND_NANOS / i128::from(per_second))
            }
            (Field::Value(day), _) => midnight(day),
            _ => return (number, None),
        };
        (number, Some(moment))
    }

    /// Returns the number of the day of a UTF-8 text in `column`, as [`Day::read_by`] reads it.
    #[expect(clippy::inline_always, reason = "likewise")]
    #[inline(always)]
    fn read(&mut self, column: DayColumn, text: &[u8]) -> DayNumber {
        if let Some((first, last)) = date_of_usual(text) {
            let slot = &self.remembered[slot(first, last)];
            if (slot.first, slot.last) == (first, last) {
                return slot.number;
            }
        }
        self.read_slowly(column, text)
    }

    /// Reads by the grammar, and remembers the date if no other part of the text matters.
    #[cold]
    fn read_slowly(&mut self, column: DayColumn, text: &[u8]) -> DayNumber {
        let read = |text| Day::read_by(text, &self.missing);
        let day = std::str::from_utf8(text).map_or(Field::Bad, read);
        if let (Field::Value(day), Some((first, last)), false) =
            (day, date_of_usual(text), self.is_usual_missing)
        {
            self.remembered[slot(first, last)] =
                Remembered { first, last, number: DayNumber(day.epoch_days()) };
        }
        column.number(day)
    }
}

fn midnight(day: Day) -> i128 {
    i128::from(day.epoch_days()) * DAY_NANOS
}

/// Returns the moment of a well-formed text on `day`.
fn moment_of(day: Day, text: &[u8]) -> i128 {
    if date_of_usual(text).is_some() {
        // ` HH:MM:SS.ffffff`, after the first ten characters.
        let number =
            |at: &[usize]| at.iter().fold(0_i64, |sum, at| sum * 10 + i64::from(text[10 + at] - b'0'));
        let seconds = (number(&[1, 2]) * 60 + number(&[4, 5])) * 60 + number(&[7, 8]);
        let micros = seconds * 1_000_000 + number(&[10, 11, 12, 13, 14, 15]);
        return midnight(day) + i128::from(micros) * 1_000;
    }
    // Its day shows that it is not missing.
    let read = |text| Moment::read_by(text, &MissingTexts::NONE).value();
    let moment = std::str::from_utf8(text).ok().and_then(read);
    moment.and_then(Moment::epoch_nanos).unwrap_or_else(|| midnight(day))
}

/// Returns the slot of a date: the last digit of its year, its month and its day. So dates within
/// ten years never collide, and the dates of a month are neighbours.
fn slot(first: u64, last: u16) -> usize {
    let [_, _, _, year, _, month_tens, month, _] = first.to_le_bytes();
    let [day_tens, day] = last.to_le_bytes();
    let bits = |digit: u8, bits: u32| usize::from(digit) & ((1 << bits) - 1);
    bits(year, 4) << 11
        | bits(month_tens, 1) << 10
        | bits(month, 4) << 6
        | bits(day_tens, 2) << 4
        | bits(day, 4)
}

/// Returns whether a time is in UTC, as pandas, ISO 8601, `PostgreSQL` and DuckDB, `BigQuery` and
/// Trino write it. Compares the length first, since nearly all times have no zone or the same one.
#[expect(clippy::inline_always, reason = "likewise")]
#[inline(always)]
fn is_usual_zone(zone: &[u8]) -> bool {
    match zone.len() {
        0 => true,
        6 => zone == b"+00:00",
        1 => zone == b"Z",
        3 => zone == b"+00",
        4 => zone == b" UTC",
        _ => false,
    }
}

/// Returns the first ten characters of `YYYY-MM-DD HH:MM:SS.ffffff`, without a zone or with a usual
/// zone of zero, if all the rest is well-formed: then these ten alone decide the day.
#[expect(clippy::inline_always, reason = "likewise")]
#[inline(always)]
fn date_of_usual(text: &[u8]) -> Option<(u64, u16)> {
    let (usual, zone) = text.split_first_chunk::<26>()?;
    if !is_usual_zone(zone) {
        return None;
    }
    let (first, rest) = usual.split_first_chunk::<8>()?;
    let (last, time) = rest.split_first_chunk::<2>()?;
    is_time(time.first_chunk()?).then_some((u64::from_le_bytes(*first), u16::from_le_bytes(*last)))
}

/// Returns whether these are a blank and `HH:MM:SS.ffffff`.
fn is_time(time: &[u8; 16]) -> bool {
    const LOWEST: [u64; 2] = words(b" 00:00:00.000000");
    const HIGHEST: [u64; 2] = words(b" 29:59:59.999999");
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    // A digit leaves its number, any other character more than 9; a mark leaves 0, any other
    // character more. Anything above its limit sets the high bit.
    let beyond = |characters: u64, at: usize| {
        let number = characters ^ LOWEST[at];
        number | number.wrapping_add(0x7f7f_7f7f_7f7f_7f7f - (HIGHEST[at] ^ LOWEST[at]))
    };
    let characters = words(time);
    let hour = u16::from_be_bytes([time[1], time[2]]);
    (beyond(characters[0], 0) | beyond(characters[1], 1)) & HIGH_BITS == 0
        && hour <= u16::from_be_bytes(*b"23")
}

/// Returns the characters as two words, the first characters lowest.
const fn words(characters: &[u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(*characters);
    #[expect(clippy::cast_possible_truncation, reason = "each half is a word")]
    [both as u64, (both >> 64) as u64]
}

#[cfg(test)]
mod tests;
