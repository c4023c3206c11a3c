//! Numbers as text, and as integers and decimals.

use super::{check, check_texts};
use crate::files::Kind;
use crate::reference::{Column, Rules, Value};

#[track_caller]
fn check_amounts(cases: &[(&str, &'static str)]) {
    check_texts(Column::Amount, &Rules::described(), cases);
}

#[track_caller]
fn check_orders(cases: &[(&str, &'static str)]) {
    check_texts(Column::Orders, &Rules::described(), cases);
}

#[test]
fn digits_and_a_point() {
    check_amounts(&[
        ("2640", "2640"),
        ("+2640", "2640"),
        ("-2640", "bad"),
        ("0002640", "2640"),
        ("12.5", "12.5"),
        ("12.50", "12.5"),
        ("5.", "5"),
        ("+5.", "5"),
        (".5", "0.5"),
        ("+.5", "0.5"),
        ("-.5", "bad"),
        (".", "bad"),
        ("+.", "bad"),
        ("..5", "bad"),
        ("5..", "bad"),
        (".5.", "bad"),
        ("1.2.3", "bad"),
        ("+", "bad"),
        ("++5", "bad"),
        ("5+", "bad"),
        ("+ 5", "bad"),
        ("1 000", "bad"),
        ("1,000", "bad"),
        ("1'000", "bad"),
        ("1_000", "bad"),
        ("1\u{a0}000", "bad"),
        ("$5", "bad"),
        ("5 \u{20ac}", "bad"),
        ("5%", "bad"),
        ("(5)", "bad"),
        ("0x10", "bad"),
        ("inf", "bad"),
        ("Infinity", "bad"),
        ("\u{ff15}", "bad"),
        ("\u{665}", "bad"),
        ("\u{2212}5", "bad"),
    ]);
}

#[test]
fn exponents() {
    check_amounts(&[
        ("2.64E7", "26400000"),
        ("2.64e7", "26400000"),
        ("2.64E+7", "26400000"),
        ("264000e-2", "2640"),
        ("1e0", "1"),
        ("1e-0", "1"),
        ("1e+00", "1"),
        ("1e0000000000000000000000000000000000003", "1000"),
        (".5e1", "5"),
        ("5.e1", "50"),
        ("+.5E+1", "5"),
        ("-1e3", "bad"),
        // From -20 to 20, whatever the resulting number.
        ("0.00000000000000000001e20", "1"),
        ("0.00000000000000000001e+020", "1"),
        ("0.000000000000000000001e21", "bad"),
        ("100000000000000000000e-20", "1"),
        ("1000000000000000000000e-21", "bad"),
        // At most 4 decimals, above 0, at most 10^12.
        ("1e-4", "0.0001"),
        ("10e-5", "0.0001"),
        ("1e-5", "bad"),
        ("125000e-4", "12.5"),
        ("121234e-4", "12.1234"),
        ("1212345e-5", "bad"),
        ("1e12", "1000000000000"),
        ("1.0000e12", "1000000000000"),
        ("0.1e13", "1000000000000"),
        ("1000000000000.0001e0", "bad"),
        ("10000000000000001e-4", "bad"),
        ("9999999999999999e-4", "999999999999.9999"),
        ("1e13", "bad"),
        ("1e20", "bad"),
        ("0e5", "bad"),
        // Invalid exponents.
        ("e3", "bad"),
        (".e3", "bad"),
        ("+e3", "bad"),
        ("1e", "bad"),
        ("1E+", "bad"),
        ("1e-", "bad"),
        ("1e1.0", "bad"),
        ("1e1.", "bad"),
        ("1e.1", "bad"),
        ("1ee1", "bad"),
        ("1e1e1", "bad"),
        ("1e++1", "bad"),
        ("1e 1", "bad"),
        ("1 e1", "bad"),
        ("1d3", "bad"),
        ("1e3f", "bad"),
        ("1e\u{ff13}", "bad"),
        ("1e99999999999999999999", "bad"),
    ]);
    check_orders(&[
        ("1e9", "1000000000"),
        ("1.000000001e9", "bad"),
        ("10e8", "1000000000"),
        ("1e10", "bad"),
        ("50e-1", "5"),
        ("55e-1", "bad"),
        ("-5e0", "bad"),
        ("0e20", "0"),
        ("-0e-20", "0"),
        ("0e21", "bad"),
        ("0e-21", "bad"),
        ("0.0E0", "0"),
    ]);
}

#[test]
fn forty_characters() {
    let zeros = |count: usize| "0".repeat(count);
    let cases = [
        (format!("{}7", zeros(39)), "7"),
        (format!("{}7", zeros(40)), "bad"),
        (format!("+{}7", zeros(38)), "7"),
        (format!("+{}7", zeros(39)), "bad"),
        (format!("7.{}", zeros(38)), "7"),
        (format!("7.{}", zeros(39)), "bad"),
        (format!("{}7e2", zeros(37)), "700"),
        (format!("{}7e2", zeros(38)), "bad"),
        (format!("7e{}2", zeros(37)), "700"),
        (format!("7e{}2", zeros(38)), "bad"),
        // Trimmed characters do not count.
        (format!("\u{a0} {}7\r\n\t", zeros(39)), "7"),
        ("9".repeat(40), "bad"),
        ("9".repeat(41), "bad"),
    ];
    let cases: Vec<_> = cases.iter().map(|(text, expected)| (&**text, *expected)).collect();
    check_amounts(&cases);
}

#[test]
fn amounts_and_orders_at_their_borders() {
    check_amounts(&[
        ("0", "bad"),
        ("0.0000", "bad"),
        ("-0", "bad"),
        ("0.0001", "0.0001"),
        (".0001", "0.0001"),
        ("0.00010", "0.0001"),
        ("0.00009", "bad"),
        ("0.00011", "bad"),
        ("999999999999.9999", "999999999999.9999"),
        ("1000000000000", "1000000000000"),
        ("1000000000000.0000", "1000000000000"),
        ("1000000000000.0001", "bad"),
        ("1000000000001", "bad"),
    ]);
    check_orders(&[
        ("0", "0"),
        ("-0", "0"),
        ("-.0", "0"),
        ("-0.0", "0"),
        ("-1", "bad"),
        ("2.0", "2"),
        ("2.", "2"),
        ("2.5", "bad"),
        (".5", "bad"),
        ("1000000000", "1000000000"),
        ("1000000000.0", "1000000000"),
        ("1000000000.5", "bad"),
        ("1000000001", "bad"),
    ]);
}

#[test]
fn integers_and_decimals() {
    let rules = Rules::described();
    for kind in [Kind::Int64, Kind::UInt64] {
        let amounts =
            [(1, "1"), (0, "bad"), (1_000_000_000_000, "1000000000000"), (1_000_000_000_001, "bad")];
        check(
            Column::Amount,
            kind,
            &rules,
            &amounts.map(|(number, expected)| (Value::Integer(number), expected)),
        );
        let orders = [(0, "0"), (1_000_000_000, "1000000000"), (1_000_000_001, "bad")];
        check(
            Column::Orders,
            kind,
            &rules,
            &orders.map(|(number, expected)| (Value::Integer(number), expected)),
        );
    }
    let decimal = |digits: &str| Value::Decimal(digits.to_owned(), 5);
    for kind in [Kind::Decimal(18, 5), Kind::Decimal(38, 5), Kind::WideDecimal(50, 5)] {
        let amounts = [
            ("10", "0.0001"),
            ("1", "bad"),
            ("11", "bad"),
            ("1250000", "12.5"),
            ("-1250000", "bad"),
            ("100000000000000000", "1000000000000"),
            ("100000000000000010", "bad"),
        ];
        check(Column::Amount, kind, &rules, &amounts.map(|(digits, expected)| (decimal(digits), expected)));
        let orders = [("200000", "2"), ("200001", "bad"), ("100000000000000", "1000000000"), ("0", "0")];
        check(Column::Orders, kind, &rules, &orders.map(|(digits, expected)| (decimal(digits), expected)));
    }
}
