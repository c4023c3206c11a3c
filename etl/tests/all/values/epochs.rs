//! Integers that the rules define as times.

use super::check;
use crate::files::Kind;
use crate::reference::rules::Epoch;
use crate::reference::{Column, Rules, Value};

#[test]
fn every_unit_in_every_column() {
    for column in [Column::Timestamp, Column::LastOrder, Column::FirstOrder] {
        for epoch in Epoch::ALL {
            let rules = Rules::described().counting(&[(column, epoch)]);
            let day = 86_400 * i128::from(epoch.per_second());
            let mut cases = vec![
                (0, "1970-01-01"),
                (1, "1970-01-01"),
                (-1, "1969-12-31"),
                (day - 1, "1970-01-01"),
                (day, "1970-01-02"),
                (17_683 * day, "2018-06-01"),
                (17_684 * day - 1, "2018-06-01"),
            ];
            // Years of four digits, as far as the number of ticks reaches.
            for (ticks, expected) in [
                (-719_528 * day, "0000-01-01"),
                (-719_528 * day - 1, "bad"),
                (2_932_897 * day - 1, "9999-12-31"),
                (2_932_897 * day, "bad"),
            ] {
                cases.extend(i64::try_from(ticks).ok().map(|ticks| (i128::from(ticks), expected)));
            }
            let most = if epoch == Epoch::Nanos { ["2262-04-11", "1677-09-21"] } else { ["bad"; 2] };
            cases.extend([(i128::from(i64::MAX), most[0]), (i128::from(i64::MIN), most[1])]);
            let mut cases: Vec<_> =
                cases.into_iter().map(|(ticks, expected)| (Value::Integer(ticks), expected)).collect();
            cases.push((Value::Null, "missing"));
            check(column, Kind::Int64, &rules, &cases);
        }
    }
}

#[test]
fn every_type_of_integer() {
    let rules = Rules::described().counting(&[(Column::LastOrder, Epoch::Seconds)]);
    for (kind, cases) in [
        (Kind::Int32, vec![(i128::from(i32::MAX), "2038-01-19"), (i128::from(i32::MIN), "1901-12-13")]),
        (Kind::UInt32, vec![(0, "1970-01-01"), (i128::from(u32::MAX), "2106-02-07")]),
        (
            Kind::UInt64,
            vec![(253_402_300_799, "9999-12-31"), (253_402_300_800, "bad"), (i128::from(u64::MAX), "bad")],
        ),
    ] {
        let cases: Vec<_> =
            cases.into_iter().map(|(ticks, expected)| (Value::Integer(ticks), expected)).collect();
        check(Column::LastOrder, kind, &rules, &cases);
    }
}

/// Values other than integers are read as usual.
#[test]
fn text_stays_text() {
    let rules = Rules::described().with_epochs();
    let cases = [("1532199561000", "bad"), ("2018-06-01", "2018-06-01"), ("NULL", "missing")];
    super::check_texts(Column::Timestamp, &rules, &cases);
    check(Column::Timestamp, Kind::Date32, &rules, &[(Value::Date(17_683), "2018-06-01")]);
}
