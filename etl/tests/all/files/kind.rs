//! The types that a column can have, and plain values as Arrow arrays of these types.

use crate::reference::Value;
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, Date32Array, Date64Array, Decimal128Array, Decimal256Array,
    DictionaryArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray,
};
use arrow::datatypes::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type, i256,
};
use std::str::FromStr;
use std::sync::Arc;

const SECONDS_PER_DAY: i64 = 86_400;

/// A type of a column in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Text,
    LargeText,
    TextView,
    TextDictionary,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float16,
    Float32,
    Float64,
    /// Precision and scale, in 128 bits.
    Decimal(u8, i8),
    /// Precision and scale, in 256 bits.
    WideDecimal(u8, i8),
    Timestamp(TimeUnit, Option<&'static str>),
    Date32,
    Date64,
    /// Integers that the rules define as times.
    Ticks(TimeUnit),
}

impl Kind {
    pub(crate) const TEXTS: [Self; 4] = [Self::Text, Self::LargeText, Self::TextView, Self::TextDictionary];
    pub(crate) const NUMBERS: [Self; 20] = [
        Self::Int8,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::UInt8,
        Self::UInt16,
        Self::UInt32,
        Self::UInt64,
        Self::Float16,
        Self::Float32,
        Self::Float64,
        Self::Decimal(9, 0),
        Self::Decimal(9, 2),
        Self::Decimal(18, 4),
        Self::Decimal(18, 6),
        Self::Decimal(38, 0),
        Self::Decimal(38, 10),
        Self::Decimal(38, 37),
        Self::WideDecimal(50, 0),
        Self::WideDecimal(50, 4),
    ];
    pub(crate) const TIMES: [Self; 8] = [
        Self::Timestamp(TimeUnit::Millisecond, None),
        Self::Timestamp(TimeUnit::Millisecond, Some("UTC")),
        Self::Timestamp(TimeUnit::Microsecond, None),
        Self::Timestamp(TimeUnit::Microsecond, Some("America/Lima")),
        Self::Timestamp(TimeUnit::Nanosecond, None),
        Self::Timestamp(TimeUnit::Nanosecond, Some("+05:30")),
        Self::Date32,
        Self::Date64,
    ];

    pub(crate) const TICKS: [Self; 4] = [
        Self::Ticks(TimeUnit::Second),
        Self::Ticks(TimeUnit::Millisecond),
        Self::Ticks(TimeUnit::Microsecond),
        Self::Ticks(TimeUnit::Nanosecond),
    ];

    pub(crate) fn is_text(self) -> bool {
        Self::TEXTS.contains(&self)
    }

    /// The smallest and the largest number of an integer type.
    pub(crate) fn range(self) -> Option<(i128, i128)> {
        Some(match self {
            Self::Int8 => (i8::MIN.into(), i8::MAX.into()),
            Self::Int16 => (i16::MIN.into(), i16::MAX.into()),
            Self::Int32 => (i32::MIN.into(), i32::MAX.into()),
            Self::Int64 => (i64::MIN.into(), i64::MAX.into()),
            Self::UInt8 => (0, u8::MAX.into()),
            Self::UInt16 => (0, u16::MAX.into()),
            Self::UInt32 => (0, u32::MAX.into()),
            Self::UInt64 => (0, u64::MAX.into()),
            _ => return None,
        })
    }

    pub(crate) fn ticks_per_second(unit: TimeUnit) -> i64 {
        match unit {
            TimeUnit::Second => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Microsecond => 1_000_000,
            TimeUnit::Nanosecond => 1_000_000_000,
        }
    }

