//! Compares the ETL with a naive row-by-row reference, cell by cell: every type of every column,
//! every layout of a file, every way to clean.

use crate::files::{Kind, Shape};
use crate::harness::{TestFile, check, check_file};
use crate::reference::{Column, Row, Rules, Value, answer, rules::Epoch};
use crate::{dirt, files};
use arrow::datatypes::TimeUnit;
use parquet::basic::Compression;
use parquet::file::properties::WriterVersion;

const ROWS: usize = 250;
const SELECTIONS: [Option<&[&str]>; 3] = [None, Some(&["peru"]), Some(&["latvia", "peru"])];

#[track_caller]
fn check_shape(what: &str, shape: &Shape) {
    for rules in [Rules::described().with_country_wide(), Rules::with_gaps().cleaned(2)] {
        check_file(what, &dirt::rows(shape, 7, ROWS), shape, &rules, &SELECTIONS);
    }
}

#[test]
fn the_rules_that_are_compiled_in_are_those_described() {
    let described =
        segments::rules::Rules::from_toml(&Rules::described().to_toml(), "test.toml").expect("valid");
    assert_eq!(described.hash(), segments::rules::Rules::default().hash());
}

#[test]
fn every_type_of_text() {
    for kind in Kind::TEXTS {
        check_shape(&format!("{kind:?}"), &Shape::texts(kind));
    }
}

#[test]
fn every_type_of_number() {
    for kind in Kind::NUMBERS {
        check_shape(&format!("{kind:?}"), &Shape::typed(kind, Kind::TextDictionary));
    }
}

#[test]
fn every_type_of_time() {
    for kind in Kind::TIMES {
        check_shape(&format!("{kind:?}"), &Shape::typed(Kind::Text, kind));
    }
}

#[test]
fn every_unit_of_integers_that_are_times() {
    for (kind, epoch) in Kind::TICKS.into_iter().zip(Epoch::ALL) {
        let shape = Shape::typed(Kind::Text, kind);
        let times = [Column::Timestamp, Column::LastOrder, Column::FirstOrder];
        let rules =
            Rules::with_gaps().with_country_wide().cleaned(2).counting(&times.map(|time| (time, epoch)));
        check_file(&format!("{kind:?}"), &dirt::rows(&shape, 7, ROWS), &shape, &rules, &SELECTIONS);
    }
}

#[test]
fn countries_that_are_taken_for_others() {
    let rules = Rules::with_gaps().mapping(&[
        ("latvia", "LATVIJA\u{a0}"),
        ("CHILE", "Perú"),
        ("Cote d'Ivoire", "Ivory Coast"),
        ("türkiye", "Turkey"),
    ]);
    for kind in Kind::TEXTS {
        let shape = Shape::texts(kind);
        let rows = dirt::rows(&shape, 7, ROWS);
        check_file(
            &format!("{kind:?}"),
            &rows,
            &shape,
            &rules,
            &[None, Some(&["peru"]), Some(&["latvija", "turkey"])],
        );
    }
}

#[test]
fn other_texts_that_mean_nothing() {
    for (countries, others) in [
        (&[][..], &[][..]),
        (&["Peru", "-", "Latvia"][..], &["3", "2640", "5.", "2018-06-01 12:00", "0000-00-00"][..]),
    ] {
        let rules = Rules::with_gaps().with_country_wide().cleaned(15).treating_as_missing(countries, others);
        for kind in Kind::TEXTS {
            let shape = Shape::texts(kind);
            check_file(&format!("{kind:?}"), &dirt::rows(&shape, 7, ROWS), &shape, &rules, &SELECTIONS);
        }
    }
}

#[test]
fn every_number_of_events_to_ask_for() {
    let shape = Shape::default();
    let rows = dirt::rows(&shape, 7, ROWS);
    let mut numbers_of_short_buckets = std::collections::BTreeSet::new();
    for min_support in (0..20).chain([ROWS as u64, 1_000_000_000]) {
        let rules = Rules::described().with_country_wide().asking_for(min_support);
        check_file(&format!("at least {min_support}"), &rows, &shape, &rules, &SELECTIONS);
        let cells = answer(&rows, &rules, None);
        numbers_of_short_buckets.insert(cells.values().filter(|cell| cell.starts_with("too few")).count());
    }
    assert!(numbers_of_short_buckets.len() > 5, "borders are crossed: {numbers_of_short_buckets:?}");
}

