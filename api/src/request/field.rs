//! How one field is read: its JSON type, its length, its grammar.

use super::FaultCode;
use segments::value::{CountryKey, Decimal, Field, Moment, Orders};
use serde_json::value::RawValue;

/// Characters of a text: an id, a date, a segment's name.
pub(super) const TEXT_CHARS_MAX: usize = 64;
/// Bytes of a country's name, as in `segments::value::CountryKey`.
pub(super) const COUNTRY_BYTES_MAX: usize = 128;

/// What is wrong with a field: a code, and what follows its name in the message.
pub(super) type Wrong = (FaultCode, String);

fn wrong(code: FaultCode, problem: impl Into<String>) -> Wrong {
    (code, problem.into())
}

/// An integer of 64 bits, or text of 1 to 64 characters; answered as it was written.
pub(super) fn customer_id(value: &RawValue) -> Result<Box<RawValue>, Wrong> {
    let written = value.get();
    if written.starts_with('"') {
        let length = text(value, TEXT_CHARS_MAX)?.chars().count();
        return if length == 0 {
            Err(wrong(FaultCode::Empty, "must not be empty"))
        } else {
            Ok(value.to_owned())
        };
    }
    if !is_number(written) {
        return Err(wrong(FaultCode::WrongType, "must be an integer or text"));
    }
    match Decimal::parse(written).map(|number| number.in_units_of(0)) {
        Some(Some(number)) if i64::try_from(number).is_ok() => Ok(value.to_owned()),
        Some(None) => Err(wrong(FaultCode::Fraction, "must be whole, or text")),
        _ => Err(wrong(FaultCode::TooLarge, "must be an integer of 64 bits, or text")),
    }
}

pub(super) fn country(value: &RawValue) -> Result<CountryKey, Wrong> {
    let name = text(value, COUNTRY_BYTES_MAX)?;
    if segments::value::trim(&name).is_empty() {
        return Err(wrong(FaultCode::Empty, "must not be empty"));
    }
    name.parse().map_err(|_| {
        let rule = format!("must have at most {COUNTRY_BYTES_MAX} bytes, no control characters and no '#'");
        wrong(FaultCode::Malformed, rule)
    })
}

pub(super) fn segment_name(value: &RawValue) -> Result<String, Wrong> {
    let name = text(value, TEXT_CHARS_MAX)?;
    if name.is_empty() { Err(wrong(FaultCode::Empty, "must not be empty")) } else { Ok(name) }
}

pub(super) fn moment(value: &RawValue) -> Result<Moment, Wrong> {
    match Moment::read(&text(value, TEXT_CHARS_MAX)?) {
        Field::Value(moment) => Ok(moment),
        Field::Missing => Err(wrong(FaultCode::Empty, "must not be empty")),
        Field::Bad => Err(wrong(
            FaultCode::Malformed,
            "must be a day of the calendar as YYYY-MM-DD, alone or with HH:MM[:SS[.fraction]] and a zone",
        )),
    }
}

pub(super) fn orders(value: &RawValue) -> Result<Orders, Wrong> {
    let written = value.get();
    if !is_number(written) {
        return Err(wrong(FaultCode::WrongType, "must be a number"));
    }
    if written.len() > TEXT_CHARS_MAX {
        return Err(wrong(FaultCode::TooLong, format!("may have at most {TEXT_CHARS_MAX} digits")));
    }
    let decimal = Decimal::parse(written);
    if let Some(orders) = decimal.and_then(Orders::from_decimal) {
        return Ok(orders);
    }
    // What follows only finds the words for it: the number is refused already.
    let is_negative = written.starts_with('-');
    Err(match decimal.map(|decimal| decimal.in_units_of(0)) {
        _ if is_negative => wrong(FaultCode::Negative, "must not be negative"),
        Some(None) => wrong(FaultCode::Fraction, "must be whole"),
        _ => wrong(FaultCode::TooLarge, "must be at most 1000000000"),
    })
}

