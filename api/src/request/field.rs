//! Reads one field: its JSON type, its length, its grammar.

use crate::fault::FaultCode;
use segments::value::{Country, CountryKey, Decimal, Field, Moment, Orders};
use serde_json::value::RawValue;

/// Characters of an id or a segment's name.
pub(super) const TEXT_CHARS_MAX: usize = 64;
/// Characters of a day or a time: with zone and zone name up to 100, plus blanks.
pub(super) const MOMENT_CHARS_MAX: usize = 128;
/// Bytes of a country's key, as in `segments::value::CountryKey`.
const COUNTRY_KEY_BYTES_MAX: usize = 128;
/// Characters of a country's name: for each one in the key, three marks or blanks that the key drops.
pub(super) const COUNTRY_CHARS_MAX: usize = 512;
/// Characters of a number, as in `segments::value::Decimal`.
const NUMBER_CHARS_MAX: usize = 40;
/// The largest absolute exponent of a number, as in `segments::value::Decimal`.
const EXPONENT_MAX: i32 = 20;
/// The message for a larger one.
const EXPONENT: &str = "must have an exponent from -20 to 20, if any";

/// The message for blank text and for texts that the default rules take for missing. The country's
/// own rules are not known yet.
const IS_MISSING: &str = "must not be empty, nor a text that stands for nothing, such as NULL or NaN";

/// A field's fault: the code, and the message without the field's name.
pub(super) type Wrong = (FaultCode, String);

fn wrong(code: FaultCode, problem: impl Into<String>) -> Wrong {
    (code, problem.into())
}

/// Reads a 64-bit integer, or text of 1 to 64 characters. It is returned as written.
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
        None if has_exponent_beyond(written) => Err(wrong(FaultCode::Malformed, EXPONENT)),
        _ => Err(wrong(FaultCode::TooLarge, "must be an integer of 64 bits, or text")),
    }
}

pub(super) fn country(value: &RawValue) -> Result<CountryKey, Wrong> {
    let name = text(value, COUNTRY_CHARS_MAX)?;
    match Country::read(&name) {
        Field::Value(country) => Ok(country.key),
        Field::Missing => Err(wrong(FaultCode::Empty, IS_MISSING)),
        Field::Bad if name.chars().count() > COUNTRY_KEY_BYTES_MAX => {
            let rule = format!("may have at most {COUNTRY_KEY_BYTES_MAX} bytes, marks and blanks left out");
            Err(wrong(FaultCode::TooLong, rule))
        }
        Field::Bad => {
            let rule = format!(
                "must have 1 to {COUNTRY_KEY_BYTES_MAX} bytes, marks and blanks left out, no control characters and no '#'"
            );
            Err(wrong(FaultCode::Malformed, rule))
        }
    }
}

pub(super) fn segment_name(value: &RawValue) -> Result<String, Wrong> {
    let name = text(value, TEXT_CHARS_MAX)?;
    if name.is_empty() { Err(wrong(FaultCode::Empty, "must not be empty")) } else { Ok(name) }
}

pub(super) fn moment(value: &RawValue) -> Result<Moment, Wrong> {
    match Moment::read(&text(value, MOMENT_CHARS_MAX)?) {
        // The calendar ends there; a zone may lead beyond.
        Field::Value(moment) if moment.later_by(0).is_none() => {
            Err(wrong(FaultCode::Malformed, "must be within the years 0000 to 9999 in UTC"))
        }
        Field::Value(moment) => Ok(moment),
        Field::Missing => Err(wrong(FaultCode::Empty, IS_MISSING)),
        Field::Bad => Err(wrong(
            FaultCode::Malformed,
            "must be a day of the calendar as YYYY-MM-DD, alone or with HH:MM[:SS[.fraction]], and a zone: Z, UTC, GMT, ±HH or ±HH:MM",
        )),
    }
}

pub(super) fn orders(value: &RawValue) -> Result<Orders, Wrong> {
    let written = value.get();
    if !is_number(written) {
        return Err(wrong(FaultCode::WrongType, "must be a number"));
    }
    if written.len() > NUMBER_CHARS_MAX {
        return Err(wrong(FaultCode::TooLong, format!("may have at most {NUMBER_CHARS_MAX} characters")));
    }
    let decimal = Decimal::parse(written);
    if let Some(orders) = decimal.and_then(Orders::from_decimal) {
        return Ok(orders);
    }
    // The number is refused; the rest only chooses the message.
    let is_negative = written.starts_with('-');
    Err(match decimal.map(|decimal| decimal.in_units_of(0)) {
        _ if is_negative => wrong(FaultCode::Negative, "must not be negative"),
        Some(None) => wrong(FaultCode::Fraction, "must be whole"),
        None if has_exponent_beyond(written) => wrong(FaultCode::Malformed, EXPONENT),
        _ => wrong(FaultCode::TooLarge, "must be at most 1000000000"),
    })
}

