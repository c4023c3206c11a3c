//! A calendar day (UTC), read from a date or a time.
//!
//! A time without a zone is UTC; one with a zone is converted to UTC before the day is taken.

use super::date_time::{DateTime, EPOCH_FROM_COMMON_ERA};
use super::{Field, MISSING_BY_DEFAULT, MissingTexts};
use chrono::NaiveDate;
use std::fmt;

/// Seconds in a day; leap seconds do not count, as in every format we read.
const DAY_SECONDS: i64 = 86_400;
/// Minutes in a day.
const DAY_MINUTES: i64 = 1_440;
/// 0000-01-01 and 9999-12-31 in days since 1970-01-01: the range of a four-digit year.
const DAY_MIN: i64 = -719_528;
const DAY_MAX: i64 = 2_932_896;

/// A day of the proleptic Gregorian calendar in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    /// Reads text by the grammar of dates and times and the missing texts of the default rules.
    ///
    /// ```
    /// use segments::value::Day;
    ///
    /// // 00:30 two hours east of UTC is still the day before in UTC.
    /// assert_eq!(Day::read("2018-07-21T00:30+02:00"), Day::read("2018-07-20"));
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Field<Self> {
        Self::read_by(text, &MISSING_BY_DEFAULT)
    }

    /// Reads text by the grammar of dates and times; `missing` are the texts that stand for no value.
    #[must_use]
    pub fn read_by(text: &str, missing: &MissingTexts) -> Field<Self> {
        Field::read(text, missing, |text| parse(text.as_bytes()))
    }

    /// Returns the day `days` after 1970-01-01; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_epoch_days(days: i64) -> Option<Self> {
        (DAY_MIN..=DAY_MAX).contains(&days).then(|| i32::try_from(days).ok().map(Self))?
    }

    /// Returns the day with these [`epoch_days`](Self::epoch_days); bad if no text can denote it.
    #[must_use]
    pub fn from_number(epoch_days: i32) -> Field<Self> {
        // An offset can move a written day out of its years by one.
        let written = DAY_MIN - 1..=DAY_MAX + 1;
        Field::or_bad(written.contains(&i64::from(epoch_days)).then_some(Self(epoch_days)))
    }

    /// Returns the day of an instant given as `ticks` since 1970-01-01T00:00Z, with
    /// `ticks_per_second` of 1, 10^3, 10^6 or 10^9; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_epoch_ticks(ticks: i64, ticks_per_second: i64) -> Option<Self> {
        Self::from_epoch_days(ticks.div_euclid(ticks_per_second).div_euclid(DAY_SECONDS))
    }

    /// Returns the days since 1970-01-01.
    #[must_use]
    pub fn epoch_days(self) -> i32 {
        self.0
    }

    /// Returns the whole days from `earlier` to this day; `None` if `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> Option<u32> {
        u32::try_from(self.0 - earlier.0).ok()
    }
}

/// As `YYYY-MM-DD`.
impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.0.checked_add(EPOCH_FROM_COMMON_ERA).and_then(NaiveDate::from_num_days_from_ce_opt);
        date.map_or(Err(fmt::Error), |date| formatter.pad(&date.to_string()))
    }
}

