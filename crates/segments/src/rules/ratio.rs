//! A share of rows, from 0 to 1, held exactly: comparisons with counts never round.

use crate::value::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Decimals of a ratio.
const DECIMALS_MAX: u32 = 9;
/// A ratio of 1 in units of 10^-9.
const ONE: u32 = 10_u32.pow(DECIMALS_MAX);
/// What errors say was expected.
const EXPECTED: &str = "a number from 0 to 1 with at most 9 decimals";

/// A decimal from 0 to 1, in units of 10^-9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(u32);

impl Ratio {
    /// One half.
    pub const HALF: Self = Self(ONE / 2);

    /// Returns whether `part` is a larger share of `whole` than this ratio; 0 of 0 is not.
    ///
    /// ```
    /// use segments::rules::Ratio;
    ///
    /// let ratio: Ratio = "0.3".parse().expect("a ratio");
    /// assert!(!ratio.is_exceeded_by(3, 10));
    /// assert!(ratio.is_exceeded_by(3_000_001, 10_000_000));
    /// ```
    #[must_use]
    pub fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(ONE) > u128::from(self.0) * u128::from(whole)
    }

    fn of(number: Option<Decimal>) -> Option<Self> {
        let units = number?.in_units_of(DECIMALS_MAX)?;
        u32::try_from(units).ok().filter(|units| *units <= ONE).map(Self)
    }
}

impl FromStr for Ratio {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::of(Decimal::parse(text)).ok_or_else(|| format!("{text:?} is not {EXPECTED}"))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:09}", self.0 / ONE, self.0 % ONE);
        formatter.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The shortest form of the nearest double has exactly these decimals.
        serializer.serialize_f64(f64::from(self.0) / f64::from(ONE))
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RatioVisitor)
    }
}

impl JsonSchema for Ratio {
    fn schema_name() -> Cow<'static, str> {
        "Ratio".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": 1 })
    }
}

/// Reads a ratio written as a number.
pub(super) struct RatioVisitor;

impl Visitor<'_> for RatioVisitor {
    type Value = Ratio;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXPECTED)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Ratio, E> {
        let ratio = Ratio::of(Decimal::from_f64(number));
        ratio.ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Ratio, E> {
        let ratio = Ratio::of(Decimal::new(number.into(), 0));
        ratio.ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Ratio, E> {
        let ratio = Ratio::of(Decimal::new(number.into(), 0));
        ratio.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (text, expected) in [
            ("0", Some("0")),
            ("0.0", Some("0")),
            ("1", Some("1")),
            ("1.000", Some("1")),
            ("0.05", Some("0.05")),
            ("+0.05", Some("0.05")),
            ("0.123456789", Some("0.123456789")),
            ("0.1234567891", None),
            ("0.000000001", Some("0.000000001")),
            ("0.999999999", Some("0.999999999")),
            ("1.000000001", None),
            ("-0.000000001", None),
            ("5", None),
            ("5%", None),
            ("5e-2", Some("0.05")),
            (".05", Some("0.05")),
            ("5e0", None),
            (" 0.05", None),
            ("NaN", None),
            ("", None),
        ] {
            let ratio = text.parse::<Ratio>();
            assert_eq!(ratio.as_ref().ok().map(Ratio::to_string).as_deref(), expected, "{text:?}");
            if let Ok(ratio) = ratio {
                let json = serde_json::to_string(&ratio).expect("a number");
                assert_eq!(serde_json::from_str::<Ratio>(&json).expect(&json), ratio, "{json}");
            }
        }
    }

    #[test]
    fn both_sides_of_a_ratio() {
        const LARGE: u64 = u64::MAX / 100 * 100;
        for (ratio, part, whole, expected) in [
            ("0.05", 5, 100, false),
            ("0.05", 6, 100, true),
            // In doubles, 3 / 10 and 0.1 + 0.2 differ.
            ("0.3", 3, 10, false),
            ("0.3", 4, 10, true),
            ("0.07", 7, 100, false),
            ("0.07", LARGE / 100 * 7, LARGE, false),
            ("0.07", LARGE / 100 * 7 + 1, LARGE, true),
            ("0", 0, 100, false),
            ("0", 1, u64::MAX, true),
            ("1", u64::MAX, u64::MAX, false),
            ("0.999999999", u64::MAX, u64::MAX, true),
            ("0.333333333", 1, 3, true),
            ("0.333333334", 1, 3, false),
            ("0", 0, 0, false),
        ] {
            let ratio: Ratio = ratio.parse().expect("a ratio");
            assert_eq!(ratio.is_exceeded_by(part, whole), expected, "{part} of {whole} against {ratio}");
        }
    }
}