/// Reads text of at most `chars_max` characters.
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

/// Returns whether a JSON number's exponent is out of our range.
fn has_exponent_beyond(written: &str) -> bool {
    let exponent = written.split_once(['e', 'E']).map(|(_, exponent)| exponent.parse::<i32>());
    exponent.is_some_and(|exponent| !exponent.is_ok_and(|exponent| exponent.abs() <= EXPONENT_MAX))
}

fn is_number(written: &str) -> bool {
    written.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use FaultCode::{Empty, Fraction, Malformed, Negative, TooLarge, TooLong, WrongType};
    use serde_json::json;

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
            ("1e18", None),
            ("1e19", Some(TooLarge)),
            ("1e20", Some(TooLarge)),
            ("1e21", Some(Malformed)),
            ("10e-1", None),
            ("1e-20", Some(Fraction)),
            ("1e-21", Some(Malformed)),
            ("9223372036854775807", None),
            ("9223372036854775808", Some(TooLarge)),
            ("-9223372036854775808", None),
            ("-9223372036854775809", Some(TooLarge)),
            ("1e300", Some(Malformed)),
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
        let text = |letter: &str, number: usize| json!(letter.repeat(number)).to_string();
        for (json, expected) in [
            ("\"Peru\"", None),
            ("\" PERU \"", None),
            ("\"NA\"", None),
            ("\"-\"", None),
            ("\"Pe\\nru\"", None),
            (&text("x", 128), None),
            (&text("x", 129), Some(TooLong)),
            // The key drops marks and blanks; a letter may take several bytes.
            (&text("ü", 128), None),
            (&text("u\u{308}\u{301}", 128), None),
            (&format!("\"a{}b\"", " ".repeat(COUNTRY_CHARS_MAX - 2)), None),
            (&format!("\"a{}b\"", " ".repeat(COUNTRY_CHARS_MAX - 1)), Some(TooLong)),
            (&text("Ж", 64), None),
            (&text("Ж", 65), Some(Malformed)),
            (&text("ﷺ", 4), Some(Malformed)),
            ("\" \"", Some(Empty)),
            ("\"\"", Some(Empty)),
            ("\"\\u00a0\\ufeff\"", Some(Empty)),
            ("\"NULL\"", Some(Empty)),
            ("\" NaN\\n\"", Some(Empty)),
            ("\"a#b\"", Some(Malformed)),
            ("\"a＃b\"", Some(Malformed)),
            ("\"\\u0301\"", Some(Malformed)),
            ("\"a\\u0000b\"", Some(Malformed)),
            ("51", Some(WrongType)),
        ] {
            check(country, json, expected);
        }
        let read = |json| country(serde_json::from_str(json).expect("JSON")).expect("a country").to_string();
        assert_eq!(read("\"NA\""), "na");
        assert_eq!(read("\"TÜRKİYE\\u00a0\""), "turkiye");
    }

    #[test]
    fn moments() {
        for (json, expected) in [
            ("\"2018-05-03\"", None),
            ("\"2018-05-03 00:00:00\"", None),
            ("\"2018-05-03T00:00:00.123456Z\"", None),
            ("\"2018-05-03T00:00+02:00\"", None),
            ("\"2018-05-03 00:00:00,5 UTC\"", None),
            ("\"2018-05-03t00:00:00z\"", None),
            ("\"2018-05-03 00:00:00+00\"", None),
            ("\"2018-05-03T00:00:00.123456789-03:00[America/Argentina/ComodRivadavia]\"", None),
            ("\"0000-01-01T00:00Z\"", None),
            ("\"0000-01-01T00:00+00:00\"", None),
            ("\"0000-01-01T00:00+00:01\"", Some(Malformed)),
            ("\"9999-12-31T23:59:59.999999999Z\"", None),
            ("\"9999-12-31T23:59-00:01\"", Some(Malformed)),
            ("\"2018-05-03 00:00:00 CET\"", Some(Malformed)),
            ("\"NaN\"", Some(Empty)),
            ("\"-\"", Some(Empty)),
            ("\"2018-02-29\"", Some(Malformed)),
            ("\"2018-05-03T24:00\"", Some(Malformed)),
            ("\"03.05.2018\"", Some(Malformed)),
            ("\"\"", Some(Empty)),
            ("1525305600", Some(WrongType)),
            (&format!("\"2018-05-03{}\"", " ".repeat(MOMENT_CHARS_MAX - 10)), None),
            (&format!("\"2018-05-03{}\"", " ".repeat(MOMENT_CHARS_MAX - 9)), Some(TooLong)),
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
            ("1e300", Some(Malformed)),
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
