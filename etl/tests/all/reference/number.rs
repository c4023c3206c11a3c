//! Orders and amounts, read from decimal digits, never by floating-point arithmetic.

use super::rules::Rules;
use super::text::present;
use super::value::{Read, Value};

/// A decimal number: digits before the point without leading zeros, digits after it without
/// trailing zeros.
struct Number {
    negative: bool,
    whole: String,
    decimals: String,
}

/// A whole number from 0 to 10^9.
pub(crate) fn orders(value: &Value, rules: &Rules) -> Read<i64> {
    read(value, rules, |number| {
        let orders: i64 = if number.whole.is_empty() { 0 } else { number.whole.parse().ok()? };
        let is_valid =
            number.decimals.is_empty() && (orders == 0 || !number.negative) && orders <= 1_000_000_000;
        is_valid.then_some(orders)
    })
}

/// An amount in ten-thousandths: above 0, at most 10^12, at most 4 decimals.
pub(crate) fn amount(value: &Value, rules: &Rules) -> Read<i64> {
    read(value, rules, |number| {
        if number.negative || number.decimals.len() > 4 || number.whole.len() > 13 {
            return None;
        }
        let ten_thousandths: i64 = format!("{}{:0<4}", number.whole, number.decimals).parse().ok()?;
        (1..=10_i64.pow(16)).contains(&ten_thousandths).then_some(ten_thousandths)
    })
}

/// An amount in printed form: no exponent, no trailing zeros.
pub(crate) fn printed(ten_thousandths: i64) -> String {
    let text = format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn read<T>(value: &Value, rules: &Rules, check: impl Fn(Number) -> Option<T>) -> Read<T> {
    let number = match value {
        Value::Null => return Read::Missing,
        Value::Text(text) => match present(text, &rules.missing_texts) {
            None => return Read::Missing,
            Some(text) if text.chars().count() > 40 => None,
            Some(text) => number(text),
        },
        Value::Integer(integer) => number(&integer.to_string()),
        Value::Double(double) if double.is_nan() => return Read::Missing,
        Value::Float(float) | Value::Half(float) if float.is_nan() => return Read::Missing,
        Value::Double(double) => of_digits(*double, 15),
        Value::Float(float) => of_digits(f64::from(*float), 6),
        Value::Half(half) => of_digits(f64::from(*half), 3),
        Value::Decimal(digits, scale) => number(&with_point(digits, *scale)),
        Value::Instant(..) | Value::Date(_) => None,
    };
    number.and_then(check).map_or(Read::Bad, Read::Good)
}

/// `[+-]?(digits[.digits] | digits. | .digits)([eE][+-]?digits)?`
fn number(text: &str) -> Option<Number> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |part: &str| part.chars().all(|digit| digit.is_ascii_digit());
    let is_number = is_digits(whole) && is_digits(decimals) && !(whole.is_empty() && decimals.is_empty());
    is_number.then(|| shifted(mantissa.starts_with('-'), whole, decimals, exponent))
}

/// From -20 to 20, with any number of leading zeros.
fn exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: i32 = format!("0{}", digits.trim_start_matches('0')).parse().ok()?;
    let number = if text.starts_with('-') { -number } else { number };
    (-20..=20).contains(&number).then_some(number)
}

/// Moves the point to the right; to the left if `places` is negative.
fn shifted(negative: bool, whole: &str, decimals: &str, places: i32) -> Number {
    let (mut whole, mut decimals) = (whole.to_owned(), decimals.to_owned());
    for _ in 0..places {
        whole.push(if decimals.is_empty() { '0' } else { decimals.remove(0) });
    }
    for _ in places..0 {
        decimals.insert(0, whole.pop().unwrap_or('0'));
    }
    Number {
        negative,
        whole: whole.trim_start_matches('0').to_owned(),
        decimals: decimals.trim_end_matches('0').to_owned(),
    }
}

/// The decimal of a finite double, rounded to `count` significant digits; a value exactly in the
/// middle goes to the even digit, as in `printf`.
fn of_digits(double: f64, count: usize) -> Option<Number> {
    if !double.is_finite() {
        return None;
    }
    let (digits, mut places) = exactly(double);
    let mut kept = digits.clone();
    if digits.len() > count {
        let rest = kept.split_off(count);
        places += i32::try_from(rest.len()).expect("fewer than 800 digits");
        let half = format!("5{}", "0".repeat(rest.len() - 1));
        let is_odd = kept.ends_with(['1', '3', '5', '7', '9']);
        if rest > half || (rest == half && is_odd) {
            kept = (kept.parse::<u64>().expect("at most 15 digits") + 1).to_string();
        }
    }
    Some(shifted(double.is_sign_negative(), &kept, "", places))
}

