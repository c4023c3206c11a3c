use super::*;
use proptest::prelude::*;

/// A data page of version 1: type 0, 100 bytes, 60 compressed, 7 values, plain.
const DATA: [u8; 17] =
    [0x15, 0, 0x15, 0xc8, 0x01, 0x15, 0x78, 0x2c, 0x15, 0x0e, 0x15, 0, 0x15, 6, 0x15, 6, 0];
const DATA_END: [u8; 1] = [0];

fn data() -> Vec<u8> {
    [&DATA[..], &DATA_END].concat()
}

#[test]
fn a_data_page() {
    let header = PageHeader {
        kind: PageKind::Data { rows: 7, version: 1 },
        header_bytes: 18,
        page_bytes: 60,
        uncompressed_bytes: 100,
        checksum: None,
        details: Some(PageDetails::Version1 {
            values: Some(7),
            encoding: Some(Encoding::PLAIN),
            definition_encoding: Some(Encoding::RLE),
            repetition_encoding: Some(Encoding::RLE),
        }),
    };
    assert_eq!(read(&data()), Ok(header));
}

#[test]
fn a_dictionary_page() {
    let bytes = [0x15, 4, 0x15, 20, 0x15, 20, 0x4c, 0x15, 2, 0x15, 0, 0, 0];
    let header = PageHeader {
        kind: PageKind::Dictionary,
        header_bytes: 13,
        page_bytes: 10,
        uncompressed_bytes: 10,
        checksum: None,
        details: Some(PageDetails::Dictionary { values: Some(1), encoding: Some(Encoding::PLAIN) }),
    };
    assert_eq!(read(&bytes), Ok(header));
}

/// The format has no unsigned numbers: half of all checksums are negative.
#[test]
fn a_checksum_is_the_bits_of_a_signed_number() {
    for (number, expected) in [
        (&[0x00][..], Some(0)),
        (&[0x02], Some(1)),
        (&[0x01], Some(u32::MAX)),
        (&[0xfe, 0xff, 0xff, 0xff, 0x0f], Some(0x7fff_ffff)),
        (&[0xff, 0xff, 0xff, 0xff, 0x0f], Some(0x8000_0000)),
        (&[0x80, 0x80, 0x80, 0x80, 0x10], None),
    ] {
        let bytes =
            [&[0x15, 4, 0x15, 20, 0x15, 20, 0x15][..], number, &[0x3c, 0x15, 2, 0x15, 0, 0, 0]].concat();
        match (read(&bytes), expected) {
            (Ok(header), Some(expected)) => assert_eq!(header.checksum, Some(expected), "{number:?}"),
            (Err(Stop::Bad(_)), None) => {}
            (other, _) => panic!("{number:?}: {other:?}"),
        }
    }
}

#[test]
fn every_cut_is_incomplete() {
    for length in 0..data().len() {
        assert_eq!(read(&data()[..length]), Err(Stop::Incomplete), "{length} bytes");
    }
}

#[test]
fn sizes_are_bounded() {
    let size = |bytes: [u8; 5]| [&[0x15, 0, 0x15][..], &bytes, &DATA[5..], &DATA_END].concat();
    assert!(read(&size([0x80, 0x80, 0x80, 0x80, 0x02])).is_ok(), "256 MiB");
    assert!(matches!(read(&size([0x82, 0x80, 0x80, 0x80, 0x02])), Err(Stop::Bad(_))), "one byte more");
    assert!(matches!(read(&size([0x81, 0x80, 0x80, 0x80, 0x00])), Err(Stop::Bad(_))), "negative");
}

#[test]
fn what_is_missing_is_named() {
    for bytes in [&[0_u8][..], &[0x15, 0, 0], &[0x15, 0, 0x15, 2, 0x15, 2, 0]] {
        assert!(matches!(read(bytes), Err(Stop::Bad(_))), "{bytes:?}");
    }
}

#[test]
fn nesting_is_bounded() {
    let bytes = [0x9c; 1000];
    assert!(matches!(read(&bytes), Err(Stop::Bad(_))));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_read_beyond(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(header) = read(&bytes) {
            prop_assert!(header.header_bytes <= bytes.len());
            prop_assert!(header.page_bytes <= PAGE_BYTES_MAX as usize);
        }
    }
}
