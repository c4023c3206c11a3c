//! Changes a small file every few bytes, in several ways: reading it gives a table or an input
//! error, and never panics, hangs or kills the process.

use crate::files::{Kind, Shape};
use crate::reference::{Row, Rules};
use crate::{dirt, files, harness};
use arrow::datatypes::TimeUnit;
use etl::error::exit_of;
use parquet::file::properties::WriterVersion;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use storage::Exit;

/// Number of mutants that are read for each layout.
const MUTANTS: usize = 1_500;
/// Longer than reading any of them may take on a busy machine.
const ONE_RUN_MAX: Duration = Duration::from_secs(20);

/// A change to the bytes from a position on.
type Mutation = fn(&mut Vec<u8>, usize);

const MUTATIONS: [(&str, Mutation); 7] = [
    ("one bit flipped", |bytes, at| bytes[at] ^= 1),
    ("the highest bit flipped", |bytes, at| bytes[at] ^= 0x80),
    ("all bits flipped", |bytes, at| bytes[at] = !bytes[at]),
    ("one more", |bytes, at| bytes[at] = bytes[at].wrapping_add(1)),
    ("zeros", |bytes, at| bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0)),
    ("ones", |bytes, at| bytes.iter_mut().skip(at).take(5).for_each(|byte| *byte = 0xff)),
    ("a byte cut out", |bytes, at| {
        bytes.remove(at);
    }),
];

fn check(path: &Path, rules: &str, what: &str) -> bool {
    let started = Instant::now();
    let result = harness::run(&[path.to_owned()], rules, None);
    assert!(started.elapsed() < ONE_RUN_MAX, "{what}: took {:?}", started.elapsed());
    let Err(error) = result else { return true };
    let message = format!("{error:#}");
    assert_eq!(exit_of(&error), Exit::Input, "{what}: {message}");
    assert!(!message.contains(['\n', '\r']), "{what}: more than one line: {message:?}");
    assert!(message.contains("mutant.parquet"), "{what}: does not name the file: {message}");
    false
}

fn check_mutants(shape: &Shape) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mutant.parquet");
    let rules = Rules::with_gaps().with_country_wide().to_toml();
    let rows: Vec<Row> = dirt::rows(shape, 37, 0).into_iter().take(40).collect();
    files::write(&path, &rows, shape);
    let whole = fs::read(&path).expect("read");
    assert!(check(&path, &rules, "the file itself"));
    let step = (whole.len() * MUTATIONS.len()).div_ceil(MUTANTS);
    let mut read = 0;
    for (order, (name, mutation)) in MUTATIONS.iter().enumerate() {
        for at in (order * step / MUTATIONS.len()..whole.len()).step_by(step) {
            let mut bytes = whole.clone();
            mutation(&mut bytes, at);
            fs::write(&path, bytes).expect("written");
            read += usize::from(check(&path, &rules, &format!("{name} at {at} of {}", whole.len())));
        }
    }
    // Values have no checksum: some changes give another valid file; most do not.
    assert!((1..MUTANTS * 9 / 10).contains(&read), "{read} of {MUTANTS} mutants were read");
}

#[test]
fn plain_pages_of_text() {
    let shape = Shape { codec: files::shape::codecs()[0], has_dictionary: false, ..Shape::default() };
    check_mutants(&shape.in_crumbs(30, 40));
}

#[test]
fn compressed_pages_with_dictionaries() {
    for codec in &files::shape::codecs()[1..] {
        check_mutants(&Shape { codec: *codec, ..Shape::default() }.in_crumbs(30, 40));
    }
}

#[test]
fn typed_pages_of_version_2() {
    let times = Kind::Timestamp(TimeUnit::Microsecond, Some("UTC"));
    let shape = Shape::typed(Kind::Decimal(38, 10), times).in_crumbs(15, 40);
    check_mutants(&Shape {
        pages: WriterVersion::PARQUET_2_0,
        codec: files::shape::codecs()[2],
        ..shape.clone()
    });
    check_mutants(&Shape {
        has_deltas: true,
        has_dictionary: false,
        codec: files::shape::codecs()[0],
        ..shape
    });
}

/// The header of a page of differences claims their number; the decoder allocates memory for it.
#[test]
fn differences_that_claim_too_many_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mutant.parquet");
    let codec = files::shape::codecs()[0];
    let shape = Shape { codec, has_deltas: true, has_dictionary: false, ..Shape::default() };
    files::write(&path, &dirt::rows(&shape, 37, 0), &shape);
    let mut bytes = fs::read(&path).expect("read");
    // Blocks of 128 differences in 4 parts, then the number of values: here just below 2^35.
    let header = bytes.windows(3).position(|bytes| bytes == [0x80, 1, 4]).expect("a page of differences");
    bytes[header + 3..header + 8].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0x7f]);
    fs::write(&path, bytes).expect("written");
    let is_read = check(&path, &Rules::with_gaps().to_toml(), "a page that claims 2^35 values");
    assert!(!is_read, "a page that claims more values than it has is no page");
}
