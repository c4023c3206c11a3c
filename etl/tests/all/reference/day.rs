//! Dates and times, read as a moment in UTC; its calendar day counts.

use super::rules::Rules;
use super::text::present;
use super::value::{Column, Read, Value};
use chrono::NaiveDate;

const NANOS_PER_SECOND: i128 = 1_000_000_000;
const NANOS_PER_MINUTE: i128 = 60 * NANOS_PER_SECOND;
const NANOS_PER_DAY: i128 = 24 * 60 * NANOS_PER_MINUTE;
/// Days since 1970 of 0000-01-01 and of 10000-01-01.
const YEARS_DAYS: [i128; 2] = [-719_528, 2_932_897];

/// Days since 1970.
pub(crate) fn day(column: Column, value: &Value, rules: &Rules) -> Read<i64> {
    match moment(column, value, rules) {
        Read::Missing => Read::Missing,
        Read::Bad => Read::Bad,
        Read::Good(nanos) => {
            Read::Good(i64::try_from(nanos.div_euclid(NANOS_PER_DAY)).expect("about four digits of a year"))
        }
    }
}

/// Nanoseconds since 1970; a date without a time is the midnight of its day in UTC. A number is a
/// time only if the rules say how many of its units make a second.
pub(crate) fn moment(column: Column, value: &Value, rules: &Rules) -> Read<i128> {
    let moment = match value {
        Value::Null => return Read::Missing,
        Value::Text(text) => match present(text, &rules.missing_texts) {
            None => return Read::Missing,
            Some(text) => of_text(text),
        },
        Value::Instant(ticks, per_second) => of_ticks(i128::from(*ticks), *per_second),
        Value::Integer(ticks) => {
            let epoch = rules.epochs.iter().find(|(of, _)| *of == column);
            epoch.and_then(|(_, epoch)| of_ticks(*ticks, epoch.per_second()))
        }
        Value::Date(days) => in_four_digits(i128::from(*days) * NANOS_PER_DAY),
        Value::Double(_) | Value::Float(_) | Value::Half(_) | Value::Decimal(..) => None,
    };
    moment.map_or(Read::Bad, Read::Good)
}

fn of_ticks(ticks: i128, per_second: i64) -> Option<i128> {
    in_four_digits(ticks * (NANOS_PER_SECOND / i128::from(per_second)))
}

/// Values other than text must be times with a four-digit year.
fn in_four_digits(nanos: i128) -> Option<i128> {
    let [first, end] = YEARS_DAYS;
    (first..end).contains(&nanos.div_euclid(NANOS_PER_DAY)).then_some(nanos)
}

/// `YYYY-MM-DD`, optionally a time of day, optionally blanks and a zone.
fn of_text(text: &str) -> Option<i128> {
    let mut rest = text;
    let midnight = date(&mut rest)? * NANOS_PER_DAY;
    let mut behind = rest;
    let time = time_of_day(&mut behind);
    if time.is_some() {
        rest = behind;
    }
    let east = if rest.is_empty() { 0 } else { zone(rest.trim_start_matches([' ', '\t']))? };
    let nanos = midnight + time.unwrap_or(0) - east;
    Some(if time.is_some() { nanos } else { nanos.div_euclid(NANOS_PER_DAY) * NANOS_PER_DAY })
}

fn date(rest: &mut &str) -> Option<i128> {
    let year = digits(rest, 4, 9999)?;
    literal(rest, &['-'])?;
    let month = digits(rest, 2, 12)?;
    literal(rest, &['-'])?;
    let day = digits(rest, 2, 31)?;
    let [month, day] = [month, day].map(|number| u32::try_from(number).expect("two digits"));
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).expect("four digits"), month, day)?;
    Some(date.signed_duration_since(NaiveDate::default()).num_days().into())
}

