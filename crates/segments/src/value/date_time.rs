//! The grammar of dates and times: `YYYY-MM-DD`, then optionally a blank, `T` or `t` and
//! `HH:MM[:SS[.,][1-9 digits]]`, then optionally blanks and a zone: `Z`, `z`, `UTC`, `GMT`, `±HH`
//! or `±HH[:]MM`, optionally followed by the zone's name in brackets. A blank is a space or a tab.

use chrono::{Datelike, NaiveDate};

/// Maximum digits of a fraction of a second: nanoseconds.
const FRACTION_DIGITS_MAX: usize = 9;
/// Maximum characters of a zone's name: `America/Argentina/ComodRivadavia` has 32.
const ZONE_NAME_CHARS_MAX: usize = 64;
/// Days from 0001-01-01 to 1970-01-01, our day 0. chrono calls the former day 1.
pub(super) const EPOCH_FROM_COMMON_ERA: i32 = 719_163;

/// A date or time as written, in its own zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateTime<'a> {
    /// Days since 1970-01-01.
    pub(super) epoch_days: i32,
    /// Minutes since midnight; 0 for a date alone.
    pub(super) minutes: i64,
    /// `SS`, `SS.digits` or `SS,digits`; empty if absent. Checked but not yet parsed: most readers
    /// need only the day.
    pub(super) seconds: &'a [u8],
    /// Whether it has a time of day.
    pub(super) has_time: bool,
    /// Minutes east of UTC; 0 without a zone.
    pub(super) offset_minutes: i64,
}

impl<'a> DateTime<'a> {
    /// Reads trimmed text; `None` if it is outside the grammar or the calendar.
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let epoch_days = parse_date(date)?;
        let date = Self { epoch_days, minutes: 0, seconds: &[], has_time: false, offset_minutes: 0 };
        let (time, zone) = match rest {
            [b' ' | b'\t' | b'T' | b't', time @ ..] if time.first().is_some_and(u8::is_ascii_digit) => {
                let (minutes, seconds, zone) = parse_time(time)?;
                (Self { minutes, seconds, has_time: true, ..date }, zone)
            }
            zone => (date, zone),
        };
        Some(Self { offset_minutes: parse_zone(zone)?, ..time })
    }

    /// Returns the seconds and their fraction in nanoseconds.
    pub(super) fn nanos(&self) -> i64 {
        let (whole, fraction) = self.seconds.split_at(self.seconds.len().min(2));
        let number = |digits: &[u8]| digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let digits = fraction.get(1..).unwrap_or_default();
        let missing = FRACTION_DIGITS_MAX.saturating_sub(digits.len());
        let missing = u32::try_from(missing).unwrap_or_default();
        number(whole) * 1_000_000_000 + number(digits) * 10_i64.pow(missing)
    }
}

/// Parses `YYYY-MM-DD`, ten bytes.
fn parse_date(date: &[u8]) -> Option<i32> {
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let year = two_digits(date, 0)? * 100 + two_digits(date, 2)?;
    let (month, day) = (two_digits(date, 5)?, two_digits(date, 8)?);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(date.num_days_from_ce() - EPOCH_FROM_COMMON_ERA)
}

/// Parses `HH:MM[:SS[.,][1-9 digits]]`. Returns the minutes since midnight, the seconds, and the rest.
fn parse_time(time: &[u8]) -> Option<(i64, &[u8], &[u8])> {
    let (hour, minute) = (two_digits(time, 0)?, two_digits(time, 3)?);
    if time[2] != b':' || hour > 23 || minute > 59 {
        return None;
    }
    let minutes = i64::from(hour * 60 + minute);
    let [b':', seconds @ ..] = &time[5..] else {
        return Some((minutes, &[], &time[5..]));
    };
    if two_digits(seconds, 0)? > 59 {
        return None;
    }
    let [b'.' | b',', fraction @ ..] = &seconds[2..] else {
        return Some((minutes, &seconds[..2], &seconds[2..]));
    };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (seconds, rest) = seconds.split_at(3 + digits);
    (1..=FRACTION_DIGITS_MAX).contains(&digits).then_some((minutes, seconds, rest))
}

/// Parses nothing, or blanks and a zone. Returns the minutes east of UTC.
fn parse_zone(text: &[u8]) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let (zone, name) = match text[blanks..].iter().position(|byte| *byte == b'[') {
        Some(at) => text[blanks..].split_at(at),
        None => (&text[blanks..], &[][..]),
    };
    if !(name.is_empty() || is_zone_name(name)) {
        return None;
    }
    let (sign, hhmm) = match zone {
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hour, minute) = match hhmm.len() {
        2 => (two_digits(hhmm, 0)?, 0),
        4 => (two_digits(hhmm, 0)?, two_digits(hhmm, 2)?),
        5 if hhmm[2] == b':' => (two_digits(hhmm, 0)?, two_digits(hhmm, 3)?),
        _ => return None,
    };
    (hour <= 23 && minute <= 59).then(|| sign * i64::from(hour * 60 + minute))
}

/// Returns whether this is a zone's name in brackets, `[Europe/Berlin]`, as Java writes it after
/// the same offset.
fn is_zone_name(name: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+-/.~".contains(byte);
    match name {
        [b'[', letters @ .., b']'] => {
            (1..=ZONE_NAME_CHARS_MAX).contains(&letters.len()) && letters.iter().all(is_letter)
        }
        _ => false,
    }
}

fn two_digits(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 2)?;
    digits
        .iter()
        .all(u8::is_ascii_digit)
        .then(|| u32::from(digits[0] - b'0') * 10 + u32::from(digits[1] - b'0'))
}
