//! Texts that mean nothing.

use super::{check, check_texts};
use crate::dirt::texts::{NEAR_MISSES, NOTHING};
use crate::files::Kind;
use crate::reference::{Column, Rules, Value};

#[test]
fn in_every_column() {
    let around = NOTHING.map(|text| format!("\u{a0} {text}\r\n"));
    let cases: Vec<_> =
        NOTHING.into_iter().chain(around.iter().map(|text| &**text)).map(|text| (text, "missing")).collect();
    for column in Column::ALL {
        check_texts(column, &Rules::described(), &cases);
        check(column, Kind::Text, &Rules::described(), &[(Value::Null, "missing")]);
    }
}

#[test]
fn near_misses() {
    let cases = NEAR_MISSES.map(|text| (text, "bad"));
    for column in &Column::ALL[1..] {
        check_texts(*column, &Rules::described(), &cases);
    }
    // As countries, the same texts are names, except those with a character that a key may not have.
    check_texts(
        Column::Country,
        &Rules::described(),
        &[
            ("Null", "null, Null"),
            ("NONE", "none, NONE"),
            ("Nan", "nan, Nan"),
            ("N/a", "n/a, N/a"),
            ("\\n", "\\n, \\n"),
            ("#n/a", "bad"),
        ],
    );
}

/// As a country, `NA` is Namibia.
#[test]
fn two_are_not_in_the_country() {
    for column in &Column::ALL[1..] {
        check_texts(*column, &Rules::described(), &[("NA", "missing"), (" - ", "missing")]);
    }
    check_texts(Column::Country, &Rules::described(), &[("NA", "na, NA"), (" - ", "-, -")]);
}

#[test]
fn by_other_rules() {
    let rules = Rules::described().treating_as_missing(&["Peru", "?"], &["?", "999999", "1900-01-01"]);
    check_texts(
        Column::Country,
        &rules,
        &[
            (" Peru\u{a0}", "missing"),
            ("?", "missing"),
            ("PERU", "peru, PERU"),
            ("NULL", "null, NULL"),
            ("#N/A", "bad"),
            ("", "missing"),
        ],
    );
    check_texts(
        Column::Amount,
        &rules,
        &[
            ("999999", "missing"),
            ("999999.0", "999999"),
            ("0999999", "999999"),
            ("?", "missing"),
            ("NULL", "bad"),
            ("NaN", "bad"),
            ("\u{feff}", "missing"),
        ],
    );
    for column in [Column::Timestamp, Column::LastOrder, Column::FirstOrder] {
        check_texts(
            column,
            &rules,
            &[("1900-01-01", "missing"), ("1900-01-01 00:00", "1900-01-01"), ("1900-01-02", "1900-01-02")],
        );
    }
    let nothing = Rules::described().treating_as_missing(&[], &[]);
    for column in &Column::ALL[1..] {
        check_texts(*column, &nothing, &[("NULL", "bad"), ("nan", "bad"), ("-", "bad"), (" ", "missing")]);
    }
    check_texts(Column::Country, &nothing, &[("NULL", "null, NULL"), (" ", "missing")]);
}

/// A NaN is missing, in any type and with any sign; an infinity is not.
#[test]
fn floats() {
    let rules = Rules::described().treating_as_missing(&[], &[]);
    for column in [Column::Amount, Column::Orders] {
        let doubles = [f64::NAN, -f64::NAN, f64::from_bits(f64::NAN.to_bits() | 1)];
        let mut cases: Vec<_> = doubles.map(|nan| (Value::Double(nan), "missing")).to_vec();
        cases.push((Value::Double(f64::INFINITY), "bad"));
        cases.push((Value::Double(f64::NEG_INFINITY), "bad"));
        check(column, Kind::Float64, &rules, &cases);
        for (kind, value) in [(Kind::Float32, Value::Float as fn(f32) -> Value), (Kind::Float16, Value::Half)]
        {
            let mut cases = [f32::NAN, -f32::NAN].map(|nan| (value(nan), "missing")).to_vec();
            cases.extend([f32::INFINITY, f32::NEG_INFINITY].map(|infinity| (value(infinity), "bad")));
            check(column, kind, &rules, &cases);
        }
    }
}
