//! A number of orders: whole, 0 to 10^9.

use super::{Decimal, Field, MISSING_BY_DEFAULT, MissingTexts};

/// Largest number of orders that is accepted.
const ORDERS_MAX: i128 = 1_000_000_000;

/// How many orders a customer has placed so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Orders(u32);

impl Orders {
    /// No order yet.
    pub const ZERO: Self = Self(0);

    /// Reads text by the grammar of numbers and the missing texts of the default rules; `2.0` is 2.
    ///
    /// ```
    /// use segments::value::{Field, Orders};
    ///
    /// assert_eq!(Orders::read("2.0"), Orders::read("2"));
    /// assert_eq!(Orders::read("2.5"), Field::Bad);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Field<Self> {
        Self::read_by(text, &MISSING_BY_DEFAULT)
    }

    /// Reads text by the grammar of numbers; `missing` are the texts that stand for no value.
    #[must_use]
    pub fn read_by(text: &str, missing: &MissingTexts) -> Field<Self> {
        Field::read(text, missing, |text| Self::from_decimal(Decimal::parse(text)?))
    }

    /// Returns the orders of `decimal`; `None` unless it is whole, not negative and at most 10^9.
    #[must_use]
    pub fn from_decimal(decimal: Decimal) -> Option<Self> {
        let orders = decimal.in_units_of(0)?;
        (0..=ORDERS_MAX).contains(&orders).then(|| u32::try_from(orders).ok().map(Self))?
    }

    /// Returns the number of orders.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u32>) {
        assert_eq!(Orders::read(text).value().map(Orders::get), expected, "{text:?}");
    }

    #[test]
    fn borders() {
        check("0", Some(0));
        check("-0", Some(0));
        check("-1", None);
        check("2.0", Some(2));
        check("2.000000", Some(2));
        check("2.5", None);
        check("1000000000", Some(1_000_000_000));
        check("1000000001", None);
        check("1e3", Some(1_000));
        check("1e9", Some(1_000_000_000));
        check("1.1e9", None);
        check("25e-1", None);
        check("20e-1", Some(2));
    }

    #[test]
    fn blank_and_what_stands_for_nothing_is_missing() {
        for text in ["", "  ", "\t", "\u{a0}", "NaN", "NULL", " NA ", "-"] {
            assert_eq!(Orders::read(text), Field::Missing, "{text:?}");
        }
    }
}
