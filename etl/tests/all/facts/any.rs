//! Random dirty histories.

use super::{Event, Fact};
use crate::files::Kind;
use proptest::prelude::*;
use proptest::sample::select;
use std::ops::Range;

/// 2018-04-20, in seconds since 1970.
const BASE: i64 = 17_641 * super::SECONDS_PER_DAY;
/// Days of an event after that, on both sides of every border of recency.
const EVENT_DAYS: &[i64] = &[-1, 0, 1, 29, 30, 59, 60, 89, 90, 119, 120, 179, 180, 364, 365, 700];
/// Days of orders; most days of events are later.
const ORDER_DAYS: &[i64] = &[-365, -1, 0, 0, 0, 1];
/// Few amounts, so that ties and runners-up are common; sorted.
pub(crate) const AMOUNTS: &[&str] = &["0.0001", "12.5", "2640", "3520", "999999999999.9999"];
const ORDERS: &[&str] = &["0", "1", "4", "5", "13", "14", "37", "38", "1000000000"];
const COUNTRIES: &[&str] = &[
    "Peru",
    "peru",
    " PERU\u{a0}",
    "\tPeRu",
    "Latvia",
    "LATVIA",
    "Chile",
    "Côte d'Ivoire",
    "Co\u{302}te d'Ivoire",
    "COTE  D\u{2019}IVOIRE",
];

const NO_COUNTRIES: &[&str] = &["", " \t", "NULL", "nan", "Pe#ru", "Pe\u{7}ru"];
const NO_NUMBERS: &[&str] = &["", "\u{a0}", "-1", "1e21", "NaN", "-", "12.12345", "1000000000001", ".", "x"];
const NO_MOMENTS: &[&str] =
    &["", "\t", "None", "2018-02-29", "2018-4-20", "20180420", "2018-04-20 24:00", "NaT"];

/// A value of a column: usually a clean one, else an invalid text, or nothing.
fn any_fact(
    clean: impl Strategy<Value = Fact> + 'static,
    dirty: &'static [&'static str],
) -> impl Strategy<Value = Fact> {
    prop_oneof![
        30 => clean,
        1 => select(dirty).prop_map(Fact::text),
        1 => Just(Fact::Nothing),
    ]
}

fn number(numbers: &'static [&'static str]) -> impl Strategy<Value = Fact> {
    select(numbers).prop_map(|number| Fact::Number(number.to_owned()))
}

fn moment(days: &'static [i64]) -> impl Strategy<Value = Fact> {
    let seconds = select(&[0_i64, 1, 43_200, 86_399][..]);
    (select(days), seconds)
        .prop_map(|(day, second)| Fact::Moment(BASE + day * super::SECONDS_PER_DAY + second))
}

/// Any events.
pub(crate) fn any_history(events: Range<usize>) -> impl Strategy<Value = Vec<Event>> {
    let country = any_fact(select(COUNTRIES).prop_map(Fact::text), NO_COUNTRIES);
    let event = (
        country,
        any_fact(number(AMOUNTS), NO_NUMBERS),
        any_fact(number(ORDERS), NO_NUMBERS),
        any_fact(moment(EVENT_DAYS), NO_MOMENTS),
        any_fact(moment(ORDER_DAYS), NO_MOMENTS),
        any_fact(moment(ORDER_DAYS), NO_MOMENTS),
    );
    let event = event.prop_map(|(country, amount, orders, timestamp, last, first)| {
        [country, amount, orders, timestamp, last, first]
    });
    prop::collection::vec(event, events)
}

/// Any types for the columns of a file.
pub(crate) fn any_file_kinds() -> impl Strategy<Value = [Kind; 6]> {
    let texts = || select(&Kind::TEXTS[..]);
    let number = || prop_oneof![1 => texts(), 3 => select(&Kind::NUMBERS[..])];
    let time = || prop_oneof![1 => texts(), 3 => select(&Kind::TIMES[..])];
    (texts(), number(), number(), time(), time(), time()).prop_map(
        |(country, amount, orders, event, last, first)| [country, amount, orders, event, last, first],
    )
}
