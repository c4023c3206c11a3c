//! Numbers on both sides of every border, in every type, and values that only look like numbers.

use super::{Palette, floats, number_texts};
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
        Kind::Float16 => text.parse().ok().map(floats::half),
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

/// The digits of `text` with `scale` decimals; `None` if that loses digits or needs too many.
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

/// Values that only this type has.
fn extremes(kind: Kind) -> Vec<Value> {
    match kind {
        _ if kind.is_text() => number_texts::all().into_iter().map(Value::Text).collect(),
        Kind::Float64 | Kind::Float32 | Kind::Float16 => floats::extremes(kind),
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
