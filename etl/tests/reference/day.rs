//! Dates and times, read as the calendar day in UTC.

use super::value::{Read, Value};
use chrono::{DateTime, Datelike, NaiveDate};

const MINUTES_PER_DAY: i64 = 24 * 60;
const SECONDS_PER_DAY: i64 = 60 * MINUTES_PER_DAY;

/// Days since 1970.
pub(crate) fn day(value: &Value) -> Read<i64> {
    let day = match value {
        Value::Null => return Read::Missing,
        Value::Text(text) => match Value::trimmed(text) {
            None => return Read::Missing,
            Some(text) => of_text(text),
        },
        Value::Instant(ticks, per_second) => of_number(ticks.div_euclid(per_second * SECONDS_PER_DAY)),
        Value::Date(days) => of_number(i64::from(*days)),
        Value::Integer(_) | Value::Double(_) | Value::Float(_) | Value::Decimal(..) => None,
    };
    day.map_or(Read::Bad, Read::Good)
}

/// A typed day must be one that four digits of a year can say.
fn of_number(days: i64) -> Option<i64> {
    let date = DateTime::from_timestamp(days.checked_mul(SECONDS_PER_DAY)?, 0)?;
    (0..=9999).contains(&date.year()).then_some(days)
}

/// `YYYY-MM-DD`, then optionally blank or `T` and `HH:MM[:SS[.1-9 digits]]`, then optionally `Z`
/// or `±HH[:]MM`.
fn of_text(text: &str) -> Option<i64> {
    let mut rest = text;
    let date = date(&mut rest)?;
    let mut minutes = 0;
    if literal(&mut rest, &[' ', '\t', 'T']).is_some() {
        minutes = 60 * digits(&mut rest, 2, 23)?;
        literal(&mut rest, &[':'])?;
        minutes += digits(&mut rest, 2, 59)?;
        if literal(&mut rest, &[':']).is_some() {
            digits(&mut rest, 2, 59)?;
            if literal(&mut rest, &['.']).is_some() {
                let fraction =
                    rest.len() - rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
                if !(1..=9).contains(&fraction) {
                    return None;
                }
                rest = &rest[fraction..];
            }
        }
    }
    if let Some(sign) = literal(&mut rest, &['Z', '+', '-'])
        && sign != 'Z'
    {
        let hours = digits(&mut rest, 2, 23)?;
        literal(&mut rest, &[':']);
        let offset = 60 * hours + digits(&mut rest, 2, 59)?;
        minutes -= if sign == '+' { offset } else { -offset };
    }
    rest.is_empty().then_some(date + minutes.div_euclid(MINUTES_PER_DAY))
}

fn date(rest: &mut &str) -> Option<i64> {
    let year = digits(rest, 4, 9999)?;
    literal(rest, &['-'])?;
    let month = digits(rest, 2, 12)?;
    literal(rest, &['-'])?;
    let day = digits(rest, 2, 31)?;
    let [month, day] = [month, day].map(|number| u32::try_from(number).expect("two digits"));
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).expect("four digits"), month, day)?;
    Some(date.signed_duration_since(NaiveDate::default()).num_days())
}

/// Takes a number of exactly `count` digits and at most `max`.
fn digits(rest: &mut &str, count: usize, max: i64) -> Option<i64> {
    let (number, after) = rest.split_at_checked(count)?;
    let is_digits = number.chars().all(|digit| digit.is_ascii_digit());
    *rest = after;
    number.parse().ok().filter(|number| is_digits && *number <= max)
}

/// Takes one of these characters if it is next.
fn literal(rest: &mut &str, allowed: &[char]) -> Option<char> {
    let next = rest.chars().next().filter(|next| allowed.contains(next))?;
    *rest = &rest[next.len_utf8()..];
    Some(next)
}

#[test]
fn days_read_as_described() {
    for (text, expected) in [
        ("1970-01-02", Read::Good(1)),
        (" 1970-01-02T00:00:00.123456789Z ", Read::Good(1)),
        ("1970-01-02 00:59+01:00", Read::Good(0)),
        ("1970-01-02 23:00-0100", Read::Good(2)),
        ("1970-02-30", Read::Bad),
        ("1970-01-02 24:00", Read::Bad),
        ("1970-01-02 00:00:00.", Read::Bad),
        ("1970-01-02 00:00 Z", Read::Bad),
        ("\t", Read::Missing),
    ] {
        assert_eq!(day(&Value::text(text)), expected, "{text:?}");
    }
    assert_eq!(day(&Value::Instant(-1, 1_000)), Read::Good(-1));
    assert_eq!(day(&Value::Date(i32::MAX)), Read::Bad);
}
