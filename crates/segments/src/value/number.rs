//! The grammar of numbers, held exactly:
//! `[+-]?(digits[.digits] | digits. | .digits)`, then optionally `e` or `E` and a whole number.
//!
//! Infinities, thousands separators and currency signs are outside it.

use std::fmt;

/// Maximum characters of a number as text, including sign, point and exponent.
const NUMBER_CHARS_MAX: usize = 40;
/// Largest exponent, positive or negative.
const EXPONENT_MAX: i32 = 20;

/// An exact decimal, `unscaled / 10^scale`, without trailing zeros in its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    unscaled: i128,
    scale: u32,
}

impl Decimal {
    /// Returns the decimal that trimmed text denotes; `None` if it is outside the grammar, longer
    /// than 40 characters, has an exponent beyond 20, or is too large for 38 digits, which no
    /// column of ours allows anyway. Every JSON number within these bounds is valid.
    ///
    /// ```
    /// use segments::value::Decimal;
    ///
    /// assert_eq!(Decimal::parse("2.50"), Decimal::parse("+2.5"));
    /// assert_eq!(Decimal::parse("2.64E7"), Decimal::parse("26400000"));
    /// assert_eq!(Decimal::parse("2,640"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > NUMBER_CHARS_MAX {
            return None;
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            None => (text, 0),
            Some((mantissa, digits)) => (mantissa, exponent(digits)?),
        };
        let (unscaled, decimals) = parse_mantissa(mantissa)?;
        Self::scaled(unscaled, decimals - exponent)
    }

    /// Returns a double rounded to 15 significant digits, as many as a double can guarantee: 0.1 +
    /// 0.2 is 0.3.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        Self::parse_scientific(&format!("{number:.14e}"))
    }

    /// Returns a single rounded to 6 significant digits, likewise.
    #[must_use]
    pub fn from_f32(number: f32) -> Option<Self> {
        Self::parse_scientific(&format!("{number:.5e}"))
    }

    /// Returns a half, given as a single of the same value, rounded to 3 significant digits, likewise.
    #[must_use]
    pub fn from_f16(number: f32) -> Option<Self> {
        Self::parse_scientific(&format!("{number:.2e}"))
    }

    /// Returns `unscaled / 10^scale`; `None` if a negative scale takes it beyond 38 digits.
    #[must_use]
    pub fn new(unscaled: i128, scale: i8) -> Option<Self> {
        Self::scaled(unscaled, scale.into())
    }

    /// Returns the number in units of `10^-scale`; `None` if it has more decimals or does not fit.
    #[must_use]
    pub fn in_units_of(self, scale: u32) -> Option<i128> {
        let missing = scale.checked_sub(self.scale)?;
        self.unscaled.checked_mul(10_i128.checked_pow(missing)?)
    }

    fn scaled(mut unscaled: i128, scale: i32) -> Option<Self> {
        if scale < 0 && unscaled != 0 {
            let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
            unscaled = unscaled.checked_mul(factor)?;
        }
        let mut decimals = u32::try_from(scale).unwrap_or_default();
        while decimals > 0 && unscaled % 10 == 0 {
            unscaled /= 10;
            decimals -= 1;
        }
        Some(Self { unscaled, scale: decimals })
    }

    /// Parses a float as the standard library prints it: `-1.50e-7`; `None` for `NaN` and `inf`.
    fn parse_scientific(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once('e')?;
        let (unscaled, decimals) = parse_mantissa(mantissa)?;
        Self::scaled(unscaled, decimals - exponent.parse::<i32>().ok()?)
    }
}

/// Parses the text after an `e`: an optional sign, and digits.
fn exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|exponent| (-EXPONENT_MAX..=EXPONENT_MAX).contains(exponent))
}

/// Parses `[+-]?(digits[.digits] | digits. | .digits)`. Returns its digits as one number, without
/// trailing zeros in its decimals, and the number of decimals.
fn parse_mantissa(text: &str) -> Option<(i128, i32)> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let point = digits.iter().position(|byte| *byte == b'.');
    let (whole, decimals) = match point {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &[][..]),
    };
    if whole.is_empty() && decimals.is_empty() {
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
    let scale = i32::try_from(decimals.len()).ok()?;
    Some((if negative { -unscaled } else { unscaled }, scale))
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
        check("2.", Some((2, 0)));
        check(".5", Some((5, 1)));
        check("-.25", Some((-25, 2)));
        check("+.", None);
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
        check(&format!("{}7e1", "0".repeat(37)), Some((70, 0)));
        check(&format!("{}7e1", "0".repeat(38)), None);
    }

    #[test]
    fn exponents() {
        for (text, same) in [
            ("2.64E7", Some("26400000")),
            ("2.64e7", Some("26400000")),
            ("1.5e1", Some("15")),
            ("1.5E+1", Some("15")),
            ("150e-1", Some("15")),
            ("1.E1", Some("10")),
            (".5e1", Some("5")),
            ("1e-4", Some("0.0001")),
            ("1e007", Some("10000000")),
            ("0e9", Some("0")),
            ("-0.0E-20", Some("0")),
            ("1e20", Some("100000000000000000000")),
            ("1e21", None),
            ("1e-20", Some("0.00000000000000000001")),
            ("1e-21", None),
            ("0e21", None),
            ("1e99999999999", None),
            ("e1", None),
            (".e1", None),
            ("1e", None),
            ("1e+", None),
            ("1e--1", None),
            ("1e1.0", None),
            ("1e1e1", None),
            ("1 e1", None),
            ("1e 1", None),
        ] {
            assert_eq!(Decimal::parse(text), same.and_then(Decimal::parse), "{text}");
            assert_eq!(Decimal::parse(text).is_some(), same.is_some(), "{text}");
        }
    }

    #[test]
    fn floats_by_the_digits_that_they_can_promise() {
        for (number, text) in [
            (12.5, "12.5"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            (2640.0, "2640"),
            (-0.0, "0"),
            (1e15, "1000000000000000"),
            (999_999_999_999.999, "999999999999.999"),
            (999_999_999_999.999_9, "1000000000000"),
            (1.234_567_890_123_45, "1.23456789012345"),
            (1.234_567_890_123_456_7, "1.23456789012346"),
            (1e-5, "0.00001"),
        ] {
            assert_eq!(Decimal::from_f64(number), Decimal::parse(text), "{number}");
        }
        for (number, text) in
            [(0.1_f32, "0.1"), (0.1 + 0.2, "0.3"), (123_456.0, "123456"), (1_234_567.0, "1234570")]
        {
            assert_eq!(Decimal::from_f32(number), Decimal::parse(text), "{number}");
        }
        // 0.1 and 2640 as halves.
        for (number, text) in [(0.099_975_586_f32, "0.1"), (12.5, "12.5"), (2640.0, "2640"), (1234.0, "1230")]
        {
            assert_eq!(Decimal::from_f16(number), Decimal::parse(text), "{number}");
        }
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
            assert_eq!(Decimal::from_f64(number), None, "{number}");
        }
        assert_eq!(Decimal::from_f64(f64::MIN_POSITIVE).and_then(|number| number.in_units_of(4)), None);
        assert_eq!((Decimal::from_f32(f32::NAN), Decimal::from_f32(f32::INFINITY)), (None, None));
        assert_eq!((Decimal::from_f16(f32::NAN), Decimal::from_f16(f32::INFINITY)), (None, None));
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