fn parse(text: &[u8]) -> Option<Day> {
    let written = DateTime::parse(text)?;
    let day = Day(written.epoch_days);
    if written.offset_minutes == 0 {
        return Some(day);
    }
    // An offset can move a day out of the years 0000 to 9999; the text is still well-formed.
    let utc_minutes = i64::from(day.0) * DAY_MINUTES + written.minutes - written.offset_minutes;
    i32::try_from(utc_minutes.div_euclid(DAY_MINUTES)).ok().map(Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let expected = expected.map(|day| {
            let date: NaiveDate = day.parse().expect("a date");
            Day(date.num_days_from_ce() - EPOCH_FROM_COMMON_ERA)
        });
        assert_eq!(Day::read(text).value(), expected, "{text:?}");
    }

    #[test]
    fn the_spellings_that_producers_use() {
        check("2018-04-20", Some("2018-04-20"));
        check("2018-07-21 18:59:21.102762", Some("2018-07-21"));
        check("2020-05-20 15:43:38.364972+00:00", Some("2020-05-20"));
        check("2018-07-21T18:59:21Z", Some("2018-07-21"));
        check("2018-07-21T18:59", Some("2018-07-21"));
        check("2018-07-21Z", Some("2018-07-21"));
        check(" 2018-07-21\t", Some("2018-07-21"));
        check("2018-07-21\t18:59", Some("2018-07-21"));
        check("2018-07-21 18:59:21.123456789-0000", Some("2018-07-21"));
        // PostgreSQL and DuckDB, BigQuery and Trino, ISO 8601 with a comma, Java.
        check("2018-07-21 18:59:21+00", Some("2018-07-21"));
        check("2018-07-21 18:59:21.102762 UTC", Some("2018-07-21"));
        check("2018-07-21T18:59:21,102Z", Some("2018-07-21"));
        check("2018-07-21T18:59:21.102Z[UTC]", Some("2018-07-21"));
        check("2018-07-21t18:59:21z", Some("2018-07-21"));
        check("2018-07-21 18:59:21 +0000", Some("2018-07-21"));
        check("2018-07-21 18:59:21 \t GMT", Some("2018-07-21"));
        check("2018-07-21 UTC", Some("2018-07-21"));
        check("\u{feff}2018-07-21\u{a0}\r\n", Some("2018-07-21"));
    }

    #[test]
    fn offsets_move_the_day_only_past_midnight() {
        check("2018-07-21T01:59+02:00", Some("2018-07-20"));
        check("2018-07-21T02:00+02:00", Some("2018-07-21"));
        check("2018-07-21T21:59:59-0200", Some("2018-07-21"));
        check("2018-07-21T22:00-0200", Some("2018-07-22"));
        check("2018-07-21+00:01", Some("2018-07-20"));
        check("2018-07-21-00:01", Some("2018-07-21"));
        check("2018-12-31T23:30-00:30", Some("2019-01-01"));
        check("2018-07-21T01:59+02", Some("2018-07-20"));
        check("2018-07-21T02:00 +02", Some("2018-07-21"));
        check("2018-07-21 20:59:59,9 -03", Some("2018-07-21"));
        check("2018-07-21 21:00-03", Some("2018-07-22"));
        check("2018-07-21 00:30 +0200[Europe/Berlin]", Some("2018-07-20"));
        check("2018-07-21 +00:01", Some("2018-07-20"));
        let day_after = Day::read("9999-12-31T23:30-00:30").value().map(Day::epoch_days);
        assert_eq!(day_after.map(i64::from), Some(DAY_MAX + 1));
        let day_before = Day::read("0000-01-01T00:00+00:01").value().map(Day::epoch_days);
        assert_eq!(day_before.map(i64::from), Some(DAY_MIN - 1));
    }

    #[test]
    fn calendar() {
        check("2016-02-29", Some("2016-02-29"));
        check("2018-02-29", None);
        check("1900-02-29", None);
        check("2000-02-29", Some("2000-02-29"));
        check("2018-04-31", None);
        check("2018-13-01", None);
        check("2018-00-01", None);
        check("2018-01-00", None);
        check("0000-01-01", Some("0000-01-01"));
        check("9999-12-31", Some("9999-12-31"));
    }

    #[test]
    fn outside_the_grammar() {
        for text in [
            "2018-4-20",
            "2018/04/20",
            "20180420",
            "18-04-20",
            "2018-04-20 ",
            "2018-04-20T",
            "2018-04-20 1:00",
            "2018-04-20 24:00",
            "2018-04-20 10:60",
            "2018-04-20 10:00:60",
            "2018-04-20 10:00:00.",
            "2018-04-20 10:00:00.1234567890",
            "2018-04-20 10:00:00,",
            "2018-04-20 10:00:00,1234567890",
            "2018-04-20 10:00:00;1",
            "2018-04-20t",
            "2018-04-20 10:00+2",
            "2018-04-20 10:00+002",
            "2018-04-20 10:00+24",
            "2018-04-20 10:00+24:00",
            "2018-04-20 10:00+02:60",
            "2018-04-20 10:00+02:",
            "2018-04-20 10:00\u{a0}Z",
            "2018-04-20 10:00 utc",
            "2018-04-20 10:00 UTC+1",
            "2018-04-20 10:00 CET",
            "2018-04-20 10:00 +02 00",
            "2018-04-20 10:00[Europe/Berlin]",
            "2018-04-20 10:00Z[]",
            "2018-04-20 10:00Z[Europe/Berlin",
            "2018-04-20 10:00Z[Europe/Berlin]]",
            "2018-04-20 10:00Z [Europe/Berlin]",
            "2018-04-20 10:00Z[Europe Berlin]",
            "2018-04-20 UTC UTC",
            "2018-04-20  10:00",
            "2018-04-20 10",
            "+018-04-20",
            "2018-04-20é",
            "1524182400",
            "2018-04-20Z1",
        ] {
            let trimmed_is_fine = text.ends_with(' ');
            assert_eq!(Day::read(text) == Field::Bad, !trimmed_is_fine, "{text:?}");
        }
        assert_eq!(Day::read("  "), Field::Missing);
        let named = |letters: usize| Day::read(&format!("2018-04-20Z[{}]", "x".repeat(letters)));
        assert_eq!((named(64), named(65)), (Day::read("2018-04-20"), Field::Bad));
    }

    #[test]
    fn a_day_may_stand_for_none() {
        let missing: MissingTexts = serde_json::from_str(r#"["1900-01-01"]"#).expect("a list");
        assert_eq!(Day::read_by(" 1900-01-01", &missing), Field::Missing);
        assert_eq!(Day::read_by("1900-01-02", &missing), Day::read("1900-01-02"));
        assert_eq!(Day::read_by("NULL", &missing), Field::Bad);
        assert_eq!(Day::read("NULL"), Field::Missing);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", near in "[0-9]{4}-[0-9]{2}-[0-9]{2}[ Tt0-9:.,ZzUTC+é\\[\\]-]{0,30}") {
            let _ = (Day::read(&text), Day::read(&near));
        }

        #[test]
        fn every_day_is_read_from_its_date(days in DAY_MIN..=DAY_MAX) {
            let date = NaiveDate::default() + chrono::Duration::days(days);
            let day = Day::from_epoch_days(days);
            prop_assert_eq!(Day::read(&date.to_string()).value(), day);
            prop_assert_eq!(day.map(|day| day.to_string()), Some(date.to_string()));
        }
    }

    #[test]
    fn instants_round_down() {
        assert_eq!(Day::from_epoch_ticks(-1, 1_000), Day::from_epoch_days(-1));
        assert_eq!(Day::from_epoch_ticks(86_399_999, 1_000), Day::from_epoch_days(0));
        assert_eq!(Day::from_epoch_ticks(86_400_000, 1_000), Day::from_epoch_days(1));
        assert_eq!(Day::from_epoch_ticks(i64::MAX, 1), None);
        assert_eq!(Day::from_epoch_ticks(i64::MIN, 1_000_000_000).map(Day::epoch_days), Some(-106_752));
    }

    #[test]
    fn the_range_is_what_four_digits_say() {
        assert_eq!(Day::read("0000-01-01").value(), Day::from_epoch_days(DAY_MIN));
        assert_eq!(Day::read("9999-12-31").value(), Day::from_epoch_days(DAY_MAX));
        assert_eq!(Day::from_epoch_days(DAY_MIN - 1), None);
        assert_eq!(Day::from_epoch_days(DAY_MAX + 1), None);
    }

    #[test]
    fn differences_are_whole_days() {
        let day = |text| Day::read(text).value().expect("a day");
        assert_eq!(day("2018-07-21").days_since(day("2018-04-20")), Some(92));
        assert_eq!(day("2018-04-20").days_since(day("2018-04-20")), Some(0));
        assert_eq!(day("2018-04-19").days_since(day("2018-04-20")), None);
    }
}