#[test]
fn every_way_to_clean() {
    for choice in 0..16 {
        for rules in [Rules::described(), Rules::with_gaps().with_country_wide()] {
            let shape = Shape::default();
            let rows = dirt::thinned(dirt::rows(&shape, u64::from(choice), ROWS), 3, 8);
            let rows = [rows, dirt::rows(&shape, 99, ROWS)].concat();
            check_file(
                &format!("cleaning {choice}"),
                &rows,
                &shape,
                &rules.cleaned(choice),
                &SELECTIONS[..2],
            );
        }
    }
}

#[test]
fn every_codec_and_layout() {
    for codec in files::shape::codecs() {
        for pages in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for (has_dictionary, has_deltas, page_bytes) in
                [(true, false, 1 << 20), (true, false, 64), (false, false, 256), (false, true, 1 << 20)]
            {
                let times = Kind::Timestamp(TimeUnit::Microsecond, Some("UTC"));
                for shape in [Shape::default(), Shape::typed(Kind::Int64, times)] {
                    let shape = Shape { codec, pages, has_dictionary, has_deltas, page_bytes, ..shape };
                    let shape = shape.in_crumbs(9, 100);
                    let rows = dirt::rows(&shape, 5, 100);
                    check_file(
                        &format!("{shape:?}"),
                        &rows,
                        &shape,
                        &Rules::with_gaps().with_country_wide(),
                        &[None],
                    );
                }
            }
        }
    }
}

#[test]
fn columns_in_any_order_among_others() {
    for (first, is_required) in [(0, false), (1, true), (3, false), (5, true)] {
        let mut columns = Column::ALL.to_vec();
        columns.rotate_left(first);
        let shape = Shape { columns, has_extras: true, is_required, ..Shape::default() };
        let shape = shape.in_crumbs(7, 50);
        let rows = dirt::rows(&shape, 11, 50);
        let rows = if is_required { dirt::without_nulls(rows) } else { rows };
        check_file(&format!("{shape:?}"), &rows, &shape, &Rules::with_gaps(), &SELECTIONS);
    }
}

#[test]
fn few_values_or_none() {
    let shape = Shape::default().in_crumbs(10, 100);
    let rows = dirt::rows(&shape, 13, ROWS);
    let rules = Rules::with_gaps().with_country_wide().cleaned(2);
    for keep_one_in in [2, 10, 100] {
        check_file("few values", &dirt::thinned(rows.clone(), 13, keep_one_in), &shape, &rules, &[None]);
    }
    let nothing: Row = std::array::from_fn(|_| Value::Null);
    for rows in
        [vec![nothing.clone(); 30], rows[..1].to_vec(), rows[1..2].to_vec(), vec![nothing], Vec::new()]
    {
        check_file(&format!("{rows:?}"), &rows, &shape, &rules, &[None]);
    }
}

#[test]
fn row_groups_without_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [TestFile { folders: Vec::new(), rows: Vec::new() }];
    for count in [0, 1, 3] {
        files::low_level::write_empty_row_groups(&folder.path().join("empty.parquet"), count);
        check(&format!("{count} row groups without rows"), folder.path(), &files, &Rules::described(), None);
    }
}

#[test]
fn timestamps_of_96_bits() {
    let folder = tempfile::tempdir().expect("a folder");
    let shape = Shape::typed(Kind::Text, Kind::Timestamp(TimeUnit::Microsecond, None));
    let mut rows = dirt::rows(&shape, 17, ROWS);
    // Days since 4713 BC in 32 bits: days beyond cannot be written.
    let is_far = |value: &Value| matches!(value, Value::Instant(ticks, _) if !(-62_167_219_200_000_000..253_402_300_800_000_000).contains(ticks));
    rows.retain(|row| !row.iter().any(is_far));
    files::low_level::write_int96(&folder.path().join("a.parquet"), &rows);
    let files = [TestFile { folders: Vec::new(), rows }];
    for selection in SELECTIONS {
        check("96 bits", folder.path(), &files, &Rules::with_gaps(), selection);
    }
}

/// Pages of megabytes, so that row groups are cut into windows at pages that end at different rows
/// in each column; twice, so that the file is not read in one request, but in ranges.
#[test]
fn windows_within_row_groups() {
    for (page_rows, blanks, has_dictionary) in [(97, 200, false), (1_000, 400, false), (10, 200, true)] {
        let shape = Shape::texts(Kind::Text).in_crumbs(page_rows, 9_000);
        let shape = Shape { has_dictionary, page_bytes: 10_000, codec: Compression::UNCOMPRESSED, ..shape };
        let rows = dirt::padded(dirt::rows(&shape, 19, 11_500), blanks);
        let selections = [None, Some(&["peru"][..])];
        check_file(
            &format!("pages of {page_rows} rows"),
            &rows,
            &shape,
            &Rules::with_gaps().with_country_wide(),
            &selections,
        );
    }
}

