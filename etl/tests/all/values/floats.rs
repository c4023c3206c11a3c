//! Doubles, singles and halves; they count with as many digits as their types can promise.

use super::check;
use crate::dirt::floats::half;
use crate::files::{Kind, Shape};
use crate::harness::check_file;
use crate::reference::{Column, Row, Rules, Value};
use arrow::datatypes::{ArrowPrimitiveType, Float16Type};

#[track_caller]
fn check_doubles(column: Column, cases: &[(f64, &'static str)]) {
    let cases: Vec<_> = cases.iter().map(|(double, expected)| (Value::Double(*double), *expected)).collect();
    check(column, Kind::Float64, &Rules::described(), &cases);
}

#[track_caller]
fn check_singles(column: Column, cases: &[(f32, &'static str)]) {
    let cases: Vec<_> = cases.iter().map(|(single, expected)| (Value::Float(*single), *expected)).collect();
    check(column, Kind::Float32, &Rules::described(), &cases);
}

#[track_caller]
fn check_halves(column: Column, cases: &[(f32, &'static str)]) {
    let cases: Vec<_> = cases.iter().map(|(single, expected)| (half(*single), *expected)).collect();
    check(column, Kind::Float16, &Rules::described(), &cases);
}

#[test]
fn doubles() {
    check_doubles(
        Column::Amount,
        &[
            (12.5, "12.5"),
            (0.1 + 0.2, "0.3"),
            (1.1 + 2.2, "3.3"),
            (4.35 * 100.0, "435"),
            (1.0 - 0.9, "0.1"),
            (0.3_f64.next_down().next_down(), "0.3"),
            // Digits beyond fifteen are noise; digits within fifteen are not.
            (12.123_400_000_000_04, "12.1234"),
            (12.123_400_000_000_06, "bad"),
            (0.000_099_999_999_999_999_99, "0.0001"),
            (0.000_099_999_999_999_999_9, "bad"),
            (0.000_1, "0.0001"),
            (0.000_11, "bad"),
            (999_999_999_999.999, "999999999999.999"),
            (999_999_999_999.999_9, "1000000000000"),
            (99_999_999_999.999_9, "99999999999.9999"),
            (1_000_000_000_000.004, "1000000000000"),
            (1_000_000_000_000.01, "bad"),
            // Sixteen digits that a double holds exactly; the last is in the middle and rounds to even.
            (123_456_789_012.062_5, "123456789012.062"),
            (123_456_789_012.187_5, "123456789012.188"),
            (0.0, "bad"),
            (-0.0, "bad"),
            (-12.5, "bad"),
            (1e13, "bad"),
            (f64::MAX, "bad"),
            (f64::MIN_POSITIVE, "bad"),
            (5e-324, "bad"),
        ],
    );
    check_doubles(
        Column::Orders,
        &[
            (0.0, "0"),
            (-0.0, "0"),
            (2.0, "2"),
            (2.5, "bad"),
            (5.0_f64.next_down(), "5"),
            (5.0_f64.next_up(), "5"),
            (4.999_999_999_999_996, "5"),
            (4.999_999_999_999_994, "bad"),
            (1e9, "1000000000"),
            (1e9_f64.next_up(), "1000000000"),
            (1_000_000_000.000_004, "1000000000"),
            (1_000_000_000.000_006, "bad"),
            (1_000_000_001.0, "bad"),
            (-1.0, "bad"),
            (-5e-324, "bad"),
        ],
    );
}

#[test]
fn singles() {
    check_singles(
        Column::Amount,
        &[
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            (12.1234, "12.1234"),
            (123.456, "123.456"),
            (1234.567, "1234.57"),
            (999_999.0, "999999"),
            (1_000_004.0, "1000000"),
            (1_000_006.0, "1000010"),
            (1_000_005.0, "1000000"),
            (1_000_015.0, "1000020"),
            (16_777_216.0, "16777200"),
            (1e12, "1000000000000"),
            (1e12_f32.next_up(), "1000000000000"),
            (1.000_01e12, "bad"),
            (0.000_1, "0.0001"),
            (0.000_101, "bad"),
            (f32::MAX, "bad"),
            (-1.0, "bad"),
        ],
    );
    check_singles(
        Column::Orders,
        &[
            (5.0_f32.next_down(), "5"),
            (4.999_996, "5"),
            (4.999_994, "bad"),
            (123_456.0, "123456"),
            (1_234_567.0, "1234570"),
            (1e9, "1000000000"),
            (1_000_004_000.0, "1000000000"),
            (1_000_006_000.0, "bad"),
            (-0.0, "0"),
            (0.5, "bad"),
        ],
    );
}

#[test]
fn halves() {
    check_halves(
        Column::Amount,
        &[
            (0.1, "0.1"),
            (0.3, "0.3"),
            (12.34, "12.3"),
            (2.5, "2.5"),
            (999.0, "999"),
            (1_001.0, "1000"),
            (1_005.0, "1000"),
            (1_015.0, "1020"),
            (1_006.0, "1010"),
            (2_640.0, "2640"),
            (65_504.0, "65500"),
            (65_520.0, "bad"),
            (1e-4, "0.0001"),
            (0.001_2, "0.0012"),
            (0.001_23, "bad"),
            (6e-8, "bad"),
            (-2.5, "bad"),
        ],
    );
    check_halves(
        Column::Orders,
        &[
            (5.0, "5"),
            (4.996, "5"),
            (4.99, "bad"),
            (37.0, "37"),
            (2_049.0, "2050"),
            (-0.0, "0"),
            (0.5, "bad"),
        ],
    );
}

/// Every possible half, in both columns.
#[test]
fn every_half() {
    let mut kinds = [Kind::Text; 6];
    kinds[Column::Amount as usize] = Kind::Float16;
    kinds[Column::Orders as usize] = Kind::Float16;
    let shape = Shape { kinds, ..Shape::default() };
    let mut rows: Vec<Row> = Vec::new();
    for bits in 0..=u16::MAX {
        let half = Value::Half(<Float16Type as ArrowPrimitiveType>::Native::from_bits(bits).to_f32());
        for (amount, orders) in [(half.clone(), Value::Half(2.0)), (Value::Half(2.0), half)] {
            let time = Value::text("2018-06-01");
            rows.push([Value::text("Peru"), amount, orders, time.clone(), time.clone(), time]);
        }
    }
    check_file("every half", &rows, &shape, &Rules::with_gaps(), &[None]);
}

/// Sums and products of prices are read as the exact decimal result.
#[test]
fn sums_of_prices() {
    let mut random = fastrand::Rng::with_seed(31);
    let mut cases = Vec::new();
    for _ in 0..2_000 {
        let cents: Vec<u32> = (0..random.usize(2..9)).map(|_| random.u32(1..50_000)).collect();
        let total: u32 = cents.iter().sum();
        let sum: f64 = cents.iter().map(|cents| f64::from(*cents) / 100.0).sum();
        let product = f64::from(total) * 0.01;
        let expected = format!("{}.{:02}", total / 100, total % 100);
        let expected: &'static str =
            Box::leak(expected.trim_end_matches('0').trim_end_matches('.').to_owned().into_boxed_str());
        cases.extend([(sum, expected), (product, expected)]);
    }
    check_doubles(Column::Amount, &cases);
}
