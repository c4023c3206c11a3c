//! The grammar of a number, `[+-]?digits(.digits)?`, held exactly.
//!
//! Exponents, infinities and `NaN` are outside it.

use std::fmt;

/// Characters of a number written as text, sign and point included.
const NUMBER_CHARS_MAX: usize = 40;

/// An exact decimal, `unscaled / 10^scale`, with no trailing zero among its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    unscaled: i128,
    scale: u32,
}

impl Decimal {
    /// Returns the decimal that trimmed text denotes; `None` if it is outside the grammar, longer
    /// than 40 characters, or too large for 38 digits, which no column of ours allows anyway.
    ///
    /// ```
    /// use segments::value::Decimal;
    ///
    /// assert_eq!(Decimal::parse("2.50"), Decimal::parse("+2.5"));
    /// assert_eq!(Decimal::parse("2."), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > NUMBER_CHARS_MAX {
            return None;
        }
        Self::parse_unbounded(text)
    }

    /// Returns the decimal of a JSON number, which may have an exponent: `1.5e1` is 15.
    #[must_use]
    pub fn parse_json(number: &str) -> Option<Self> {
        let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else {
            return Self::parse(number);
        };
        let Self { unscaled, scale } = Self::parse(mantissa)?;
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if unscaled == 0 && !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Some(Self { unscaled, scale: 0 });
        }
        let exponent: i8 = exponent.parse().ok()?;
        Self::new(unscaled, i8::try_from(scale).ok()?.checked_sub(exponent)?)
    }

    /// Returns the decimal of a double: its shortest form that reads back as the same double.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        number.is_finite().then(|| Self::parse_unbounded(&number.to_string()))?
    }

    /// Returns the decimal of a float: its shortest form that reads back as the same float.
    #[must_use]
    pub fn from_f32(number: f32) -> Option<Self> {
        number.is_finite().then(|| Self::parse_unbounded(&number.to_string()))?
    }

    /// Returns `unscaled / 10^scale`; `None` where a negative scale takes it beyond 38 digits.
    #[must_use]
    pub fn new(mut unscaled: i128, scale: i8) -> Option<Self> {
        let mut decimals = u32::try_from(scale.max(0)).ok()?;
        while decimals > 0 && unscaled % 10 == 0 {
            unscaled /= 10;
            decimals -= 1;
        }
        if scale < 0 {
            let factor = 10_i128.checked_pow(u32::from(scale.unsigned_abs()))?;
            unscaled = unscaled.checked_mul(factor)?;
        }
        Some(Self { unscaled, scale: decimals })
    }

    /// Returns the number in units of `10^-scale`; `None` if it has more decimals than that or
    /// does not fit.
    #[must_use]
    pub fn in_units_of(self, scale: u32) -> Option<i128> {
        let missing = scale.checked_sub(self.scale)?;
        self.unscaled.checked_mul(10_i128.checked_pow(missing)?)
    }

    fn parse_unbounded(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let point = digits.iter().position(|byte| *byte == b'.');
        let (whole, decimals) = match point {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &[][..]),
        };
        if whole.is_empty() || (point.is_some() && decimals.is_empty()) {
            return None;
        }
        if !whole.iter().chain(decimals).all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = decimals.iter().rev().take_while(|byte| **byte == b'0').count();
        let decimals = &decimals[..decimals.len() - zeros];
        let mut unscaled = 0_i128;
        for digit in whole.iter().chain(decimals) {
            unscaled = unscaled.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        let scale = u32::try_from(decimals.len()).ok()?;
        Some(Self { unscaled: if negative { -unscaled } else { unscaled }, scale })
    }
}

/// Without exponent or trailing zeros: `-0.05`.
impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.unscaled.unsigned_abs().to_string();
        let scale = self.scale as usize;
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        let point = if decimals.is_empty() { "" } else { "." };
        let sign = if self.unscaled < 0 { "-" } else { "" };
        formatter.pad(&format!("{sign}{whole}{point}{decimals}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(i128, u32)>) {
        let parsed = Decimal::parse(text).map(|decimal| (decimal.unscaled, decimal.scale));
        assert_eq!(parsed, expected, "{text:?}");
    }

    #[test]
    fn grammar() {
        check("0", Some((0, 0)));
        check("2640", Some((2640, 0)));
        check("+7", Some((7, 0)));
        check("-7.25", Some((-725, 2)));
        check("007", Some((7, 0)));
        check("2.0", Some((2, 0)));
        check("12.50", Some((125, 1)));
        check("0.0001", Some((1, 4)));
        check("", None);
        check("+", None);
        check(".", None);
        check("2.", None);
        check(".5", None);
        check("1e3", None);
        check("inf", None);
        check("NaN", None);
        check("1,5", None);
        check("1 5", None);
        check("--1", None);
        check("1.2.3", None);
        check("٣", None);
    }

    #[test]
    fn shown_as_it_is_read() {
        for text in ["0", "7", "-7", "12.5", "-0.05", "0.0001", "2640", "-1000000.25"] {
            assert_eq!(Decimal::parse(text).map(|decimal| decimal.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn length() {
        check(&format!("{}7", "0".repeat(39)), Some((7, 0)));
        check(&format!("{}7", "0".repeat(40)), None);
        check(&"9".repeat(38), Some((10_i128.pow(38) - 1, 0)));
        check(&"9".repeat(40), None);
    }

    #[test]
    fn numbers_of_json() {
        for (number, same) in [
            ("15", Some("15")),
            ("15.0", Some("15")),
            ("1.5e1", Some("15")),
            ("1.5E+1", Some("15")),
            ("150e-1", Some("15")),
            ("0e9", Some("0")),
            ("-0.0E-99999", Some("0")),
            ("0e9.9", None),
            ("1e-1", Some("0.1")),
            ("1e200", None),
            ("1e39", None),
            ("e1", None),
            ("1e", None),
            ("1e1.0", None),
        ] {
            assert_eq!(Decimal::parse_json(number), same.and_then(Decimal::parse), "{number}");
        }
    }

    #[test]
    fn doubles_by_their_shortest_form() {
        let cases = [(12.5, "12.5"), (0.1, "0.1"), (2640.0, "2640"), (-0.0, "0"), (1e15, "1000000000000000")];
        for (number, text) in cases {
            assert_eq!(Decimal::from_f64(number), Decimal::parse(text), "{number}");
        }
        assert_eq!(Decimal::from_f32(0.1), Decimal::parse("0.1"));
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
            assert_eq!(Decimal::from_f64(number), None, "{number}");
        }
    }

    #[test]
    fn scales() {
        assert_eq!(Decimal::new(26_400_000, 4), Decimal::parse("2640"));
        assert_eq!(Decimal::new(264, -1), Decimal::parse("2640"));
        assert_eq!(Decimal::new(1, 38), Some(Decimal { unscaled: 1, scale: 38 }));
        assert_eq!(Decimal::new(1, -39), None);
        assert_eq!(Decimal::new(0, 127), Decimal::parse("0"));
    }
}
