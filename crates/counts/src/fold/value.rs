//! A value as stored in a column, before a grammar reads it.

use segments::value::{Day, Decimal, Field};

/// One value of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// No value, or a NaN: columns of floats without nulls use NaN for that.
    Null,
    Text(&'a str),
    /// Text as its bytes, known to be UTF-8.
    Utf8(&'a [u8]),
    /// A number, or `None` if our grammars cannot express it, such as infinity.
    Number(Option<Decimal>),
    /// A day, or `None` if its year does not fit into four digits.
    Day(Option<Day>),
    /// Such a day, with the time of day.
    Time(Option<Day>, Ticks),
}

/// Units of time since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticks {
    pub(super) number: i64,
    pub(super) per_second: i64,
}

impl Value<'_> {
    /// Returns bytes as text, for callers that only read text.
    pub(super) fn with_text(self) -> Self {
        match self {
            Self::Utf8(bytes) => Self::Text(std::str::from_utf8(bytes).expect("they are known to be UTF-8")),
            other => other,
        }
    }
}

/// Returns the number that a value holds, if any.
pub(super) fn read_number<T>(
    value: Value<'_>,
    from_text: impl FnOnce(&str) -> Field<T>,
    from_decimal: impl FnOnce(Decimal) -> Option<T>,
) -> Field<T> {
    match value.with_text() {
        Value::Null => Field::Missing,
        Value::Text(text) => from_text(text),
        Value::Number(number) => Field::or_bad(number.and_then(from_decimal)),
        Value::Day(_) | Value::Time(..) | Value::Utf8(_) => Field::Bad,
    }
}