/// One blank or `T`, then `HH:MM[:SS[.,][1-9 digits]]`. Characters after it that are not part of it
/// cannot be a zone either.
fn time_of_day(rest: &mut &str) -> Option<i128> {
    literal(rest, &[' ', '\t', 'T', 't'])?;
    let hours = digits(rest, 2, 23)?;
    literal(rest, &[':'])?;
    let minutes = digits(rest, 2, 59)?;
    let mut nanos = (60 * hours + minutes) * NANOS_PER_MINUTE;
    if literal(rest, &[':']).is_some() {
        nanos += digits(rest, 2, 59)? * NANOS_PER_SECOND;
        if literal(rest, &['.', ',']).is_some() {
            let count = rest.chars().take_while(char::is_ascii_digit).count();
            if !(1..=9).contains(&count) {
                return None;
            }
            let fraction = format!("{:0<9}", &rest[..count]);
            nanos += digits(&mut &*fraction, 9, 999_999_999)?;
            *rest = &rest[count..];
        }
    }
    Some(nanos)
}

/// The offset of a zone to the east: `Z`, `z`, `UTC`, `GMT` or `±HH[[:]MM]`, optionally followed by
/// its name in brackets, which has no effect.
fn zone(text: &str) -> Option<i128> {
    let zone = match text.split_once('[') {
        Some((zone, name)) => {
            let name = name.strip_suffix(']')?;
            let is_name = |character: char| character.is_ascii_alphanumeric() || "_+-/.~".contains(character);
            if !(1..=64).contains(&name.len()) || !name.chars().all(is_name) {
                return None;
            }
            zone
        }
        None => text,
    };
    if ["Z", "z", "UTC", "GMT"].contains(&zone) {
        return Some(0);
    }
    let mut rest = zone;
    let sign = literal(&mut rest, &['+', '-'])?;
    let mut minutes = 60 * digits(&mut rest, 2, 23)?;
    if !rest.is_empty() {
        literal(&mut rest, &[':']);
        minutes += digits(&mut rest, 2, 59)?;
    }
    let minutes = if sign == '-' { -minutes } else { minutes };
    rest.is_empty().then_some(minutes * NANOS_PER_MINUTE)
}

/// Takes a number of exactly `count` digits, at most `max`.
fn digits(rest: &mut &str, count: usize, max: i128) -> Option<i128> {
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
    let rules = Rules::described();
    for (text, expected) in [
        ("1970-01-02", Read::Good(1)),
        (" 1970-01-02T00:00:00.123456789Z ", Read::Good(1)),
        ("1970-01-02 00:59+01:00", Read::Good(0)),
        ("1970-01-02 00:59+01", Read::Good(0)),
        ("1970-01-02 00:59 \t +01[Europe/Berlin]", Read::Good(0)),
        ("1970-01-02 01:00:00,5 +0100", Read::Good(1)),
        ("1970-01-02 23:00-0100", Read::Good(2)),
        ("1970-01-02t00:00 UTC", Read::Good(1)),
        ("1970-01-02 +00:01", Read::Good(0)),
        ("1970-01-02GMT", Read::Good(1)),
        ("1970-02-30", Read::Bad),
        ("1970-01-02 24:00", Read::Bad),
        ("1970-01-02 00:00:00.", Read::Bad),
        ("1970-01-02 00:00[UTC]", Read::Bad),
        ("1970-01-02 00:00Z[]", Read::Bad),
        ("1970-01-02 00:00Z [UTC]", Read::Bad),
        ("1970-01-02 00:00 utc", Read::Bad),
        ("1970-01-02  00:00", Read::Bad),
        ("1970-01-02 00:00+01:", Read::Bad),
        ("\t", Read::Missing),
        ("None", Read::Missing),
    ] {
        assert_eq!(day(Column::Timestamp, &Value::text(text), &rules), expected, "{text:?}");
    }
    let day = |value, rules: &Rules| day(Column::Timestamp, &value, rules);
    assert_eq!(day(Value::Instant(-1, 1_000), &rules), Read::Good(-1));
    assert_eq!(day(Value::Date(i32::MAX), &rules), Read::Bad);
    assert_eq!(day(Value::Integer(86_400_000), &rules), Read::Bad);
    assert_eq!(day(Value::Integer(86_400_000), &rules.with_epochs()), Read::Good(1));
}
