//! Reads Arrow arrays of any type that a producer chose, as values for the grammars.
//!
//! A dictionary is read once per entry, numbers once per distinct number. Each row only looks the
//! result up. So `read` is called seldom enough to be a `dyn`: there is one copy of this code, not
//! one per observer and column.

use super::value::{Ticks, Value};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray};
use arrow_buffer::i256;
use arrow_schema::{DataType, TimeUnit};
use foldhash::HashMap;
use segments::rules::Epoch;
use segments::value::{Day, Decimal};

/// Maximum number of distinct numbers remembered; beyond it, they are forgotten and read anew.
const NUMBERS_REMEMBERED_MAX: usize = 1 << 16;

/// The results of reading one column of one window.
pub(super) struct Reading<T> {
    /// By position, if the column has its distinct values apart.
    entries: Option<Vec<T>>,
    dictionary: Option<(ArrayRef, Vec<T>)>,
    numbers: HashMap<i128, T>,
    /// Whether it is worth comparing a text with the one before it.
    has_runs: bool,
    /// The unit of integers that are times.
    epoch: Option<Epoch>,
}

impl<T: Copy> Reading<T> {
    /// Starts to read a column with `read`; its batches are positions among `entries`, if given.
    /// With `has_runs`, the same text twice in a row is read once. With an `epoch`, integers are
    /// times.
    pub(super) fn new(
        entries: Option<&ArrayRef>,
        has_runs: bool,
        epoch: Option<Epoch>,
        read: &mut dyn FnMut(Value<'_>) -> T,
    ) -> Self {
        let numbers = HashMap::default();
        let mut reading = Self { entries: None, dictionary: None, numbers, has_runs, epoch };
        if let Some(entries) = entries {
            let mut read_entries = Vec::with_capacity(entries.len());
            reading.values(entries, &mut read_entries, read);
            reading.entries = Some(read_entries);
        }
        reading
    }

    /// Appends the result of `read` for each row of `array`.
    pub(super) fn extend(
        &mut self,
        array: &ArrayRef,
        rows: &mut Vec<T>,
        read: &mut dyn FnMut(Value<'_>) -> T,
    ) {
        let Some(entries) = &self.entries else { return self.values(array, rows, read) };
        let keys = array.as_primitive::<Int32Type>();
        look_up(keys, entries, || read(Value::Null), rows);
    }

    fn values(&mut self, array: &ArrayRef, rows: &mut Vec<T>, read: &mut dyn FnMut(Value<'_>) -> T) {
        match array.data_type() {
            DataType::Null => rows.resize(rows.len() + array.len(), read(Value::Null)),
            DataType::Dictionary(..) => self.dictionary(array, rows, read),
            DataType::Utf8 => self.texts(array.as_string::<i32>().iter(), rows, read),
            DataType::Utf8View => self.texts(array.as_string_view().iter(), rows, read),
            DataType::Int8 => self.integers::<Int8Type>(array, rows, read),
            DataType::Int16 => self.integers::<Int16Type>(array, rows, read),
            DataType::Int32 => self.integers::<Int32Type>(array, rows, read),
            DataType::Int64 => self.integers::<Int64Type>(array, rows, read),
            DataType::UInt8 => self.integers::<UInt8Type>(array, rows, read),
            DataType::UInt16 => self.integers::<UInt16Type>(array, rows, read),
            DataType::UInt32 => self.integers::<UInt32Type>(array, rows, read),
            DataType::UInt64 => self.integers::<UInt64Type>(array, rows, read),
            DataType::Float16 => self.numbers::<Float16Type>(
                array,
                |number| i128::from(number.to_bits()),
                |number| float(number.is_nan(), || Decimal::from_f16(number.to_f32())),
                rows,
                read,
            ),
            DataType::Float32 => self.numbers::<Float32Type>(
                array,
                |number| i128::from(number.to_bits()),
                |number| float(number.is_nan(), || Decimal::from_f32(number)),
                rows,
                read,
            ),
            DataType::Float64 => self.numbers::<Float64Type>(
                array,
                |number| i128::from(number.to_bits()),
                |number| float(number.is_nan(), || Decimal::from_f64(number)),
                rows,
                read,
            ),
            DataType::Decimal128(_, scale) => {
                let decimal = |number| Value::Number(Decimal::new(number, *scale));
                self.numbers::<Decimal128Type>(array, |number| number, decimal, rows, read);
            }
            DataType::Decimal256(_, scale) => wide_decimals(array.as_primitive(), *scale, rows, read),
            DataType::Timestamp(TimeUnit::Second, _) => {
                instants::<TimestampSecondType, T>(array, 1, rows, read);
            }
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                instants::<TimestampMillisecondType, T>(array, 1_000, rows, read);
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                instants::<TimestampMicrosecondType, T>(array, 1_000_000, rows, read);
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                instants::<TimestampNanosecondType, T>(array, 1_000_000_000, rows, read);
            }
            DataType::Date32 => {
                let dates = array.as_primitive::<Date32Type>();
                let day = |date| Value::Day(Day::from_epoch_days(i64::from(date)));
                rows.extend(dates.iter().map(|date| read(date.map_or(Value::Null, day))));
            }
            DataType::Date64 => instants::<Date64Type, T>(array, 1_000, rows, read),
            other => unreachable!("plan::column lets no column of type {other} through"),
        }
    }

    fn dictionary(&mut self, array: &ArrayRef, rows: &mut Vec<T>, read: &mut dyn FnMut(Value<'_>) -> T) {
        let array = array.as_dictionary::<Int32Type>();
        let entries = array.values();
        let is_known =
            self.dictionary.as_ref().is_some_and(|(known, _)| known.to_data().ptr_eq(&entries.to_data()));
        if !is_known {
            let mut read_entries = Vec::with_capacity(entries.len());
            self.texts(entries.as_string::<i32>().iter(), &mut read_entries, read);
            self.dictionary = Some((entries.clone(), read_entries));
        }
        let Some((_, entries)) = &self.dictionary else { return };
        look_up(array.keys(), entries, || read(Value::Null), rows);
    }

    fn texts<'a>(
        &self,
        texts: impl Iterator<Item = Option<&'a str>>,
        rows: &mut Vec<T>,
        read: &mut dyn FnMut(Value<'_>) -> T,
    ) {
        let mut read = |text: Option<&str>| read(text.map_or(Value::Null, Value::Text));
        if !self.has_runs {
            return rows.extend(texts.map(read));
        }
        let mut last: Option<(Option<&str>, T)> = None;
        rows.extend(texts.map(|text| match last {
            Some((same, value)) if same == text => value,
            _ => {
                let value = read(text);
                last = Some((text, value));
                value
            }
        }));
    }

    fn integers<P>(&mut self, array: &ArrayRef, rows: &mut Vec<T>, read: &mut dyn FnMut(Value<'_>) -> T)
    where
        P: ArrowPrimitiveType,
        P::Native: Into<i128>,
    {
        let epoch = self.epoch;
        let value = |number: P::Native| match epoch {
            None => Value::Number(Decimal::new(number.into(), 0)),
            Some(epoch) => instant(number.into(), epoch.per_second()),
        };
        self.numbers::<P>(array, Into::into, value, rows, read);
    }

    fn numbers<P: ArrowPrimitiveType>(
        &mut self,
        array: &ArrayRef,
        key: impl Fn(P::Native) -> i128,
        value: impl Fn(P::Native) -> Value<'static>,
        rows: &mut Vec<T>,
        read: &mut dyn FnMut(Value<'_>) -> T,
    ) {
        let mut last: Option<(Option<i128>, T)> = None;
        for number in array.as_primitive::<P>() {
            let key = number.map(&key);
            let value = match last {
                Some((same, value)) if same == key => value,
                _ => self.number(key, || number.map_or(Value::Null, &value), read),
            };
            last = Some((key, value));
            rows.push(value);
        }
    }

    fn number(
        &mut self,
        key: Option<i128>,
        number: impl FnOnce() -> Value<'static>,
        read: &mut dyn FnMut(Value<'_>) -> T,
    ) -> T {
        let Some(key) = key else { return read(Value::Null) };
        if let Some(value) = self.numbers.get(&key) {
            return *value;
        }
        if self.numbers.len() >= NUMBERS_REMEMBERED_MAX {
            self.numbers.clear();
        }
        let value = read(number());
        self.numbers.insert(key, value);
        value
    }
}

/// A NaN means that there is no value.
fn float(is_nan: bool, decimal: impl FnOnce() -> Option<Decimal>) -> Value<'static> {
    if is_nan { Value::Null } else { Value::Number(decimal()) }
}

/// Appends for each key the entry at its position.
fn look_up<T: Copy>(
    keys: &PrimitiveArray<Int32Type>,
    entries: &[T],
    null: impl FnOnce() -> T,
    rows: &mut Vec<T>,
) {
    let Some(nulls) = keys.nulls().filter(|nulls| nulls.null_count() > 0) else {
        return rows.extend(keys.values().iter().map(|key| entries[key.cast_unsigned() as usize]));
    };
    // Nulls are few: every row is looked up, whatever the key of a null is, and nulls are corrected
    // afterwards.
    let null = null();
    let start = rows.len();
    rows.extend(
        keys.values().iter().map(|key| entries.get(key.cast_unsigned() as usize).copied().unwrap_or(null)),
    );
    for row in (!nulls.inner()).set_indices() {
        rows[start + row] = null;
    }
}

/// Decimals of more than 38 digits. They are read if their value needs at most 38; others cannot be
/// valid.
fn wide_decimals<T>(
    array: &PrimitiveArray<Decimal256Type>,
    scale: i8,
    rows: &mut Vec<T>,
    read: &mut dyn FnMut(Value<'_>) -> T,
) {
    for number in array {
        let value = match number {
            None => Value::Null,
            Some(number) => Value::Number(narrowed(number, scale)),
        };
        rows.push(read(value));
    }
}

fn instants<P, T>(
    array: &ArrayRef,
    ticks_per_second: i64,
    rows: &mut Vec<T>,
    read: &mut dyn FnMut(Value<'_>) -> T,
) where
    P: ArrowPrimitiveType<Native = i64>,
{
    for number in array.as_primitive::<P>() {
        rows.push(read(number.map_or(Value::Null, |number| instant(number.into(), ticks_per_second))));
    }
}

/// Returns the instant `ticks` ticks after 1970-01-01T00:00Z.
fn instant(ticks: i128, per_second: i64) -> Value<'static> {
    match i64::try_from(ticks) {
        Ok(number) => Value::Time(Day::from_epoch_ticks(number, per_second), Ticks { number, per_second }),
        Err(_) => Value::Day(None),
    }
}

/// Returns a wide decimal without its trailing fractional zeros, if that fits.
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