#[test]
fn columns_in_folders() {
    use Column::{Country, Orders, Timestamp};
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (at, (path, folders, is_in_file)) in [
        ("country_code=Peru/a.parquet", vec![(Country, Some("Peru"))], false),
        ("country_code=peru%20/b.parquet", vec![(Country, Some("peru "))], false),
        ("country_code=C%C3%B4te%20d%27Ivoire/a", vec![(Country, Some("C\u{f4}te d'Ivoire"))], false),
        ("country_code=Latvia/a.parquet", vec![(Country, Some("Latvia"))], true),
        ("country_code=__HIVE_DEFAULT_PARTITION__/a", vec![(Country, None)], false),
        ("country_code=__DEFAULT_PARTITION__/a", vec![(Country, None)], false),
        ("country_code=NULL/a", vec![(Country, Some("NULL"))], false),
        ("country_code=%23N%2FA/a", vec![(Country, Some("#N/A"))], false),
        ("country_code=NA/a", vec![(Country, Some("NA"))], false),
        ("country_code=Per%C3%BA%C2%A0/a", vec![(Country, Some("Per\u{fa}\u{a0}"))], false),
        ("country_code=/a", vec![(Country, Some(""))], false),
        ("country_code=a%23b/a", vec![(Country, Some("a#b"))], true),
        ("total_orders=3/a.parquet", vec![(Orders, Some("3"))], false),
        ("total_orders=x/a.parquet", vec![(Orders, Some("x"))], true),
        ("total_orders=NA/a.parquet", vec![(Orders, Some("NA"))], false),
        ("total_orders=__DEFAULT_PARTITION__/a.parquet", vec![(Orders, None)], true),
        ("total_orders=1.3e1/a.parquet", vec![(Orders, Some("1.3e1"))], false),
        (
            "total_orders=%2037.0/country_code=LATVIA/a",
            vec![(Orders, Some(" 37.0")), (Country, Some("LATVIA"))],
            false,
        ),
        ("timestamp=2018-06-19 23%3A00-02%3A00/a", vec![(Timestamp, Some("2018-06-19 23:00-02:00"))], false),
        ("timestamp=2018-06-20 00%3A30 +01/a", vec![(Timestamp, Some("2018-06-20 00:30 +01"))], false),
        ("timestamp=nan/a", vec![(Timestamp, Some("nan"))], false),
        ("timestamp=__HIVE_DEFAULT_PARTITION__/year=2018/a", vec![(Timestamp, None)], true),
        ("year=2018/month=07/a.parquet", vec![], true),
    ]
    .into_iter()
    .enumerate()
    {
        let columns: Vec<Column> = folders.iter().map(|(column, _)| *column).collect();
        let shape = if is_in_file { Shape::default() } else { Shape::default().without(&columns) };
        let rows = dirt::rows(&shape, at as u64, 20);
        files::write(&folder.path().join(path), &rows, &shape.in_crumbs(11, 70));
        files.push(TestFile { folders, rows });
    }
    for rules in [Rules::described(), Rules::with_gaps().with_country_wide()] {
        for selection in SELECTIONS {
            check("folders", folder.path(), &files, &rules, selection);
        }
        check("an escaped name", folder.path(), &files, &rules, Some(&["cote d'ivoire"]));
    }
}

#[test]
fn files_of_different_types() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    let numbers = Kind::NUMBERS.into_iter().zip(Kind::TIMES.into_iter().cycle());
    for (at, (number, time)) in numbers.enumerate() {
        let shape = Shape {
            codec: files::shape::codecs()[at % 6],
            ..Shape::typed(number, time).in_crumbs(5 + at, 40)
        };
        let rows = dirt::rows(&shape, at as u64, 30);
        files::write(&folder.path().join(format!("part-{at}.parquet")), &rows, &shape);
        files.push(TestFile { folders: Vec::new(), rows });
    }
    // Files whose names begin like this are left out, whatever their content.
    for name in ["_SUCCESS", ".part-0.parquet.crc"] {
        std::fs::write(folder.path().join(name), "crc").expect("written");
    }
    for selection in SELECTIONS {
        check("many files", folder.path(), &files, &Rules::with_gaps().with_country_wide(), selection);
    }
}