/// All digits of a double, without leading zeros, and the power of ten to multiply them by.
fn exactly(double: f64) -> (String, i32) {
    let bits = double.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i32::try_from(bits >> 52 & 0x7ff).expect("11 bits");
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1_074) } else { (fraction | 1 << 52, exponent - 1_075) };
    // One half is five tenths.
    let factor = if exponent < 0 { 5 } else { 2 };
    let mut limbs = vec![mantissa % LIMB, mantissa / LIMB];
    let mut left = exponent.unsigned_abs();
    while left > 0 {
        let power = left.min(FACTORS_MAX);
        multiply(&mut limbs, u64::pow(factor, power));
        left -= power;
    }
    let digits: Vec<_> = limbs.iter().rev().map(|limb| format!("{limb:09}")).collect();
    (digits.concat().trim_start_matches('0').to_owned(), exponent.min(0))
}

/// A limb has nine digits.
const LIMB: u64 = 1_000_000_000;
/// Maximum factors of five whose product with a limb fits into 64 bits.
const FACTORS_MAX: u32 = 13;

/// Multiplies a number written in limbs, the last limb first, as on paper.
fn multiply(limbs: &mut Vec<u64>, factor: u64) {
    let mut carry = 0;
    for limb in limbs.iter_mut() {
        let number = *limb * factor + carry;
        *limb = number % LIMB;
        carry = number / LIMB;
    }
    while carry > 0 {
        limbs.push(carry % LIMB);
        carry /= LIMB;
    }
}

/// `-1250` with two decimals is `-12.50`; with minus two decimals it is `-125000`.
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
    let rules = Rules::described();
    let check = |value: Value, expected: &str| {
        let printed = match amount(&value, &rules) {
            Read::Missing => "missing".to_owned(),
            Read::Bad => "bad".to_owned(),
            Read::Good(amount) => printed(amount),
        };
        assert_eq!(printed, expected, "{value:?}");
    };
    for (text, expected) in [
        (" \t", "missing"),
        (" <NA> ", "missing"),
        (" 12.50 ", "12.5"),
        ("+007", "7"),
        ("12.50000", "12.5"),
        ("0.00001", "bad"),
        ("1000000000000", "1000000000000"),
        ("1000000000000.0001", "bad"),
        ("1e3", "1000"),
        ("2.64E7", "26400000"),
        ("1250e-02", "12.5"),
        ("0.00000000000000000001e+20", "1"),
        ("0.000000000000000000001e21", "bad"),
        (".5", "0.5"),
        ("5.", "5"),
        (".", "bad"),
        (".e1", "bad"),
        ("1e", "bad"),
    ] {
        check(Value::text(text), expected);
    }
    check(Value::Double(0.1 + 0.2), "0.3");
    check(Value::Double(999_999_999_999.999_9), "1000000000000");
    check(Value::Double(f64::NAN), "missing");
    check(Value::Double(f64::INFINITY), "bad");
    check(Value::Double(5e-324), "bad");
    check(Value::Double(1e300), "bad");
    // Exactly in the middle between two numbers of 15 digits.
    check(Value::Double(12_345_678_901.062_5), "12345678901.0625");
    check(Value::Double(123_456_789_012.062_5), "123456789012.062");
    check(Value::Double(123_456_789_012.187_5), "123456789012.188");
    check(Value::Float(0.1), "0.1");
    check(Value::Float(16_777_216.0), "16777200");
    check(Value::Half(0.099_975_586), "0.1");
    check(Value::Decimal("-1250".to_owned(), 2), "bad");
    check(Value::Decimal("5".to_owned(), 3), "0.005");
    check(Value::Decimal("5".to_owned(), -3), "5000");
    assert_eq!(orders(&Value::text("-0.0"), &rules), Read::Good(0));
    assert_eq!(orders(&Value::text("1000000001"), &rules), Read::Bad);
    assert_eq!(orders(&Value::Double(5.0_f64.next_down()), &rules), Read::Good(5));
    for (double, whole, decimals) in
        [(0.5, "", "5"), (3.0, "3", ""), (0.1, "", "1000000000000000055511151231257827021181583404541015625")]
    {
        let (digits, places) = exactly(double);
        let number = shifted(false, &digits, "", places);
        assert_eq!((&*number.whole, &*number.decimals), (whole, decimals), "{double}");
    }
}
