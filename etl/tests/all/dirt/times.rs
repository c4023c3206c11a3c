//! Dates and times on both sides of every border of the rules, in every spelling, and texts that
//! are not times.

use super::{Palette, texts};
use crate::files::Kind;
use crate::reference::Value;
use chrono::{DateTime, FixedOffset};

/// 2018-04-20: orders and events are counted from this day here.
const BASE: i64 = 17_641;
const SECONDS_PER_DAY: i64 = 86_400;
/// Seconds of 0000-01-01 and of 10000-01-01.
const YEARS_SECONDS: [i64; 2] = [-62_167_219_200, 253_402_300_800];

pub(super) const EVENT_DAYS: &[i64] =
    &[-1, 0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 91, 119, 120, 121, 179, 180, 181, 364, 365, 366, 700];
pub(super) const LAST_ORDER_DAYS: &[i64] = &[0, 0, 0, 1];
pub(super) const FIRST_ORDER_DAYS: &[i64] = &[-365, -364, 0, 0, 150];

/// Seconds of a day at which an offset changes the day, or does not.
const SECONDS: [i64; 4] = [0, 1, 43_200, 86_399];

const SPELLINGS: usize = 26;

/// An instant as text: all spellings have the same day in UTC.
pub(crate) fn spelled(second: i64, spelling: usize) -> String {
    let offset = |minutes: i32| FixedOffset::east_opt(minutes * 60).expect("less than a day");
    let (offset, format) = match spelling % SPELLINGS {
        0 => (offset(0), "%Y-%m-%d"),
        1 => (offset(0), "%Y-%m-%d %H:%M:%S%.6f"),
        2 => (offset(0), "%Y-%m-%dT%H:%M:%SZ"),
        3 => (offset(0), "%Y-%m-%d %H:%M"),
        4 => (offset(0), "%Y-%m-%d %H:%M:%S%.6f+00:00"),
        5 => (offset(14 * 60), "%Y-%m-%dT%H:%M:%S%:z"),
        6 => (offset(-12 * 60), "%Y-%m-%d %H:%M:%S%.3f%z"),
        7 => (offset(5 * 60 + 45), "%Y-%m-%d %H:%M%:z"),
        8 => (offset(0), "%Y-%m-%d %H:%M:%S\t"),
        9 => (offset(0), " \t%Y-%m-%d %H:%M:%S.5 "),
        10 => (offset(0), "%Y-%m-%dT%H:%M:%S%.9f-00:00"),
        11 => (offset(23 * 60 + 59), "%Y-%m-%d %H:%M:%S%z"),
        12 => (offset(-23 * 60 - 59), "%Y-%m-%d %H:%M:%S%:z"),
        13 => (offset(0), "%Y-%m-%d %H:%M:%S%.6f+00"),
        14 => (offset(-3 * 60), "%Y-%m-%d %H:%M:%S%.6f-03"),
        15 => (offset(0), "%Y-%m-%d %H:%M:%S%.6f +0000"),
        16 => (offset(0), "%Y-%m-%d %H:%M:%S%.3f UTC"),
        17 => (offset(0), "%Y-%m-%d %H:%M:%S \t GMT"),
        18 => (offset(2 * 60), "%Y-%m-%dT%H:%M:%S%:z[Europe/Berlin]"),
        19 => (offset(0), "%Y-%m-%dt%H:%M:%Sz"),
        20 => (offset(0), "%Y-%m-%d\t%H:%M:%S,123"),
        21 => (offset(-5 * 60), "%Y-%m-%d %H:%M:%S,5 -05[America/Lima]"),
        22 => (offset(0), "\u{a0}%Y-%m-%dT%H:%MZ[UTC]\r\n"),
        23 => (offset(12 * 60), "%Y-%m-%dt%H:%M +12"),
        24 => (offset(0), "%Y-%m-%d %H:%MUTC\u{feff}"),
        _ => (offset(-1), "%Y-%m-%dT%H:%M%:z"),
    };
    let instant = DateTime::from_timestamp(second, 0).expect("a date").with_timezone(&offset);
    instant.format(format).to_string()
}

