//! Orders and amounts, read from decimal digits: never from a double.

use super::value::{Read, Value};

/// A decimal number: digits before the point without leading zeros, digits after it without
/// trailing ones.
struct Number {
    negative: bool,
    whole: String,
    decimals: String,
}

/// A whole number from 0 to 10^9.
pub(crate) fn orders(value: &Value) -> Read<i64> {
    read(value, |number| {
        let orders: i64 = if number.whole.is_empty() { 0 } else { number.whole.parse().ok()? };
        let is_valid =
            number.decimals.is_empty() && (orders == 0 || !number.negative) && orders <= 1_000_000_000;
        is_valid.then_some(orders)
    })
}

/// An amount in ten-thousandths: above 0, at most 10^12, at most 4 decimals.
pub(crate) fn amount(value: &Value) -> Read<i64> {
    read(value, |number| {
        if number.negative || number.decimals.len() > 4 || number.whole.len() > 13 {
            return None;
        }
        let ten_thousandths: i64 = format!("{}{:0<4}", number.whole, number.decimals).parse().ok()?;
        (1..=10_i64.pow(16)).contains(&ten_thousandths).then_some(ten_thousandths)
    })
}

/// An amount as it is printed: no exponent, no trailing zeros.
pub(crate) fn printed(ten_thousandths: i64) -> String {
    let text = format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn read<T>(value: &Value, check: impl Fn(Number) -> Option<T>) -> Read<T> {
    let number = match value {
        Value::Null => return Read::Missing,
        Value::Text(text) => match Value::trimmed(text) {
            None => return Read::Missing,
            Some(text) if text.chars().count() > 40 => None,
            Some(text) => number(text),
        },
        Value::Integer(number_) => number(&number_.to_string()),
        // The shortest form that reads back the same, which is what `{}` prints: never an exponent.
        Value::Double(double) => number(&format!("{double}")),
        Value::Float(float) => number(&format!("{float}")),
        Value::Decimal(digits, scale) => number(&with_point(digits, *scale)),
        Value::Instant(..) | Value::Date(_) => None,
    };
    number.and_then(check).map_or(Read::Bad, Read::Good)
}

/// `[+-]?digits(.digits)?`
fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((whole, decimals)) => (whole, decimals),
        None => (unsigned, "0"),
    };
    let is_digits = |part: &str| !part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit());
    (is_digits(whole) && is_digits(decimals)).then(|| Number {
        negative: text.starts_with('-'),
        whole: whole.trim_start_matches('0').to_owned(),
        decimals: decimals.trim_end_matches('0').to_owned(),
    })
}

/// `-1250` with two decimals is `-12.50`, with two decimals less than none `-125000`.
pub(crate) fn with_point(digits: &str, scale: i8) -> String {
    let unsigned = digits.trim_start_matches('-');
    let sign = &digits[..digits.len() - unsigned.len()];
    let decimals = usize::from(scale.unsigned_abs());
    if scale <= 0 {
        return format!("{sign}{unsigned}{}", "0".repeat(decimals));
    }
    let padded = format!("{unsigned:0>width$}", width = decimals + 1);
    let (whole, decimals) = padded.split_at(padded.len() - decimals);
    format!("{sign}{whole}.{decimals}")
}

#[test]
fn numbers_read_as_described() {
    let check = |value: Value, expected: &str| {
        let printed = match amount(&value) {
            Read::Missing => "missing".to_owned(),
            Read::Bad => "bad".to_owned(),
            Read::Good(amount) => printed(amount),
        };
        assert_eq!(printed, expected, "{value:?}");
    };
    for (text, expected) in [
        (" \t", "missing"),
        (" 12.50 ", "12.5"),
        ("+007", "7"),
        ("12.50000", "12.5"),
        ("0.00001", "bad"),
        ("1000000000000", "1000000000000"),
        ("1000000000000.0001", "bad"),
        ("1e3", "bad"),
        (".5", "bad"),
        ("5.", "bad"),
    ] {
        check(Value::text(text), expected);
    }
    check(Value::Double(0.1), "0.1");
    check(Value::Double(f64::NAN), "bad");
    check(Value::Float(0.1), "0.1");
    check(Value::Decimal("-1250".to_owned(), 2), "bad");
    check(Value::Decimal("5".to_owned(), 3), "0.005");
    check(Value::Decimal("5".to_owned(), -3), "5000");
    assert_eq!(orders(&Value::text("-0.0")), Read::Good(0));
    assert_eq!(orders(&Value::text("1000000001")), Read::Bad);
}
