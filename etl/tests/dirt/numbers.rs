//! Numbers on both sides of every border, in every type, and what only looks like one.

use super::Palette;
use crate::files::Kind;
use crate::reference::Value;

pub(super) const AMOUNTS: &[&str] =
    &["2640", "3520", "1760", "12.5", "12.50", "12.5000", "+12.5", "0012.5", "1760.0", "5", "0.5", "100"];
pub(super) const ORDERS: &[&str] = &[
    "0",
    "1",
    "2",
    "2.0",
    "3",
    "4",
    "5",
    "5.00",
    "9",
    "10",
    "13",
    "14",
    "37",
    "+37",
    "38",
    "100",
    "1000000000",
];

/// Borders of both columns, as exact decimals.
const BORDERS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "-0.5",
    "0.0001",
    "0.00009",
    "0.00005",
    "0.1",
    "2.5",
    "4.9",
    "12.1234",
    "12.12345",
    "12.00001",
    "12.50000",
    "127",
    "255",
    "32767",
    "65535",
    "999999999",
    "999999999.9999",
    "1000000000",
    "1000000000.0",
    "1000000000.5",
    "1000000001",
    "2147483647",
    "4294967295",
    "999999999999.9999",
    "1000000000000",
    "1000000000000.0000",
    "1000000000000.0001",
    "1000000000001",
    "9223372036854775807",
    "18446744073709551615",
    "99999999999999999999999999999999999999",
    "-2640",
];

const NOT_NUMBERS: &[&str] = &[
    "",
    " ",
    "\t",
    " \t ",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "1e3",
    "1E3",
    "1e0",
    "2640e",
    "1,000",
    "1.000,5",
    "1_000",
    "1 000",
    "12 .5",
    ".5",
    "5.",
    ".",
    "+",
    "-",
    "",
    "--1",
    "+-1",
    "- 1",
    "+ 1",
    "0x10",
    "12.5.1",
    "$5",
    "5€",
    "\u{a0}5",
    "5\n",
    "\u{2212}5",
    "５",
    "١٢",
    "True",
    "null",
    "2640f",
    "12.+5",
    "\u{0}",
    "4\u{0}",
];

pub(super) fn palette(kind: Kind, clean: &[&str]) -> Palette {
    Palette {
        clean: clean.iter().filter_map(|text| value(kind, text)).collect(),
        dirty: BORDERS.iter().filter_map(|text| value(kind, text)).chain(extremes(kind)).collect(),
    }
}

/// The number in this type, if the type holds it exactly, or as closely as doubles hold decimals.
pub(crate) fn value(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        _ if kind.is_text() => Some(Value::text(text)),
        Kind::Float64 => text.parse().ok().map(Value::Double),
        Kind::Float32 => text.parse().ok().map(Value::Float),
        // Halves have 11 bits, and no decimal form of their own: those that are exact.
        Kind::Float16 => {
            let float: f32 = text.parse().ok()?;
            let is_exact = float.abs() <= 65_504.0 && float.to_bits().trailing_zeros() >= 13;
            is_exact.then_some(Value::Float(float))
        }
        Kind::Decimal(precision, scale) | Kind::WideDecimal(precision, scale) => {
            unscaled(text, precision, scale).map(|digits| Value::Decimal(digits, scale))
        }
        _ => {
            let (least, greatest) = kind.range()?;
            let number = unscaled(text, 38, 0)?.parse().ok()?;
            (least..=greatest).contains(&number).then_some(Value::Integer(number))
        }
    }
}

/// The digits of `text` with `scale` decimals; `None` if that loses some, or they are too many.
pub(crate) fn unscaled(text: &str, precision: u8, scale: i8) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.trim_start_matches('+')),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let decimals = decimals.trim_end_matches('0');
    let width = usize::try_from(scale).ok()?;
    let digits = format!("{whole}{decimals:0<width$}");
    let digits = digits.trim_start_matches('0');
    let fits = decimals.len() <= width && digits.len() <= usize::from(precision);
    fits.then(|| if digits.is_empty() { "0".to_owned() } else { format!("{sign}{digits}") })
}

/// What only this type has.
fn extremes(kind: Kind) -> Vec<Value> {
    match kind {
        _ if kind.is_text() => {
            let zeros = |count| "0".repeat(count);
            let long = [
                // 40 characters and 41: digits, a sign, decimals, blanks that do not count.
                format!("{}7", zeros(39)),
                format!("{}7", zeros(40)),
                format!("+{}7", zeros(38)),
                format!("+{}7", zeros(39)),
                format!("7.{}", zeros(38)),
                format!("7.{}", zeros(39)),
                format!("  {}7\t ", zeros(39)),
                "9".repeat(40),
                "9".repeat(41),
                format!("0.{}1", zeros(37)),
                format!("{}é", zeros(39)),
            ];
            NOT_NUMBERS.iter().copied().chain(long.iter().map(String::as_str)).map(Value::text).collect()
        }
        Kind::Float64 => {
            let up = [1e9, 1e12, 2.0].map(f64::next_up);
            let down = [1e-4, 5.0].map(f64::next_down);
            let others = [
                f64::NAN,
                -f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                -0.0,
                f64::MAX,
                f64::MIN,
                f64::MIN_POSITIVE,
                5e-324,
                1e22,
                1e300,
                0.1 + 0.2,
                1e-5,
                123_456_789_012.345_7,
            ];
            up.into_iter().chain(down).chain(others).map(Value::Double).collect()
        }
        Kind::Float32 => {
            let others = [
                f32::NAN,
                f32::INFINITY,
                f32::NEG_INFINITY,
                -0.0,
                f32::MAX,
                f32::MIN_POSITIVE,
                16_777_216.0,
                0.3,
                1e-4,
                1e12_f32.next_up(),
                1e9_f32.next_up(),
                1234.567,
            ];
            others.map(Value::Float).to_vec()
        }
        Kind::Float16 => [f32::NAN, f32::INFINITY, -0.0, 65_504.0].map(Value::Float).to_vec(),
        Kind::Decimal(precision, scale) | Kind::WideDecimal(precision, scale) => {
            let most = "9".repeat(usize::from(precision));
            let least = format!("-{most}");
            [most, least, "1".to_owned()].into_iter().map(|digits| Value::Decimal(digits, scale)).collect()
        }
        _ => kind
            .range()
            .into_iter()
            .flat_map(|(least, greatest)| [least, greatest])
            .map(Value::Integer)
            .collect(),
    }
}
