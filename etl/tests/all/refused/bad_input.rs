//! A bad input ends in one line that names the file and, where it applies, the column and the row
//! group; in the exit code for inputs; and never in a panic.

use crate::files::Shape;
use crate::reference::{Column, Row, Rules};
use crate::{dirt, files, harness};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DurationSecondArray, FixedSizeBinaryArray, Float64Array, Int32Array,
    Int64Array, ListArray, StringArray, StructArray, Time64MicrosecondArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use etl::error::exit_of;
use parquet::basic::Compression;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storage::Exit;

/// The name of the bad file; errors must include it.
const FILE: &str = "wrong.parquet";

fn rows() -> Vec<Row> {
    dirt::rows(&Shape::default(), 31, 20)
}

/// The bytes of a valid file, plain and without a codec, so that its pages are known.
fn plain_file() -> Vec<u8> {
    let shape = Shape { codec: Compression::UNCOMPRESSED, has_dictionary: false, ..Shape::default() };
    bytes_of(&rows(), &shape)
}

fn bytes_of(rows: &[Row], shape: &Shape) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    files::write(&path, rows, shape);
    fs::read(path).expect("read")
}

/// The error of reading `location`, after checks that apply to every input error.
#[track_caller]
fn error(location: &Path, country: Option<&str>, parts: &[&str]) -> String {
    let selection = country.map(|country| BTreeSet::from([country.to_owned()]));
    let rules = Rules::with_gaps().with_country_wide().to_toml();
    let error = harness::run(&[location.to_owned()], &rules, selection.as_ref()).expect_err("a bad input");
    let message = format!("{error:#}");
    assert_eq!(exit_of(&error), Exit::Input, "{message}");
    assert!(!message.contains(['\n', '\r']), "more than one line: {message:?}");
    for part in parts {
        assert!(message.contains(part), "{message:?} does not name {part:?}");
    }
    message
}

#[track_caller]
fn check_bytes(bytes: &[u8], parts: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    fs::write(&path, bytes).expect("written");
    error(&path, None, &[&[FILE], parts].concat());
}

/// Writes a valid file in which one column is replaced, or missing.
#[track_caller]
fn check_column(column: Column, replacement: Option<ArrayRef>, parts: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["2018-04-20"; 2]));
    let mut columns: Vec<_> =
        Column::ALL.iter().map(|column| (column.name(), Arc::clone(&texts), true)).collect();
    match replacement {
        Some(array) => columns[column as usize].1 = array,
        None => drop(columns.remove(column as usize)),
    }
    files::shape::write_arrays(&path, &columns, &Shape::default());
    let name = format!("{:?}", column.name());
    error(&path, None, &[&[FILE, name.as_str()], parts].concat());
}

#[test]
fn no_parquet_at_all() {
    for bytes in [&b""[..], b"P", b"PAR1", b"PAR1PAR1", b"PAR1\0\0\0\0PAR1", b"a,b\n1,2\n3,4\n5,6\n"] {
        check_bytes(bytes, &[]);
    }
    check_bytes(&vec![0; 100_000], &[]);
    check_bytes(&b"PAR1".repeat(10_000), &[]);
    check_bytes(&[&plain_file()[..], b"\n"].concat(), &[]);
    check_bytes(
        &(0..60_000_u32).map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect::<Vec<_>>(),
        &[],
    );
}

#[test]
fn footers_that_claim_too_much() {
    for claim in [1_u32, 10, 1 << 10, 1 << 20, (64 << 20) + 1, 1 << 30, u32::MAX] {
        for padding in [0, 2, 1_000, 600_000] {
            let claim = claim.to_le_bytes();
            check_bytes(&[b"PAR1", &vec![0x15; padding][..], &claim, b"PAR1"].concat(), &[]);
            // A list of 2^31 elements, a struct within a struct within a struct.
            check_bytes(&[b"PAR1", &vec![0x1c; padding][..], &claim, b"PAR1"].concat(), &[]);
            check_bytes(
                &[b"PAR1\x15\x02\x19\xfc\xff\xff\xff\xff\x07", &vec![0; padding][..], &claim, b"PAR1"]
                    .concat(),
                &[],
            );
        }
    }
    check_bytes(&[&plain_file()[..], b"PARE"].concat(), &["encrypted"]);
}

#[test]
fn a_file_cut_short() {
    let whole = plain_file();
    for bytes in [1, 4, 7, 8, 12, 100, whole.len() / 2, whole.len() - 9, whole.len() - 4, whole.len() - 1] {
        check_bytes(&whole[..bytes], &[]);
        check_bytes(&whole[whole.len() - bytes..], &[]);
    }
}

/// Damaged pages, with a valid footer: the error says which column and row group.
#[test]
fn damaged_pages() {
    let (rows, folder) = (rows(), tempfile::tempdir().expect("a folder"));
    for codec in files::shape::codecs() {
        let shape = Shape { codec, ..Shape::default() }.in_crumbs(20, 400);
        let whole = bytes_of(&rows, &shape);
        // The first chunk begins after the magic number: zeros are not a page header.
        check_bytes(&[&whole[..4], &[0; 40], &whole[44..]].concat(), &["\"country_code\"", "row group 0"]);
        check_bytes(&[&whole[..4], &[0xff; 40], &whole[44..]].concat(), &["\"country_code\"", "row group 0"]);
    }
    drop(folder);
}

