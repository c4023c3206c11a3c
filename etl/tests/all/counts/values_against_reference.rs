//! Compares each value that a column can have with the reference, one at a time, so that a
//! difference names the value. The last tests hold values whose meaning is not settled.

use crate::dirt::Palette;
use crate::files::{Kind, Shape};
use crate::harness::check_file;
use crate::reference::{Column, Row, Rules, Value};
use arrow::datatypes::TimeUnit;

/// Every value is in a country of its own name, so that a difference names the value.
#[track_caller]
fn check_each_value(shape: &Shape) {
    let mut rows = Vec::new();
    for column in &Column::ALL[1..] {
        let palettes = Column::ALL.map(|column| Palette::of(column, shape.kinds[column as usize]));
        let palette = &palettes[*column as usize];
        for value in palette.clean.iter().chain(&palette.dirty) {
            let mut row: Row = std::array::from_fn(|at| palettes[at].clean[0].clone());
            row[*column as usize] = value.clone();
            let country = format!("{column:?} {value:?}").replace('#', "");
            row[Column::Country as usize] = Value::Text(country.chars().take(60).collect());
            rows.push(row);
        }
    }
    check_file(
        &format!("each value of {:?}", shape.kinds),
        &rows,
        shape,
        &Rules::with_gaps().with_country_wide().cleaned(12).asking_for(40),
        &[None],
    );
}

#[test]
fn each_value_on_its_own() {
    for kind in Kind::TEXTS {
        check_each_value(&Shape::texts(kind));
    }
    for kind in Kind::NUMBERS {
        check_each_value(&Shape::typed(kind, Kind::Text));
    }
    for kind in Kind::TIMES {
        check_each_value(&Shape::typed(Kind::Text, kind));
    }
}

/// Values for which the description and the ETL differ, or the description says nothing; each is to
/// be settled.
#[test]
fn wide_decimals_of_more_digits_than_they_need() {
    check_each_value(&Shape::typed(Kind::WideDecimal(76, 38), Kind::Text));
}

#[test]
fn a_tab_before_the_time() {
    check_text(Column::Timestamp, "2018-06-19\t12:00");
}

#[test]
fn timestamps_in_seconds() {
    check_each_value(&Shape::typed(Kind::Text, Kind::Timestamp(TimeUnit::Second, None)));
}

#[test]
fn offsets_beyond_the_years() {
    check_text(Column::LastOrder, "0000-01-01T00:00+01:00");
    check_text(Column::Timestamp, "9999-12-31T23:59-01:00");
}

/// One row with this text.
#[track_caller]
fn check_text(column: Column, text: &str) {
    let shape = Shape::default();
    let mut row: Row =
        Column::ALL.map(|column| Palette::of(column, shape.kinds[column as usize]).clean[0].clone());
    row[column as usize] = Value::text(text);
    check_file(text, &[row], &shape, &Rules::with_gaps(), &[None]);
}
