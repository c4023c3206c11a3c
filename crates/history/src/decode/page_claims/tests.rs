use super::*;

/// Five values; a block has 128 in four parts; the first part is 2 bits wide.
const LIST: [u8; 18] = [0x80, 1, 4, 5, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

fn column(is_nullable: bool) -> CheckedColumn {
    CheckedColumn::new(is_nullable, PhysicalType::BYTE_ARRAY, -1)
}

#[test]
fn a_dictionary_has_bytes_for_its_values() {
    for (physical_type, length, bytes) in [
        (PhysicalType::BYTE_ARRAY, -1, 4),
        (PhysicalType::INT64, -1, 8),
        (PhysicalType::INT96, -1, 12),
        (PhysicalType::FIXED_LEN_BYTE_ARRAY, 16, 16),
        (PhysicalType::FIXED_LEN_BYTE_ARRAY, 0, 1),
    ] {
        let column = CheckedColumn::new(true, physical_type, length);
        let dictionary = |num_values| Page::DictionaryPage {
            buf: vec![0; bytes * 5 + bytes - 1].into(),
            num_values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        assert_eq!(check(&dictionary(5), column), Ok(()), "{physical_type}");
        assert!(check(&dictionary(6), column).is_err(), "{physical_type}");
        assert!(check(&dictionary(u32::MAX), column).is_err(), "{physical_type}");
    }
}

fn page(bytes: Vec<u8>, encoding: Encoding, rows: u32) -> Page {
    Page::DataPage {
        buf: bytes.into(),
        num_values: rows,
        encoding,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    }
}

#[test]
fn claims_are_held_against_the_rows() {
    for (encoding, lists) in [
        (Encoding::DELTA_BINARY_PACKED, 1),
        (Encoding::DELTA_LENGTH_BYTE_ARRAY, 1),
        (Encoding::DELTA_BYTE_ARRAY, 2),
    ] {
        let bytes = LIST.repeat(lists);
        assert_eq!(check(&page(bytes.clone(), encoding, 5), column(false)), Ok(()), "{encoding}");
        assert!(check(&page(bytes.clone(), encoding, 4), column(false)).is_err(), "{encoding}");
        let mut more = bytes.clone();
        let last = more.len() - LIST.len() + 3;
        more[last] = 6;
        assert!(
            check(&page(more, encoding, 5), column(false)).is_err(),
            "{encoding}: the last list claims six"
        );
        let levels = [&[2, 0, 0, 0, 9, 9][..], &bytes].concat();
        assert_eq!(check(&page(levels, encoding, 5), column(true)), Ok(()), "{encoding} with levels");
        // Seven of the eight bytes of differences are padding.
        assert_eq!(check(&page(bytes[..bytes.len() - 7].to_vec(), encoding, 5), column(false)), Ok(()));
        for cut in 0..bytes.len() - 7 {
            assert!(check(&page(bytes[..cut].to_vec(), encoding, 5), column(false)).is_err(), "{cut} bytes");
        }
    }
}

#[test]
fn impossible_blocks_are_refused_and_other_encodings_left_alone() {
    for (at, byte) in [(2, 0), (2, 3), (2, 127), (6, 65)] {
        let mut list = LIST.to_vec();
        list[at] = byte;
        assert!(
            check(&page(list, Encoding::DELTA_BINARY_PACKED, 5), column(false)).is_err(),
            "{byte} at {at}"
        );
    }
    assert_eq!(check(&page(vec![0xff; 4], Encoding::PLAIN, 5), column(true)), Ok(()));
}

/// A page of keys: two bytes of levels, then `behind`.
fn keys(behind: &[u8], is_version_2: bool) -> Page {
    if is_version_2 {
        return Page::DataPageV2 {
            buf: [&[10, 0][..], behind].concat().into(),
            num_values: 5,
            encoding: Encoding::RLE_DICTIONARY,
            num_nulls: 5,
            num_rows: 5,
            def_levels_byte_len: 2,
            rep_levels_byte_len: 0,
            is_compressed: false,
            statistics: None,
        };
    }
    page([&[2, 0, 0, 0, 10, 0][..], behind].concat(), Encoding::RLE_DICTIONARY, 5)
}

#[test]
fn keys_of_nothing_are_plain() {
    for is_version_2 in [false, true] {
        let levels = keys(&[], is_version_2).buffer().len();
        for (behind, has_dictionary, is_plain) in [
            (&[][..], true, true),
            (&[], false, true),
            (&[0], false, true),
            (&[1, 2, 3], false, true),
            (&[0], true, false),
            (&[1, 2, 3], true, false),
        ] {
            let page = without_keys(keys(behind, is_version_2), column(true), has_dictionary).expect("sound");
            let expected = if is_plain { Encoding::PLAIN } else { Encoding::RLE_DICTIONARY };
            assert_eq!(page.encoding(), expected, "{behind:?}");
            let bytes = if is_plain { levels } else { levels + behind.len() };
            assert_eq!(page.buffer().len(), bytes, "{behind:?}");
        }
    }
    let other = without_keys(page(vec![9; 9], Encoding::PLAIN, 5), column(true), false).expect("sound");
    assert_eq!((other.encoding(), other.buffer().len()), (Encoding::PLAIN, 9), "another page is left alone");
    let long = page(vec![9, 0, 0, 0, 1], Encoding::RLE_DICTIONARY, 5);
    assert!(without_keys(long, column(true), true).is_err(), "levels that are longer than their page");
}

#[test]
fn levels_in_another_encoding_than_runs_are_refused_where_there_are_levels() {
    #[expect(deprecated, reason = "older writers used it")]
    let bit_packed = Encoding::BIT_PACKED;
    for (encoding, is_nullable, is_taken) in [
        (Encoding::RLE, true, true),
        (Encoding::RLE, false, true),
        (bit_packed, true, false),
        (bit_packed, false, true),
    ] {
        let page = Page::DataPage {
            buf: vec![0; 9].into(),
            num_values: 5,
            encoding: Encoding::PLAIN,
            def_level_encoding: encoding,
            rep_level_encoding: bit_packed,
            statistics: None,
        };
        assert_eq!(check(&page, column(is_nullable)).is_ok(), is_taken, "{encoding}, {is_nullable}");
    }
}
