//! A value as it stands in a column, before a grammar reads it.

use segments::value::{Day, Decimal, Field};

/// One value of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing, or a float that is not a number, which is how those without nulls say so.
    Null,
    Text(&'a str),
    /// Text as its bytes, known to be UTF-8.
    Utf8(&'a [u8]),
    /// A number, or `None` for one that no grammar of ours holds, such as infinity.
    Number(Option<Decimal>),
    /// A day, or `None` for one that four digits of a year cannot say.
    Day(Option<Day>),
    /// A day like that, with the time of day.
    Time(Option<Day>, Ticks),
}

/// Units of time since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticks {
    pub(super) number: i64,
    pub(super) per_second: i64,
}

impl Value<'_> {
    /// Returns the text of bytes, so that only those who can read bytes need to.
    pub(super) fn with_text(self) -> Self {
        match self {
            Self::Utf8(bytes) => Self::Text(std::str::from_utf8(bytes).expect("they are known to be UTF-8")),
            other => other,
        }
    }
}

/// Returns the number that a value is, if it is one.
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
