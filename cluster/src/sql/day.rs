//! Calendar days (UTC) as days since 1970, computed with whole numbers: engines differ in their dates
//! and in how they subtract days.

use super::literal::BAD_DAY;
use super::steps::{Steps, named, passed};
use history::plan::ColumnKind;

/// The grammar of dates and times, with the brackets of [`angled`]. What it leaves of a text is
/// outside the grammar.
const DATE_TIME: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\
    ([ \tTt]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?)?\
    ([ \t]*(Z|z|UTC|GMT|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)(<[A-Za-z0-9_+/.~-]{1,64}>)?)?";
/// Characters of a date.
const DATE_CHARS: usize = 10;
const DAY_MINUTES: i64 = 1_440;
/// 0000-01-01 and 9999-12-31 in days since 1970-01-01: the range of years with four digits.
const DAY_MIN: i64 = -719_528;
const DAY_MAX: i64 = 2_932_896;
/// Years added, a whole cycle of leap years, so that divisions never meet negative numbers.
const CYCLE_YEARS: i64 = 400;
/// 1970-01-01 as [`days`] counts before it subtracts this.
const EPOCH: i64 = 865_565;
/// The last days of the months before each month, in a year that begins in March.
const DAYS_BEFORE_MONTH: [i64; 12] = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];

/// Reads the text of the step before: trimmed, null if missing.
pub(super) fn from_texts(kind: ColumnKind, steps: Steps, text: &str) -> Steps {
    let name = kind.name();
    let part = |part: &str| format!("{name}_{part}");
    let [is_day, year, month, day, rest, minutes] =
        ["is_day", "year", "month", "day", "rest", "minutes"].map(part);
    let digits = |from: usize, count: usize| format!("TRY_CAST(substr(e.{text}, {from}, {count}) AS BIGINT)");
    // A zone's name may contain the signs of an offset.
    let behind = format!("split_part(substr(e.{text}, {}), '<', 1)", DATE_CHARS + 1);
    let parts = vec![
        named(&is_day, format!("regexp_replace(e.{text}, '{DATE_TIME}', '') = ''")),
        named(&year, digits(1, 4)),
        named(&month, digits(6, 2)),
        named(&day, digits(9, 2)),
        named(&rest, behind),
    ];
    let (e_year, e_month, e_day) = (format!("e.{year}"), format!("e.{month}"), format!("e.{day}"));
    // With years from March, a leap day is the last of its year.
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
    steps.then(vec![named(text, angled(text))]).then(parts).then(dated).then(vec![named(name, read)])
}

/// Replaces the square brackets around a zone's name by angle brackets, since engines escape square
/// ones differently in patterns. Text with angle brackets is outside the grammar.
fn angled(text: &str) -> String {
    format!(
        "CASE WHEN e.{text} LIKE '%[%' OR e.{text} LIKE '%<%' THEN translate(e.{text}, '[]<>', '<>??') \
         ELSE e.{text} END"
    )
}

/// Returns the days since 1970-01-01 of a day whose year begins in March and is [`CYCLE_YEARS`] later.
fn days(year: &str, day: &str) -> String {
    let whole = |by: i64| format!("CAST(floor(e.{year} / {by}) AS BIGINT)");
    let leap_days = format!("{} - {} + {}", whole(4), whole(100), whole(400));
    format!("365 * e.{year} + {leap_days} + e.{day} - {EPOCH}")
}

/// Returns the minutes since midnight in UTC of a time with a zone; 0 for others, whose day is the date.
fn utc_minutes(rest: &str) -> String {
    let number = |text: &str| format!("TRY_CAST({text} AS BIGINT)");
    let hours_of = |text: &str| format!("{} * 60", number(text));
    // Between date and zone are a blank and a time, or blanks, or nothing.
    let local = format!(
        "CASE WHEN substr(e.{rest}, 4, 1) = ':' AND substr(e.{rest}, 1, 1) NOT IN ('+', '-') THEN {} + {} ELSE 0 END",
        hours_of(&format!("substr(e.{rest}, 2, 2)")),
        number(&format!("substr(e.{rest}, 5, 2)"))
    );
    let offset = |sign: &str| {
        let zone = format!("split_part(e.{rest}, '{sign}', 2)");
        let minutes = number(&format!("substr({zone}, length({zone}) - 1, 2)"));
        format!(
            "{} + CASE WHEN length({zone}) > 2 THEN {minutes} ELSE 0 END",
            hours_of(&format!("substr({zone}, 1, 2)"))
        )
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
    let [number, ticks, days, is_there] =
        ["number", "ticks", "days", "is_there"].map(|part| format!("{name}_{part}"));
    // A date has 32 bits; engines cast it directly to integers of that size only.
    let begun = if per_day == 1 { format!("CAST({stored} AS INT)") } else { stored.to_owned() };
    // Integer division rounds towards zero.
    let down = if per_day == 1 {
        format!("e.{ticks}")
    } else {
        format!("e.{ticks} / {per_day} - CASE WHEN e.{ticks} % {per_day} < 0 THEN 1 ELSE 0 END")
    };
    let read = format!(
        "CASE WHEN NOT e.{is_there} THEN NULL WHEN e.{days} BETWEEN {DAY_MIN} AND {DAY_MAX} THEN e.{days} ELSE {BAD_DAY} END"
    );
    Steps::new()
        .then(vec![named(&number, begun)])
        // A number beyond our bits is not a time.
        .then(vec![
            named(&is_there, format!("e.{number} IS NOT NULL")),
            named(&ticks, format!("TRY_CAST(e.{number} AS BIGINT)")),
        ])
        .then(vec![passed(&is_there), named(&days, down)])
        .then(vec![named(name, read)])
}
