//! A point in time as precise as it was written: a day, or a time of day (UTC).

use super::date_time::DateTime;
use super::{Day, Field, MISSING_BY_DEFAULT, MissingTexts};

/// Nanoseconds in a day and in a minute.
const DAY_NANOS: i128 = 86_400_000_000_000;
const MINUTE_NANOS: i128 = 60_000_000_000;

/// A day, or a time of day to the nanosecond.
///
/// A date alone stands for its whole day: it is neither before nor after a time of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    day: Day,
    /// Nanoseconds since 1970-01-01T00:00Z; `None` for a date alone.
    instant: Option<i128>,
}

impl Moment {
    /// Reads text by the grammar of dates and times and the missing texts of the default rules.
    ///
    /// ```
    /// use segments::value::Moment;
    ///
    /// let [morning, evening, day] = ["2018-07-21T08:00", "2018-07-21 20:00:00.5Z", "2018-07-21"]
    ///     .map(|text| Moment::read(text).value().expect("well-formed"));
    /// assert!(evening.is_after(morning) && !morning.is_after(evening));
    /// assert!(!evening.is_after(day) && !day.is_after(morning));
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Field<Self> {
        Self::read_by(text, &MISSING_BY_DEFAULT)
    }

    /// Reads text by the grammar of dates and times; `missing` are the texts that stand for no value.
    #[must_use]
    pub fn read_by(text: &str, missing: &MissingTexts) -> Field<Self> {
        Field::read(text, missing, |text| {
            let day = Day::read_by(text, missing).value()?;
            let written = DateTime::parse(text.as_bytes())?;
            let minutes = i128::from(written.minutes - written.offset_minutes);
            let midnight = i128::from(written.epoch_days) * DAY_NANOS;
            let instant = midnight + minutes * MINUTE_NANOS + i128::from(written.nanos());
            Some(Self { day, instant: written.has_time.then_some(instant) })
        })
    }

    /// Returns the instant `nanos` after 1970-01-01T00:00Z; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_epoch_nanos(nanos: i128) -> Option<Self> {
        let days = i64::try_from(nanos.div_euclid(DAY_NANOS)).ok()?;
        Some(Self { day: Day::from_epoch_days(days)?, instant: Some(nanos) })
    }

    /// Returns the moment `nanos` later; `None` outside the years 0000 to 9999. A date alone has no
    /// time to add to and stays the same.
    #[must_use]
    pub fn later_by(self, nanos: i128) -> Option<Self> {
        self.instant.map_or(Some(self), |instant| Self::from_epoch_nanos(instant.checked_add(nanos)?))
    }

    /// Returns the day in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        self.day
    }

    /// Returns the nanoseconds since 1970-01-01T00:00Z; `None` for a date alone.
    #[must_use]
    pub fn epoch_nanos(self) -> Option<i128> {
        self.instant
    }

    /// Returns whether it is later than `other`: by time if both have one, else by day.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        match (self.instant, other.instant) {
            (Some(mine), Some(theirs)) => mine > theirs,
            _ => self.day > other.day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(earlier: &str, later: &str, expected: bool) {
        let [earlier_at, later_at] =
            [earlier, later].map(|text| Moment::read(text).value().expect("well-formed"));
        assert_eq!(later_at.is_after(earlier_at), expected, "{later} after {earlier}");
        assert!(!earlier_at.is_after(later_at), "{earlier} after {later}");
    }

    #[test]
    fn times_are_compared_exactly() {
        check("2018-07-21 18:59:21.102762", "2018-07-21T18:59:21.102763Z", true);
        check("2018-07-21 18:59:21.1", "2018-07-21 18:59:21.100000000", false);
        check("2018-07-21 18:59", "2018-07-21 18:59:00", false);
        check("2018-07-21 18:59", "2018-07-21 18:59:01", true);
        check("2018-07-21T00:30+02:00", "2018-07-20T22:31", true);
        check("2018-07-21T00:30+02:00", "2018-07-20T22:30Z", false);
        check("0000-01-01T00:00+00:01", "0000-01-01T00:00", true);
        check("2018-07-21 18:59:21,1 UTC", "2018-07-21t18:59:21.2z", true);
        check("2018-07-21 18:59:21+01[Europe/Berlin]", "2018-07-21 17:59:21 GMT", false);
    }

    #[test]
    fn a_date_is_its_whole_day() {
        check("2018-07-21", "2018-07-21T23:59:59.999999999", false);
        check("2018-07-21T00:00", "2018-07-21", false);
        check("2018-07-21T23:59", "2018-07-22", true);
        check("2018-07-21", "2018-07-22T00:00", true);
    }

    #[test]
    fn later() {
        let moment = |text| Moment::read(text).value().expect("well-formed");
        let minute = moment("2018-07-21T23:59:30").later_by(MINUTE_NANOS);
        assert_eq!(minute, Some(moment("2018-07-22T00:00:30")));
        assert_eq!(moment("2018-07-21").later_by(MINUTE_NANOS), Some(moment("2018-07-21")));
        assert_eq!(moment("9999-12-31T23:59:59").later_by(MINUTE_NANOS), None);
    }

    #[test]
    fn what_is_no_date_is_no_moment() {
        assert_eq!(Moment::read("2018-02-30"), Field::Bad);
        assert_eq!(Moment::read(" "), Field::Missing);
        assert_eq!(Moment::from_epoch_nanos(i128::MAX), None);
    }

    proptest! {
        #[test]
        fn its_day_is_what_days_are_read_as(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]([ Tt][0-2][0-9]:[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?)?( {0,2}(Z|UTC|[+-][01][0-9](:?[0-5][0-9])?))?") {
            prop_assert_eq!(Moment::read(&text).value().map(Moment::day), Day::read(&text).value());
        }

        #[test]
        fn an_instant_is_read_from_its_text(seconds in -60_000_000_000_i64..250_000_000_000, nanos in 0..1_000_000_000_u32) {
            let text = chrono::DateTime::from_timestamp(seconds, nanos).expect("in range").to_rfc3339_opts(chrono::SecondsFormat::Nanos, true);
            let at = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
            prop_assert_eq!(Moment::read(&text).value(), Moment::from_epoch_nanos(at));
        }
    }
}
