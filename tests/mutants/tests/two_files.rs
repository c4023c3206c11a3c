//! Two files in one, and unused bytes that writers leave.

#[expect(dead_code, reason = "nothing of the schema is changed here")]
mod common;

use common::{base, refused, same};
use mutants::file::{File, field};

const NAME: &str = "texts, plain";
/// More bytes than the first read of a footer fetches.
const MANY: usize = 700 << 10;

fn bytes_of(name: &str) -> Vec<u8> {
    base(name).write()
}

/// Inserts bytes before the `at`th chunk, or before the footer, and moves the offsets.
fn padded(name: &str, at: usize, padding: &[u8]) -> Vec<u8> {
    let mut file = base(name);
    let bytes = file.write();
    let start = starts(&mut file).get(at).copied();
    let footer_length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().expect("four"));
    let start = start.unwrap_or(bytes.len() - 8 - usize::try_from(footer_length).expect("few"));
    for metadata in file.metadata() {
        for id in [field::DATA_OFFSET, field::DICTIONARY_OFFSET] {
            let offset = metadata.int(id);
            if metadata.get(id).is_some() && usize::try_from(offset).expect("in the file") >= start {
                metadata.set_int(id, offset + i64::try_from(padding.len()).expect("few"));
            }
        }
    }
    let pages_end = bytes.len() - 8 - usize::try_from(footer_length).expect("few");
    let pages = [&bytes[..start], padding, &bytes[start..pages_end]].concat();
    mutants::file::with_footer(pages, &file.footer.write())
}

fn starts(file: &mut File) -> Vec<usize> {
    let metadata = file.metadata();
    let start = |metadata: &&mut mutants::thrift::Struct| {
        let dictionary = metadata.int(field::DICTIONARY_OFFSET);
        let data = metadata.int(field::DATA_OFFSET);
        usize::try_from(if dictionary > 0 { dictionary.min(data) } else { data }).expect("in the file")
    };
    metadata.iter().map(start).collect()
}

/// The last footer is whole, whatever the sizes of the files.
#[test]
fn files_that_are_put_together_are_refused() {
    let (small, large) = (bytes_of("texts, snappy"), bytes_of("wide decimals"));
    let huge = padded(NAME, 2, &vec![b'x'; MANY]);
    let empty = bytes_of("no rows");
    assert_ne!(small.len(), large.len());
    for (what, files) in [
        ("the same twice", vec![&small, &small]),
        ("the smaller one first", vec![&small, &large]),
        ("the larger one first", vec![&large, &small]),
        ("three", vec![&small, &large, &small]),
        ("more bytes than come with a footer", vec![&huge, &small]),
        ("a small one before many bytes", vec![&small, &huge]),
        ("many bytes twice", vec![&huge, &huge]),
        ("one without rows first", vec![&empty, &small]),
        ("one without rows last", vec![&small, &empty]),
    ] {
        let whole: Vec<u8> = files.into_iter().flatten().copied().collect();
        refused(what, &whole, &["bytes before its first row group that no row group accounts for"]);
    }
}

/// Even with a footer whose offsets are right for the second file, the first would be left out.
#[test]
fn a_file_in_front_of_the_first_row_group_is_refused() {
    let first = bytes_of("texts, snappy");
    for (what, padding) in [
        ("one", first.clone()),
        ("one, and how the next one begins", [&first[..], b"PAR1"].concat()),
        ("one behind many bytes", [&vec![0; MANY * 2][..], &first[..], b"PAR1"].concat()),
    ] {
        // The file has the first four bytes already.
        refused(what, &padded(NAME, 0, &padding[4..]), &["that no row group accounts for"]);
    }
    refused("before the footer", &padded(NAME, usize::MAX, &first), &["that no row group accounts for"]);
    refused("between chunks", &padded(NAME, 2, &first), &["that no row group accounts for"]);
}

#[test]
fn bytes_that_writers_leave_over_are_read_over() {
    let magic_only = [&vec![1; 30][..], b"PAR1", &[0; 30]].concat();
    // A length in front that leads to no footer.
    let no_footer = [&vec![1; 30][..], &20_u32.to_le_bytes(), b"PAR1", b"PAR1", &[0; 30]].concat();
    let too_long = [&vec![1; 30][..], &u32::MAX.to_le_bytes(), b"PAR1", b"PAR1", &[0; 30]].concat();
    for at in [0, 1, 3, usize::MAX] {
        for (what, padding) in [
            ("a few bytes", vec![0; 3]),
            ("zeros", vec![0; 1_000]),
            ("a block of zeros", vec![0; MANY]),
            ("more than is looked through", vec![0; 2 * MANY]),
            ("a magic number", magic_only.clone()),
            ("a length and a magic number", no_footer.clone()),
            ("a length beyond the file", too_long.clone()),
        ] {
            same(&format!("{what} at {at}"), NAME, &padded(NAME, at, &padding));
        }
    }
}

#[test]
fn a_file_begins_as_one() {
    let mut bytes = bytes_of(NAME);
    bytes[0] = b'X';
    refused("no magic number", &bytes, &["does not begin with PAR1"]);
}