/// Texts on both sides of every border of the grammar.
const TEXTS: &[&str] = &[
    "2018-02-29",
    "2016-02-29",
    "1900-02-29",
    "2000-02-29",
    "2018-04-31",
    "2018-13-01",
    "2018-00-10",
    "2018-01-00",
    "2018-01-32",
    "2018-1-1",
    "18-01-01",
    "2018/01/01",
    "20180101",
    "2018-01-01x",
    "2018-01-01T",
    "2018-01",
    "2018-06-01 1:00",
    "2018-06-01 24:00",
    "2018-06-01 24:00:00",
    "2018-06-01 23:60",
    "2018-06-01 23:59:60",
    "2018-06-01 23:59:59.",
    "2018-06-01 23:59:59.123456789",
    "2018-06-01 23:59:59.1234567890",
    "2018-06-01 23:59:59,5",
    "2018-06-01  12:00",
    "2018-06-01 12:00 +00:00",
    "2018-06-01 12:00 Z",
    "2018-06-01 12",
    "2018-06-01 12:00:",
    "2018-06-01 12:00:0",
    "2018-06-01 12:00+0",
    "2018-06-01 12:00+00",
    "2018-06-01 12:00+00:0",
    "2018-06-01 12:00+000",
    "2018-06-01 12:00+24:00",
    "2018-06-01 12:00+23:60",
    "2018-06-01 12:00-24:00",
    "2018-06-01 12:00+99:99",
    "2018-06-01t12:00",
    "2018-06-01T12:00z",
    "2018-06-01T12:00ZZ",
    "2018-06-01T12:00Z+00:00",
    "2018-06-01 12:00:00 UTC",
    "2018-06-01 12:00+00:00:00",
    "2018-06-01 12:00\u{2212}01:00",
    "2018-06-01\u{a0}12:00",
    "2018-06-01\n12:00",
    "0000-01-01",
    "0000-02-29",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31 23:59:59.999999999",
    "-2018-01-01",
    "+2018-01-01",
    "10000-01-01",
    "NaT",
    "None",
    "null",
    "1532199561",
    "２018-01-01",
    "2018-01-0１",
    "2018-06-01 12:0٣",
    "2018-06-0\u{301}1",
    "2018-07-21 18:59:21.102762",
    "2020-05-20 15:43:38.364972+00:00",
    "2018-06-01 12:00:00.1Z",
    "2018-06-01T00:00-23:59",
    "2018-06-01 12:00:00:00",
    "2018-06-01 12.30",
    "2018-06-01 1200",
    "2018-06-01T120000Z",
    "2018-W01-1",
    "2018-152",
    "21/07/2018",
    "Jul 21 2018",
    "2018-06-01 12:00 PM",
    "2018-06-01 -1:00",
    "2018-06-01 12:-1",
    "2018-06-01 12:00:+1",
    // Blanks before a zone; one more before the time would be too many.
    "2018-06-01 12:00    Z",
    "2018-06-01 12:00\t \t+01:00",
    "2018-06-01 12:00\u{a0}Z",
    "2018-06-01 12:00\nZ",
    "2018-06-01 \t12:00",
    "2018-06-01T 12:00",
    "2018-06-01 T12:00",
    "2018-06-01TT12:00",
    "2018-06-01 12 :00",
    "2018-06-01 12:00 :30",
    "2018-06-01 12:00:30 .5",
    // Zones.
    "2018-06-01 00:30z",
    "2018-06-01 00:30 z",
    "2018-06-01 00:30 UTC",
    "2018-06-01 00:30GMT",
    "2018-06-01 00:30 utc",
    "2018-06-01 00:30 Gmt",
    "2018-06-01 00:30 UT",
    "2018-06-01 00:30 UTCC",
    "2018-06-01 00:30 UTC+1",
    "2018-06-01 00:30 UTC+01:00",
    "2018-06-01 00:30 GMT+0",
    "2018-06-01 00:30 Z0",
    "2018-06-01 00:30 CET",
    "2018-06-01 00:30 A",
    "2018-06-01 00:30 +",
    "2018-06-01 00:30 -",
    "2018-06-01 00:30+ 01",
    "2018-06-01 00:30+1",
    "2018-06-01 00:30+01",
    "2018-06-01 00:30-01",
    "2018-06-01 23:30-01",
    "2018-06-01 00:30+23",
    "2018-06-01 00:30+24",
    "2018-06-01 00:30-24",
    "2018-06-01 00:30+99",
    "2018-06-01 00:30+010",
    "2018-06-01 00:30+01:",
    "2018-06-01 00:30+01:0",
    "2018-06-01 00:30+0160",
    "2018-06-01 00:30+01:59",
    "2018-06-01 00:30+01:60",
    "2018-06-01 00:30+01 00",
    "2018-06-01 00:30+01.00",
    "2018-06-01 00:30+01:00:00",
    "2018-06-01 00:30+01:000",
    "2018-06-01 00:30\u{ff0b}01",
    // After a date without a time.
    "2018-06-01Z",
    "2018-06-01 UTC",
    "2018-06-01+02:00",
    "2018-06-01-02",
    "2018-06-01 +02",
    "2018-06-01\t\t-0200",
    "2018-06-01 -02[America/Noronha]",
    "2018-06-01TZ",
    "2018-06-01T+02:00",
    "2018-06-01[UTC]",
    "2018-06-01-",
    "2018-06-01-1",
    "2018-06-01-12-00",
    // Names of zones.
    "2018-06-01 00:30Z[Europe/Berlin]",
    "2018-06-01 00:30+01[Europe/Berlin]",
    "2018-06-01 00:30 +01:00[GMT+01:00]",
    "2018-06-01 00:30+01:00[Etc/GMT-1]",
    "2018-06-01 00:30+01:00[America/Port-au-Prince]",
    "2018-06-01 00:30+01:00[a~b.c_d]",
    "2018-06-01 00:30UTC[x]",
    "2018-06-01 00:30[Europe/Berlin]",
    "2018-06-01 00:30 [Europe/Berlin]",
    "2018-06-01 00:30Z [Europe/Berlin]",
    "2018-06-01 00:30Z[]",
    "2018-06-01 00:30Z[ ]",
    "2018-06-01 00:30Z[Europe Berlin]",
    "2018-06-01 00:30Z[Europe/Berlin",
    "2018-06-01 00:30ZEurope/Berlin]",
    "2018-06-01 00:30Z[a][b]",
    "2018-06-01 00:30Z[a]]",
    "2018-06-01 00:30Z[[a]",
    "2018-06-01 00:30Z[a]x",
    "2018-06-01 00:30Z[Z\u{fc}rich]",
    "2018-06-01 00:30Z[u-ca=iso8601]",
    "2018-06-01 00:30Z[!UTC]",
    "2018-06-01 00:30+01:00[123456789012345678901234567890123456789012345678901234567890abcd]",
    "2018-06-01 00:30+01:00[123456789012345678901234567890123456789012345678901234567890abcde]",
    // Fractions.
    "2018-06-01 23:59:59,5",
    "2018-06-01 23:59:59,123456789",
    "2018-06-01 23:59:59,1234567890",
    "2018-06-01 23:59:59,",
    "2018-06-01 23:59:59,5.5",
    "2018-06-01 23:59:59;5",
    "2018-06-01 23:59,5",
    "2018-06-01 23:59:59.5 ",
    "2018-06-01 23:59:59.5Z",
    "2018-06-01 23:59:59.5 UTC",
    "2018-06-01 23:59:59,123456-01",
    "2018-06-01 23:59:59.Z",
    // Texts written for a missing time.
    "0000-00-00",
    "0000-00-00 00:00:00",
    "1900-01-01",
    "1970-01-01T00:00:00Z",
    "infinity",
    "1532199561000",
    "2018-06-01 12:00:00 AM",
    "2018-06-01 12:00:00 +0000 UTC",
    "Fri Jun 01 12:00:00 UTC 2018",
];

