use super::shape::{FILE, PAGE_HEADER};
use super::*;
use proptest::prelude::*;

fn check(shape: &'static Shape, bytes: &[u8]) -> Result<Vec<(&'static str, Seen)>, Stop> {
    let mut seen = Vec::new();
    Compact::new(bytes).structure(shape, &mut |shape, what| {
        seen.push((shape.name, what));
        Ok(())
    })?;
    Ok(seen)
}

#[test]
fn what_is_in_a_structure_is_told() {
    // Version 2; a schema of one element with the name "ab"; no rows; an unknown field 8.
    let bytes = [0x15, 4, 0x19, 0x1c, 0x48, 2, b'a', b'b', 0, 0x16, 0, 0x55, 0, 0];
    let seen = [
        ("footer", Seen::Number(1, 2)),
        ("footer", Seen::List(2, 1)),
        ("schema", Seen::Text(4, 3)),
        ("schema", Seen::End),
        ("footer", Seen::Number(3, 0)),
        ("footer", Seen::End),
    ];
    assert_eq!(check(&FILE, &bytes), Ok(seen.to_vec()));
    for length in 0..bytes.len() {
        assert_eq!(check(&FILE, &bytes[..length]), Err(Stop::Incomplete), "{length} bytes");
    }
}

/// The crate would read the following bytes differently from us.
#[test]
fn a_field_of_another_type_than_the_formats_is_refused() {
    for (bytes, what) in [
        (&[0x18, 1, 1, 0][..], "a version that is a text"),
        (&[0x28, 1, 1, 0], "a schema that is a text"),
        (&[0x29, 0x15, 2, 0], "a schema of numbers"),
        (&[0x2b, 0, 0], "a schema that is a map"),
        (&[0x49, 0x1c, 0x15, 2, 0, 0], "chunks that are a number"),
        (&[0x69, 0x11, 1, 0], "a list of truth values as the writer's name"),
    ] {
        assert!(matches!(check(&FILE, bytes), Err(Stop::Bad(_))), "{what}");
    }
    // Statistics of a data page with the type of a number.
    assert!(matches!(check(&PAGE_HEADER, &[0x5c, 0x55, 2, 0, 0]), Err(Stop::Bad(_))));
    assert!(check(&PAGE_HEADER, &[0x5c, 0x5c, 0, 0, 0]).is_ok(), "statistics without anything");
}

#[test]
fn unknown_fields_are_skipped_but_not_lists_of_truth_values() {
    for (field, is_skipped) in [
        (&[0x99, 0x25, 2, 4][..], true),
        (&[0x98, 2, 1, 1], true),
        (&[0x9b, 1, 0x58, 2, 1, 9], true),
        (&[0x9c, 0x15, 2, 0], true),
        (&[0x91], true),
        (&[0x99, 0x21, 1, 1], false),
        (&[0x9b, 1, 0x15, 1, 1], false),
        (&[0x9d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], false),
    ] {
        let bytes = [field, &[0]].concat();
        assert_eq!(check(&FILE, &bytes).is_ok(), is_skipped, "{bytes:?}");
    }
}

/// Every field is skipped if the crate does not read the same bytes.
#[test]
fn alone_lists_of_truth_values_are_skipped() {
    for (field, list) in [(LIST, &[0x21, 1, 2][..]), (MAP, &[1, 0x15, 4, 1]), (LIST, &[0x19, 0x11, 1])] {
        let mut reader = Compact::alone(list, 0);
        assert_eq!(reader.skip(field, 0), Ok(()), "{list:?}");
        assert_eq!(reader.position(), list.len());
        assert!(matches!(Compact::new(list).skip(field, 0), Err(Stop::Bad(_))), "{list:?}");
    }
    assert_eq!(Compact::alone(&[0x31, 1, 2], 0).skip(LIST, 0), Err(Stop::Incomplete));
}

/// Lists within lists take at least one byte per element, however many the list claims.
#[test]
fn claims_cost_nothing() {
    for bytes in [&[0x49, 0xfc, 0xff, 0xff, 0xff, 0x1f][..], &[0x99, 0xf9, 0xff, 0xff, 0xff, 0x1f, 0x0c]] {
        assert_eq!(check(&FILE, bytes), Err(Stop::Incomplete), "{bytes:?}");
    }
    assert!(matches!(check(&FILE, &[0x49, 0xfc, 0xff, 0xff, 0xff, 0xff, 7]), Err(Stop::Bad(_))));
    assert!(matches!(check(&FILE, &[0x9c; 100]), Err(Stop::Bad(_))), "nested without end");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for shape in [&FILE, &PAGE_HEADER] {
            let _ = check(shape, &bytes);
        }
    }
}
