//! Compares the ETL with the reference on random rows, types, layouts, rules and selections.

use crate::any_history::any_file;
use crate::files::{Kind, Shape};
use crate::harness::{TestFile, check};
use crate::reference::{Column, Row, Rules, Value};
use crate::{files, reference};
use proptest::prelude::*;

const FILES_MAX: usize = 3;

/// Times as integers, in the unit that the rules give for their column.
fn as_ticks((mut shape, mut rows): (Shape, Vec<Row>)) -> (Shape, Vec<Row>) {
    for (column, epoch) in Rules::described().with_epochs().epochs {
        let column = column as usize;
        let Kind::Timestamp(unit, _) = shape.kinds[column] else { continue };
        if Kind::ticks_per_second(unit) == epoch.per_second() {
            shape.kinds[column] = Kind::Ticks(unit);
            for value in rows.iter_mut().map(|row| &mut row[column]) {
                if let Value::Instant(ticks, _) = value {
                    *value = Value::Integer(i128::from(*ticks));
                }
            }
        }
    }
    (shape, rows)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rows_in_any_files(
        files in prop::collection::vec(any_file(), 1..=FILES_MAX),
        has_gaps in any::<bool>(),
        choice in 0..16_u8,
        has_country_wide in any::<bool>(),
        min_support in prop_oneof![Just(0), 1..12_u64],
        is_all in any::<bool>(),
        (has_epochs, is_mapped, knows_nothing) in any::<(bool, bool, bool)>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let rules = if has_gaps { Rules::with_gaps() } else { Rules::described() }.cleaned(choice);
        let rules = if has_country_wide { rules.with_country_wide() } else { rules }.asking_for(min_support);
        let rules = if has_epochs { rules.with_epochs() } else { rules };
        let rules = if is_mapped { rules.mapping(&[("CHILE", "Per\u{fa}"), ("LATVIA", "Latvija")]) } else { rules };
        let rules = if knows_nothing { rules.treating_as_missing(&[], &["5", "12.5"]) } else { rules };
        let mut seen = false;
        let mut test_files = Vec::new();
        for (at, file) in files.into_iter().enumerate() {
            let (shape, rows) = if has_epochs { as_ticks(file) } else { file };
            files::write(&folder.path().join(format!("{at}.parquet")), &rows, &shape);
            seen |= rows.iter().any(|row| matches!(
                reference::country(&row[Column::Country as usize], &rules),
                reference::Read::Good(country) if country.key == "peru"
            ));
            test_files.push(TestFile { folders: Vec::new(), rows });
        }
        // Selecting a country that is not there is an error, tested elsewhere.
        let selection = (!is_all && seen).then_some(&["peru"][..]);
        check("random files", folder.path(), &test_files, &rules, selection);
    }
}