    /// Makes an array of this type. The values must be of this type, or null.
    pub(crate) fn array(self, values: &[&Value]) -> ArrayRef {
        let texts = || values.iter().map(|value| text(value));
        let integers = || values.iter().map(|value| integer(value));
        match self {
            Self::Text => Arc::new(texts().collect::<StringArray>()),
            Self::LargeText => Arc::new(texts().collect::<LargeStringArray>()),
            Self::TextView => Arc::new(texts().collect::<StringViewArray>()),
            Self::TextDictionary => Arc::new(texts().collect::<DictionaryArray<Int32Type>>()),
            Self::Int8 => numbers::<Int8Type>(integers()),
            Self::Int16 => numbers::<Int16Type>(integers()),
            Self::Int32 => numbers::<Int32Type>(integers()),
            Self::Int64 | Self::Ticks(_) => numbers::<Int64Type>(integers()),
            Self::UInt8 => numbers::<UInt8Type>(integers()),
            Self::UInt16 => numbers::<UInt16Type>(integers()),
            Self::UInt32 => numbers::<UInt32Type>(integers()),
            Self::UInt64 => numbers::<UInt64Type>(integers()),
            Self::Float16 => {
                floats::<Float16Type>(values, <Float16Type as ArrowPrimitiveType>::Native::from_f32)
            }
            Self::Float32 => floats::<Float32Type>(values, |float| float),
            Self::Float64 => {
                let doubles = values.iter().map(|value| match value {
                    Value::Null => None,
                    Value::Double(double) => Some(*double),
                    other => panic!("{other:?} is not a double"),
                });
                Arc::new(doubles.collect::<PrimitiveArray<Float64Type>>())
            }
            Self::Decimal(precision, scale) => {
                let numbers = values.iter().map(|value| digits(value, scale).map(parsed::<i128>));
                let array = numbers.collect::<Decimal128Array>().with_precision_and_scale(precision, scale);
                Arc::new(array.expect("a decimal type"))
            }
            Self::WideDecimal(precision, scale) => {
                let numbers = values.iter().map(|value| digits(value, scale).map(parsed::<i256>));
                let array = numbers.collect::<Decimal256Array>().with_precision_and_scale(precision, scale);
                Arc::new(array.expect("a decimal type"))
            }
            Self::Timestamp(unit, zone) => timestamps(unit, zone, values),
            Self::Date32 => Arc::new(values.iter().map(|value| date(value)).collect::<Date32Array>()),
            Self::Date64 => {
                let milliseconds = |days| i64::from(days) * SECONDS_PER_DAY * 1_000;
                Arc::new(values.iter().map(|value| date(value).map(milliseconds)).collect::<Date64Array>())
            }
        }
    }
}

fn timestamps(unit: TimeUnit, zone: Option<&str>, values: &[&Value]) -> ArrayRef {
    let ticks = values.iter().map(|value| match value {
        Value::Null => None,
        Value::Instant(ticks, per_second) if *per_second == Kind::ticks_per_second(unit) => Some(*ticks),
        other => panic!("{other:?} is not a timestamp in {unit:?}"),
    });
    match unit {
        TimeUnit::Second => {
            let array = ticks.collect::<PrimitiveArray<TimestampSecondType>>();
            Arc::new(array.with_timezone_opt(zone))
        }
        TimeUnit::Millisecond => {
            let array = ticks.collect::<PrimitiveArray<TimestampMillisecondType>>();
            Arc::new(array.with_timezone_opt(zone))
        }
        TimeUnit::Microsecond => {
            let array = ticks.collect::<PrimitiveArray<TimestampMicrosecondType>>();
            Arc::new(array.with_timezone_opt(zone))
        }
        TimeUnit::Nanosecond => {
            let array = ticks.collect::<PrimitiveArray<TimestampNanosecondType>>();
            Arc::new(array.with_timezone_opt(zone))
        }
    }
}

fn numbers<P>(values: impl Iterator<Item = Option<i128>>) -> ArrayRef
where
    P: ArrowPrimitiveType,
    P::Native: TryFrom<i128>,
{
    let fit = |number: i128| P::Native::try_from(number).ok().expect("a number in the type's range");
    Arc::new(values.map(|number| number.map(fit)).collect::<PrimitiveArray<P>>()) as Arc<dyn Array>
}

fn floats<P: ArrowPrimitiveType>(values: &[&Value], convert: impl Fn(f32) -> P::Native) -> ArrayRef {
    let floats = values.iter().map(|value| match value {
        Value::Null => None,
        Value::Float(float) | Value::Half(float) => Some(convert(*float)),
        other => panic!("{other:?} is not a float"),
    });
    Arc::new(floats.collect::<PrimitiveArray<P>>())
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text),
        other => panic!("{other:?} is not text"),
    }
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Null => None,
        Value::Integer(number) => Some(*number),
        other => panic!("{other:?} is not an integer"),
    }
}

fn digits(value: &Value, expected: i8) -> Option<&str> {
    match value {
        Value::Null => None,
        Value::Decimal(digits, scale) if *scale == expected => Some(digits),
        other => panic!("{other:?} is not a decimal of scale {expected}"),
    }
}

fn parsed<T: FromStr>(digits: &str) -> T {
    digits.parse().ok().expect("digits that fit")
}

fn date(value: &Value) -> Option<i32> {
    match value {
        Value::Null => None,
        Value::Date(days) => Some(*days),
        other => panic!("{other:?} is not a date"),
    }
}
