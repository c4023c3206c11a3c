//! Calendar days (UTC) as days since 1970, by whole numbers alone: no engine's own idea of what
//! a date is, or how days are subtracted, takes part.

use super::BAD_DAY;
use super::steps::{Steps, named};
use etl::plan::ColumnKind;

/// The grammar of dates and times. What it leaves of a text is not part of one.
const DATE_TIME: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\
    ([ \tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)?\
    (Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?";
/// Characters of a date.
const DATE_CHARS: usize = 10;
const DAY_MINUTES: i64 = 1_440;
/// 0000-01-01 and 9999-12-31 in days since 1970-01-01: what four digits of a year can say.
const DAY_MIN: i64 = -719_528;
const DAY_MAX: i64 = 2_932_896;
/// Years that are added, so that no division meets a negative number: a whole cycle of leap years.
const CYCLE_YEARS: i64 = 400;
/// 1970-01-01 as [`days`] counts before it subtracts this.
const EPOCH: i64 = 865_565;
/// The last days of the months before each month, in a year that begins in March.
const DAYS_BEFORE_MONTH: [i64; 12] = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];

/// Reads trimmed text, null where there is none.
pub(super) fn from_texts(kind: ColumnKind, text: &str) -> Steps {
    let name = kind.name();
    let part = |part: &str| format!("{name}_{part}");
    let [text_name, is_day, year, month, day, rest, minutes] =
        ["text", "is_day", "year", "month", "day", "rest", "minutes"].map(part);
    let digits =
        |from: usize, count: usize| format!("TRY_CAST(substr(e.{text_name}, {from}, {count}) AS BIGINT)");
    let parts = vec![
        named(&is_day, format!("regexp_replace(e.{text_name}, '{DATE_TIME}', '') = ''")),
        named(&year, digits(1, 4)),
        named(&month, digits(6, 2)),
        named(&day, digits(9, 2)),
        named(&rest, format!("substr(e.{text_name}, {})", DATE_CHARS + 1)),
    ];
    let (e_year, e_month, e_day) = (format!("e.{year}"), format!("e.{month}"), format!("e.{day}"));
    // From March on, a leap day is the last of its year.
    let months: Vec<_> =
        (1..=12).map(|month| format!("WHEN {month} THEN {}", DAYS_BEFORE_MONTH[month - 1])).collect();
    let is_leap = format!("({e_year} % 4 = 0 AND ({e_year} % 100 <> 0 OR {e_year} % 400 = 0))");
    let in_month = format!(
        "{e_day} <= CASE WHEN {e_month} IN (4, 6, 9, 11) THEN 30 WHEN {e_month} <> 2 THEN 31 \
         WHEN {is_leap} THEN 29 ELSE 28 END"
    );
    let dated = vec![
        named(&is_day, format!("e.{is_day} AND {in_month}")),
        named(&year, format!("{e_year} + {CYCLE_YEARS} - CASE WHEN {e_month} <= 2 THEN 1 ELSE 0 END")),
        named(&day, format!("CASE {e_month} {} ELSE 0 END + {e_day} - 1", months.join(" "))),
        named(&minutes, utc_minutes(&rest)),
    ];
    let read = format!(
        "CASE WHEN e.{is_day} IS NULL THEN NULL WHEN NOT e.{is_day} THEN {BAD_DAY} \
         ELSE {} + CASE WHEN e.{minutes} < 0 THEN -1 WHEN e.{minutes} >= {DAY_MINUTES} THEN 1 ELSE 0 END END",
        days(&year, &day)
    );
    Steps::new().then(vec![named(&text_name, text)]).then(parts).then(dated).then(vec![named(name, read)])
}

/// Days since 1970-01-01 of a day of a year that begins in March, [`CYCLE_YEARS`] later.
fn days(year: &str, day: &str) -> String {
    let whole = |by: i64| format!("CAST(floor(e.{year} / {by}) AS BIGINT)");
    let leap_days = format!("{} - {} + {}", whole(4), whole(100), whole(400));
    format!("365 * e.{year} + {leap_days} + e.{day} - {EPOCH}")
}

/// The minutes since midnight in UTC of a time with a zone; 0 of any other, whose day is its date.
fn utc_minutes(rest: &str) -> String {
    let number = |text: String| format!("TRY_CAST({text} AS BIGINT)");
    let hhmm = |hours: String, minutes: String| format!("{} * 60 + {}", number(hours), number(minutes));
    // Between the date and a zone stand a blank and a time, or nothing.
    let local = hhmm(format!("substr(e.{rest}, 2, 2)"), format!("substr(e.{rest}, 5, 2)"));
    let has_time = format!("substr(e.{rest}, 1, 1) NOT IN ('+', '-')");
    let local = format!("CASE WHEN {has_time} THEN {local} ELSE 0 END");
    let offset = |sign: &str| {
        let zone = format!("split_part(e.{rest}, '{sign}', 2)");
        hhmm(format!("substr({zone}, 1, 2)"), format!("substr({zone}, length({zone}) - 1, 2)"))
    };
    format!(
        "CASE WHEN e.{rest} LIKE '%+%' THEN {local} - ({}) WHEN e.{rest} LIKE '%-%' THEN {local} + {} ELSE 0 END",
        offset("+"),
        offset("-")
    )
}

/// Reads units of time since 1970.
pub(super) fn from_ticks(kind: ColumnKind, stored: &str, per_day: i64) -> Steps {
    let name = kind.name();
    let (ticks, days) = (format!("{name}_ticks"), format!("{name}_days"));
    // A date is stored in 32 bits, which no other number of bits can be made of at once.
    let number = if per_day == 1 { format!("CAST({stored} AS INT)") } else { stored.to_owned() };
    // Whole numbers are divided towards zero.
    let down = if per_day == 1 {
        format!("e.{ticks}")
    } else {
        format!("e.{ticks} / {per_day} - CASE WHEN e.{ticks} % {per_day} < 0 THEN 1 ELSE 0 END")
    };
    Steps::new()
        .then(vec![named(&ticks, format!("CAST({number} AS BIGINT)"))])
        .then(vec![named(&days, down)])
        .then(vec![named(
            name,
            format!(
                "CASE WHEN e.{days} IS NULL THEN NULL WHEN e.{days} BETWEEN {DAY_MIN} AND {DAY_MAX} \
                 THEN e.{days} ELSE {BAD_DAY} END"
            ),
        )])
}
