//! Reads the values of the history: one grammar per file, no guessing.
//!
//! Text is trimmed first. Null, empty text and texts that stand for a missing value are
//! [`Field::Missing`]; anything outside the grammar is [`Field::Bad`]. The rules, not this module,
//! decide what missing and bad values mean.

mod text;

mod missing;

mod number;

mod date_time;

mod amount;
mod country;
mod country_key;
mod day;
mod moment;
mod orders;

pub use amount::Amount;
pub use country::Country;
pub use country_key::{CountryError, CountryKey};
pub use day::Day;
pub use missing::MissingTexts;
pub use moment::Moment;
pub use number::Decimal;
pub use orders::Orders;
pub use text::trim;

use std::sync::LazyLock;

/// The missing texts of the default rules.
static MISSING_BY_DEFAULT: LazyLock<MissingTexts> = LazyLock::new(MissingTexts::usual);
static MISSING_COUNTRY_BY_DEFAULT: LazyLock<MissingTexts> = LazyLock::new(MissingTexts::usual_of_countries);

/// One value of an event, as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field<T> {
    /// Null, NaN, only blanks, or a text that stands for a missing value.
    Missing,
    /// A value outside the grammar.
    Bad,
    /// The value.
    Value(T),
}

impl<T> Field<T> {
    /// Returns `Value` for `Some` and `Bad` for `None`.
    pub fn or_bad(value: Option<T>) -> Self {
        value.map_or(Self::Bad, Self::Value)
    }

    /// Reads text: it is missing if `missing` has it, else `parse` reads it. `parse` gets trimmed
    /// text and returns `None` for text outside its grammar.
    pub fn read(text: &str, missing: &MissingTexts, parse: impl FnOnce(&str) -> Option<T>) -> Self {
        match trim(text) {
            "" => Self::Missing,
            trimmed if missing.contains(trimmed) => Self::Missing,
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