pub(super) fn palette(kind: Kind, days: &[i64]) -> Palette {
    let seconds: Vec<i64> =
        days.iter().flat_map(|day| SECONDS.map(|second| (BASE + day) * SECONDS_PER_DAY + second)).collect();
    match kind {
        Kind::Timestamp(unit, _) | Kind::Ticks(unit) => {
            let per_second = Kind::ticks_per_second(unit);
            let ticks = |second: &i64| second.checked_mul(per_second);
            let value = |ticks: i64| match kind {
                Kind::Ticks(_) => Value::Integer(ticks.into()),
                _ => Value::Instant(ticks, per_second),
            };
            let mut dirty = vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
            for border in YEARS_SECONDS.iter().filter_map(ticks) {
                dirty.extend([border - 1, border]);
            }
            let clean = seconds.iter().filter_map(ticks).map(value).collect();
            Palette { clean, dirty: dirty.into_iter().map(value).collect() }
        }
        Kind::Date32 | Kind::Date64 => {
            let date = |days: i64| Value::Date(i32::try_from(days).expect("a date"));
            let mut dirty = vec![i64::from(i32::MIN), -1, 0, i64::from(i32::MAX)];
            for border in YEARS_SECONDS.map(|second| second / SECONDS_PER_DAY) {
                dirty.extend([border - 1, border]);
            }
            let clean = days.iter().map(|day| date(BASE + day)).collect();
            Palette { clean, dirty: dirty.into_iter().map(date).collect() }
        }
        _ => {
            let spelled =
                |(at, second): (usize, &i64)| Value::Text(spelled(*second, at * 5 / 3 + at / SPELLINGS));
            let clean = seconds.iter().enumerate().map(spelled).collect();
            let dirty = TEXTS.iter().map(|text| (*text).to_owned());
            let dirty = dirty.chain(texts::around("2018-06-01 12:00")).map(Value::Text).collect();
            Palette { clean, dirty }
        }
    }
}
