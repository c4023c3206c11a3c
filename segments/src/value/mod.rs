//! How a value of the history is read: one grammar a file, never a guess.
//!
//! Text is trimmed of blanks first. Null or nothing left is [`Field::Missing`], anything outside
//! the grammar is [`Field::Bad`]. What a missing or bad value means is decided elsewhere, by the
//! rules.

mod number;

mod date_time;

mod amount;
mod country;
mod day;
mod moment;
mod orders;

pub use amount::Amount;
pub use country::{Country, CountryError, CountryKey};
pub use day::Day;
pub use moment::Moment;
pub use number::Decimal;
pub use orders::Orders;

/// One value of an event, as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field<T> {
    /// Null, or text of nothing but blanks.
    Missing,
    /// There is something, and it is outside the grammar.
    Bad,
    /// The value.
    Value(T),
}

impl<T> Field<T> {
    /// Returns `Value` for `Some` and `Bad` for `None`.
    pub fn or_bad(value: Option<T>) -> Self {
        value.map_or(Self::Bad, Self::Value)
    }

    /// Reads trimmed text by `parse`, which answers `None` for what is outside its grammar.
    pub fn read(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Self {
        match trim(text) {
            "" => Self::Missing,
            trimmed => Self::or_bad(parse(trimmed)),
        }
    }

    /// Returns the value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Bad => None,
        }
    }
}

/// Returns `text` without blanks at either end. A blank is a space or a tab, as in POSIX.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
