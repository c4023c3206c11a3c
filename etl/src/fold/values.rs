//! Arrow arrays, of whatever type a producer chose, as values that the grammars read.
//!
//! A dictionary is read once an entry, numbers once a distinct number: what is done for each row
//! is to look up what came of it.

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type, i256,
};
use foldhash::HashMap;
use segments::value::{Day, Decimal};

/// Distinct numbers that are remembered; beyond, they are forgotten and read anew.
const NUMBERS_REMEMBERED_MAX: usize = 1 << 16;

/// One value of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Text(&'a str),
    /// A number, or `None` for one that no grammar of ours holds, such as `NaN`.
    Number(Option<Decimal>),
    /// A day, or `None` for one that four digits of a year cannot say.
    Day(Option<Day>),
}

/// What `read` makes of the values of one column of one window.
pub(super) struct Reading<T, F> {
    read: F,
    dictionary: Option<(ArrayRef, Vec<T>)>,
    numbers: HashMap<i128, T>,
}

impl<T: Copy, F: FnMut(Value<'_>) -> T> Reading<T, F> {
    pub(super) fn new(read: F) -> Self {
        Self { read, dictionary: None, numbers: HashMap::default() }
    }

    /// Appends what `read` makes of each row of `array`.
    pub(super) fn extend(&mut self, array: &ArrayRef, rows: &mut Vec<T>) {
        match array.data_type() {
            DataType::Null => self.repeat(None, array.len(), rows),
            DataType::Dictionary(..) => self.dictionary(array, rows),
            DataType::Utf8 => self.texts(array.as_string::<i32>().iter(), rows),
            DataType::Utf8View => self.texts(array.as_string_view().iter(), rows),
            DataType::Int8 => self.integers::<Int8Type>(array, rows),
            DataType::Int16 => self.integers::<Int16Type>(array, rows),
            DataType::Int32 => self.integers::<Int32Type>(array, rows),
            DataType::Int64 => self.integers::<Int64Type>(array, rows),
            DataType::UInt8 => self.integers::<UInt8Type>(array, rows),
            DataType::UInt16 => self.integers::<UInt16Type>(array, rows),
            DataType::UInt32 => self.integers::<UInt32Type>(array, rows),
            DataType::UInt64 => self.integers::<UInt64Type>(array, rows),
            DataType::Float16 => self.numbers::<Float16Type>(
                array,
                |number| i128::from(number.to_bits()),
                |number| Decimal::from_f32(number.to_f32()),
                rows,
            ),
            DataType::Float32 => self.numbers::<Float32Type>(
                array,
                |number| i128::from(number.to_bits()),
                Decimal::from_f32,
                rows,
            ),
            DataType::Float64 => self.numbers::<Float64Type>(
                array,
                |number| i128::from(number.to_bits()),
                Decimal::from_f64,
                rows,
            ),
            DataType::Decimal128(_, scale) => {
                let scale = *scale;
                self.numbers::<Decimal128Type>(
                    array,
                    |number| number,
                    |number| Decimal::new(number, scale),
                    rows,
                );
            }
            DataType::Decimal256(_, scale) => {
                let scale = *scale;
                self.wide_decimals(array.as_primitive(), scale, rows);
            }
            DataType::Timestamp(TimeUnit::Second, _) => self.instants::<TimestampSecondType>(array, 1, rows),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                self.instants::<TimestampMillisecondType>(array, 1_000, rows);
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                self.instants::<TimestampMicrosecondType>(array, 1_000_000, rows);
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                self.instants::<TimestampNanosecondType>(array, 1_000_000_000, rows);
            }
            DataType::Date32 => {
                let dates = array.as_primitive::<Date32Type>();
                self.days(dates.iter().map(|date| date.map(i64::from)), Day::from_epoch_days, rows);
            }
            DataType::Date64 => self.instants::<Date64Type>(array, 1_000, rows),
            other => unreachable!("plan::column lets no column of type {other} through"),
        }
    }

    /// Appends `count` times what `read` makes of the one text that a path has.
    pub(super) fn repeat(&mut self, text: Option<&str>, count: usize, rows: &mut Vec<T>) {
        let value = (self.read)(text.map_or(Value::Null, Value::Text));
        rows.resize(rows.len() + count, value);
    }

    fn dictionary(&mut self, array: &ArrayRef, rows: &mut Vec<T>) {
        let array = array.as_dictionary::<Int32Type>();
        let entries = array.values();
        let is_known =
            self.dictionary.as_ref().is_some_and(|(known, _)| known.to_data().ptr_eq(&entries.to_data()));
        if !is_known {
            let texts = entries.as_string::<i32>();
            let read = texts.iter().map(|text| (self.read)(text.map_or(Value::Null, Value::Text))).collect();
            self.dictionary = Some((entries.clone(), read));
        }
        let Some((_, entries)) = &self.dictionary else { return };
        let keys = array.keys();
        if keys.null_count() == 0 {
            rows.extend(keys.values().iter().map(|key| entries[key.cast_unsigned() as usize]));
        } else {
            let null = (self.read)(Value::Null);
            rows.extend(keys.iter().map(|key| key.map_or(null, |key| entries[key.cast_unsigned() as usize])));
        }
    }

    fn texts<'a>(&mut self, texts: impl Iterator<Item = Option<&'a str>>, rows: &mut Vec<T>) {
        let mut last: Option<(Option<&str>, T)> = None;
        rows.extend(texts.map(|text| match last {
            Some((same, value)) if same == text => value,
            _ => {
                let value = (self.read)(text.map_or(Value::Null, Value::Text));
                last = Some((text, value));
                value
            }
        }));
    }

    fn integers<P>(&mut self, array: &ArrayRef, rows: &mut Vec<T>)
    where
        P: ArrowPrimitiveType,
        P::Native: Into<i128>,
    {
        self.numbers::<P>(array, Into::into, |number| Decimal::new(number.into(), 0), rows);
    }

    fn numbers<P: ArrowPrimitiveType>(
        &mut self,
        array: &ArrayRef,
        key: impl Fn(P::Native) -> i128,
        decimal: impl Fn(P::Native) -> Option<Decimal>,
        rows: &mut Vec<T>,
    ) {
        let mut last: Option<(Option<i128>, T)> = None;
        for number in array.as_primitive::<P>() {
            let key = number.map(&key);
            let value = match last {
                Some((same, value)) if same == key => value,
                _ => self.number(key, || number.map(&decimal)),
            };
            last = Some((key, value));
            rows.push(value);
        }
    }

    fn number(&mut self, key: Option<i128>, decimal: impl FnOnce() -> Option<Option<Decimal>>) -> T {
        let Some(key) = key else {
            return (self.read)(Value::Null);
        };
        if let Some(value) = self.numbers.get(&key) {
            return *value;
        }
        if self.numbers.len() >= NUMBERS_REMEMBERED_MAX {
            self.numbers.clear();
        }
        let value = (self.read)(Value::Number(decimal().flatten()));
        self.numbers.insert(key, value);
        value
    }

    /// Decimals of more than 38 digits: those that need no more are read, no other can be valid.
    fn wide_decimals(&mut self, array: &PrimitiveArray<Decimal256Type>, scale: i8, rows: &mut Vec<T>) {
        for number in array {
            let value = match number {
                None => Value::Null,
                Some(number) => Value::Number(narrowed(number, scale)),
            };
            rows.push((self.read)(value));
        }
    }

    fn instants<P>(&mut self, array: &ArrayRef, ticks_per_second: i64, rows: &mut Vec<T>)
    where
        P: ArrowPrimitiveType<Native = i64>,
    {
        let instants = array.as_primitive::<P>();
        self.days(instants.iter(), |ticks| Day::from_epoch_ticks(ticks, ticks_per_second), rows);
    }

    fn days(
        &mut self,
        numbers: impl Iterator<Item = Option<i64>>,
        day: impl Fn(i64) -> Option<Day>,
        rows: &mut Vec<T>,
    ) {
        for number in numbers {
            rows.push((self.read)(number.map_or(Value::Null, |number| Value::Day(day(number)))));
        }
    }
}

/// Returns a wide decimal without the trailing zeros among its decimals, if that fits.
fn narrowed(mut number: i256, mut scale: i8) -> Option<Decimal> {
    const TEN: i256 = i256::from_i128(10);
    while scale > 0 && number.to_i128().is_none() && number.wrapping_rem(TEN) == i256::ZERO {
        number = number.wrapping_div(TEN);
        scale -= 1;
    }
    number.to_i128().and_then(|number| Decimal::new(number, scale))
}

#[cfg(test)]
mod tests;
