//! A voucher amount: above 0, at most 10^12, at most four decimals, held as an integer.

use super::{Decimal, Field, MISSING_BY_DEFAULT, MissingTexts};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser::Error};
use std::borrow::Cow;
use std::fmt;

/// Decimals of an amount, which is an integer of ten-thousandths.
const AMOUNT_DECIMALS: u32 = 4;
/// Ten-thousandths in one unit of the currency.
const AMOUNT_ONE: i64 = 10_i64.pow(AMOUNT_DECIMALS);
/// The largest amount, 10^12 units of the currency, in ten-thousandths.
const AMOUNT_MAX: i64 = 10_i64.pow(12) * AMOUNT_ONE;

/// An exact amount in ten-thousandths of the country's currency.
///
/// Printed, and written as JSON, without exponent or trailing zeros: `2640`, `12.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// Stands for a missing amount where the rules count it; never served.
    pub const ZERO: Self = Self(0);

    /// Reads text by the grammar of numbers and the missing texts of the default rules.
    ///
    /// ```
    /// use segments::value::{Amount, Field};
    ///
    /// let Field::Value(amount) = Amount::read(" 12.50 ") else { panic!("an amount") };
    /// assert_eq!(amount.to_string(), "12.5");
    /// assert_eq!(Amount::read("0"), Field::Bad);
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

    /// Returns the amount of `decimal`; `None` unless it is above 0, at most 10^12, and has at most
    /// four decimals.
    #[must_use]
    pub fn from_decimal(decimal: Decimal) -> Option<Self> {
        let units = i64::try_from(decimal.in_units_of(AMOUNT_DECIMALS)?).ok()?;
        (1..=AMOUNT_MAX).contains(&units).then_some(Self(units))
    }

    /// Returns the amount in ten-thousandths of the currency.
    ///
    /// ```
    /// use segments::value::Amount;
    ///
    /// assert_eq!(Amount::read("12.5").value().map(Amount::ten_thousandths), Some(125_000));
    /// ```
    #[must_use]
    pub fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// Returns whether a customer may be sent this amount.
    #[must_use]
    pub fn is_servable(self) -> bool {
        self != Self::ZERO
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / AMOUNT_ONE, self.0 % AMOUNT_ONE);
        let text = if rest == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{rest:04}").trim_end_matches('0').to_owned()
        };
        formatter.pad(&text)
    }
}

/// As a JSON number with exactly these digits: a double could not hold the largest amounts.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::value::RawValue::from_string(self.to_string())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

/// A number, as it is serialized.
impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "number",
            "minimum": 0,
            "description": "An exact amount in the country's currency, of at most four decimals.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let printed = Amount::read(text).value().map(|amount| amount.to_string());
        assert_eq!(printed.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn borders() {
        check("0.0001", Some("0.0001"));
        check("0.00009", None);
        check("0.00010", Some("0.0001"));
        check("0", None);
        check("-1", None);
        check("12.5000", Some("12.5"));
        check("1.2345", Some("1.2345"));
        check("1.23456", None);
        check("1000000000000", Some("1000000000000"));
        check("999999999999.9999", Some("999999999999.9999"));
        check("1000000000000.0001", None);
        check("2640.0", Some("2640"));
        check("+2640", Some("2640"));
        check("2,640", None);
        check("€2640", None);
        check(".25", Some("0.25"));
        check("12.", Some("12"));
        check("2.64E7", Some("26400000"));
        check("1e12", Some("1000000000000"));
        check("1.00001e12", None);
        check("1e-4", Some("0.0001"));
        check("1e-5", None);
        check("1.5e-5", None);
        check("inf", None);
    }

    #[test]
    fn missing_is_not_bad() {
        assert_eq!(Amount::read(" \t "), Field::Missing);
        assert_eq!(Amount::read("NaN"), Field::Missing);
        assert_eq!(Amount::read("-"), Field::Missing);
        assert_eq!(Amount::read("NAN"), Field::Bad);
        assert_eq!(Amount::read_by("NaN", &MissingTexts::NONE), Field::Bad);
        assert_eq!(Amount::read_by(" ", &MissingTexts::NONE), Field::Missing);
    }

    #[test]
    fn json_has_the_exact_digits() {
        let amount = Amount::read("999999999999.9999").value().expect("in range");
        assert_eq!(serde_json::to_string(&amount).expect("json"), "999999999999.9999");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(units in 1..=AMOUNT_MAX) {
            prop_assert_eq!(Amount::read(&Amount(units).to_string()), Field::Value(Amount(units)));
        }
    }

    #[test]
    fn order_is_by_value() {
        let amounts = ["9", "10", "10.5"].map(|text| Amount::read(text).value());
        assert!(amounts.is_sorted());
    }
}