#[test]
fn a_missing_column() {
    for column in Column::ALL {
        let others: Vec<_> =
            Column::ALL.iter().filter(|other| **other != column).map(|other| other.name()).collect();
        check_column(column, None, &[&["missing"], &others[..]].concat());
    }
}

#[test]
fn a_column_of_a_wrong_type() {
    let ones = || -> ArrayRef { Arc::new(Int32Array::from(vec![1, 2])) };
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)]), None]);
    let structs =
        StructArray::from(vec![(Arc::new(Field::new("country_code", DataType::Int32, true)), ones())]);
    let nowhere: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(BooleanArray::from(vec![true, false])), "Boolean"),
        (Arc::new(lists), "nested"),
        (Arc::new(structs), "nested"),
        (
            Arc::new(FixedSizeBinaryArray::try_from_iter([b"1", b"2"].into_iter()).expect("of one length")),
            "FixedSizeBinary(1)",
        ),
        (Arc::new(Time64MicrosecondArray::from(vec![1, 2])), "Time64"),
    ];
    for column in Column::ALL {
        for (array, found) in &nowhere {
            check_column(column, Some(Arc::clone(array)), &[found, "expected"]);
        }
    }
    let numbers: Vec<(ArrayRef, &str)> = vec![
        (ones(), "Int32"),
        (Arc::new(Int64Array::from(vec![1, 2])), "Int64"),
        (Arc::new(Float64Array::from(vec![1.0, 2.0])), "Float64"),
        // The format has no durations: they are stored as plain numbers.
        (Arc::new(DurationSecondArray::from(vec![1, 2])), "Int64"),
    ];
    for column in [Column::Country, Column::Timestamp, Column::LastOrder, Column::FirstOrder] {
        for (array, found) in &numbers {
            check_column(column, Some(Arc::clone(array)), &[found, "expected"]);
        }
    }
    let times: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(Date32Array::from(vec![1, 2])), "Date32"),
        (Arc::new(TimestampMillisecondArray::from(vec![1, 2])), "Timestamp"),
    ];
    for column in [Column::Country, Column::Amount, Column::Orders] {
        for (array, found) in &times {
            check_column(column, Some(Arc::clone(array)), &[found, "expected"]);
        }
    }
}

#[test]
fn an_unknown_country() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    files::write(&path, &rows(), &Shape::default());
    error(&path, Some("narnia"), &["\"narnia\"", "Åland", " more"]);
    files::write(&path, &[], &Shape::default());
    error(&path, Some("narnia"), &["\"narnia\"", "none"]);
    // Countries known from folders that need not be read.
    let hive = folder.path().join("hive");
    let shape = Shape::default().without(&[Column::Country]);
    files::write(&hive.join("country_code=Chile/a"), &rows(), &shape);
    files::write(&hive.join("country_code=C%C3%B4te/a"), &rows(), &shape);
    error(&hive, Some("narnia"), &["\"narnia\"", "Chile", "C\u{f4}te"]);
}

#[test]
fn nothing_to_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("_SUCCESS"), "").expect("written");
    fs::create_dir(folder.path().join("empty")).expect("made");
    for name in [
        "",
        "empty",
        "no.parquet",
        "nowhere/no.parquet",
        "*.parquet",
        "nowhere/**/*.parquet",
        "[a",
        "{a",
        "a[z-a]",
    ] {
        error(&folder.path().join(name), None, &[name]);
    }
}

/// The error names the one bad file among good ones.
#[test]
fn one_bad_file_among_good_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.parquet", "m.parquet", "z.parquet"] {
        files::write(&folder.path().join(name), &rows(), &Shape::default());
    }
    let bad: PathBuf = folder.path().join(FILE);
    fs::write(&bad, b"not parquet, but long enough").expect("written");
    let message = error(folder.path(), None, &[FILE]);
    assert!(!message.contains("m.parquet"), "{message}");
}

/// Files with unsupported codecs are forged: every place in the footer that says UNCOMPRESSED, the
/// field after the list of names in each chunk.
#[test]
fn a_codec_that_is_not_read() {
    let whole = plain_file();
    for (codec, name) in [(3, "LZO"), (9, "number 9")] {
        let mut forged = whole.clone();
        let mut chunks = 0;
        for column in Column::ALL {
            // In Thrift's compact form: the name, then field 4 of type i32, with value 0.
            let name = [column.name().as_bytes(), &[0x15, 0]].concat();
            for at in 0..forged.len() - name.len() {
                if forged[at..].starts_with(&name) {
                    forged[at + name.len() - 1] = 2 * codec;
                    chunks += 1;
                }
            }
        }
        assert_eq!(chunks, Column::ALL.len(), "chunks of which the codec is found");
        check_bytes(&forged, &[name, "row group 0", "\"country_code\""]);
    }
}