/// Returns a text of at most so many characters.
fn text(value: &RawValue, chars_max: usize) -> Result<String, Wrong> {
    if !value.get().starts_with('"') {
        return Err(wrong(FaultCode::WrongType, "must be text"));
    }
    let text: String = serde_json::from_str(value.get())
        .map_err(|_| wrong(FaultCode::Malformed, "must be valid Unicode"))?;
    if text.chars().count() > chars_max {
        return Err(wrong(FaultCode::TooLong, format!("may have at most {chars_max} characters")));
    }
    Ok(text)
}

fn is_number(written: &str) -> bool {
    written.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use FaultCode::{Empty, Fraction, Malformed, Negative, TooLarge, TooLong, WrongType};

    #[track_caller]
    fn check<T>(read: fn(&RawValue) -> Result<T, Wrong>, json: &str, expected: Option<FaultCode>) {
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        assert_eq!(read(value).err().map(|(code, _)| code), expected, "{json}");
    }

    #[test]
    fn customers() {
        let (longest, longer) = (format!("{:?}", "ü".repeat(64)), format!("{:?}", "ü".repeat(65)));
        for (json, expected) in [
            ("123", None),
            ("-1", None),
            ("123.0", None),
            ("1e3", None),
            ("9223372036854775807", None),
            ("9223372036854775808", Some(TooLarge)),
            ("-9223372036854775808", None),
            ("-9223372036854775809", Some(TooLarge)),
            ("1e300", Some(TooLarge)),
            (&"9".repeat(65), Some(TooLarge)),
            ("1.5", Some(Fraction)),
            ("\"C-1\"", None),
            ("\" \"", None),
            ("\"\"", Some(Empty)),
            (&longest, None),
            (&longer, Some(TooLong)),
            ("\"\\ud800\"", Some(Malformed)),
            ("true", Some(WrongType)),
            ("[1]", Some(WrongType)),
            ("{}", Some(WrongType)),
        ] {
            check(customer_id, json, expected);
        }
    }

    #[test]
    fn countries() {
        let (longest, longer) = (format!("{:?}", "x".repeat(128)), format!("{:?}", "x".repeat(129)));
        for (json, expected) in [
            ("\"Peru\"", None),
            ("\" PERU \"", None),
            (&longest, None),
            (&longer, Some(TooLong)),
            (&format!("{:?}", "ü".repeat(65)), Some(Malformed)),
            ("\" \"", Some(Empty)),
            ("\"\"", Some(Empty)),
            ("\"a#b\"", Some(Malformed)),
            ("\"a\\u0000b\"", Some(Malformed)),
            ("51", Some(WrongType)),
        ] {
            check(country, json, expected);
        }
    }

    #[test]
    fn moments() {
        for (json, expected) in [
            ("\"2018-05-03\"", None),
            ("\"2018-05-03 00:00:00\"", None),
            ("\"2018-05-03T00:00:00.123456Z\"", None),
            ("\"2018-05-03T00:00+02:00\"", None),
            ("\"2018-02-29\"", Some(Malformed)),
            ("\"2018-05-03T24:00\"", Some(Malformed)),
            ("\"03.05.2018\"", Some(Malformed)),
            ("\"\"", Some(Empty)),
            ("1525305600", Some(WrongType)),
            (&format!("{:?}", "2".repeat(65)), Some(TooLong)),
        ] {
            check(moment, json, expected);
        }
    }

    #[test]
    fn numbers_of_orders() {
        for (json, expected) in [
            ("0", None),
            ("-0", None),
            ("15", None),
            ("15.0", None),
            ("1.5e1", None),
            ("1000000000", None),
            ("1000000001", Some(TooLarge)),
            ("1e300", Some(TooLarge)),
            ("15.5", Some(Fraction)),
            ("15.00000000000000000000000000000000001", Some(Fraction)),
            ("-1", Some(Negative)),
            ("-0.5", Some(Negative)),
            ("true", Some(WrongType)),
            ("\"15\"", Some(WrongType)),
            ("null", Some(WrongType)),
            (&"9".repeat(65), Some(TooLong)),
        ] {
            check(orders, json, expected);
        }
    }
}
