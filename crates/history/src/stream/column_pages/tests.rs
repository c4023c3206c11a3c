use super::*;
use proptest::prelude::*;

/// A data page of `rows` rows and `length` bytes.
fn page(rows: u8, length: u8) -> Vec<u8> {
    let header =
        [0x15, 0, 0x15, length * 2, 0x15, length * 2, 0x2c, 0x15, rows * 2, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0];
    [&header[..], &vec![rows; usize::from(length)]].concat()
}

fn dictionary() -> Vec<u8> {
    [&[0x15, 4, 0x15, 6, 0x15, 6, 0x4c, 0x15, 2, 0x15, 0, 0, 0][..], b"abc"].concat()
}

fn chunk() -> Vec<u8> {
    [dictionary(), page(3, 10), page(5, 0), page(2, 20)].concat()
}

#[test]
fn windows_take_the_pages_of_their_rows() {
    let mut column = ColumnPages::new(10, 100);
    column.push(chunk().into()).expect("whole");
    assert_eq!((column.complete_rows(), column.unfinished()), (10, None));
    assert_eq!(column.page_end(0, 9, 1), Some(3));
    assert_eq!(column.page_end(0, 9, 28), Some(8), "27 bytes, and 17 more");
    assert_eq!(column.page_end(0, 9, 45), None, "the third page ends beyond the limit");
    assert_eq!(column.page_end(8, 9, 1), None);
    let rows = |pages: &WindowPages| pages.pages.iter().map(|page| page.rows.clone()).collect::<Vec<_>>();
    let first = column.take(&(0..5));
    assert_eq!(rows(&first), [0..3, 3..8]);
    assert_eq!(first.dictionary.expect("there is one").bytes, dictionary());
    let second = column.take(&(5..10));
    assert_eq!(rows(&second), [3..8, 8..10], "the page of both windows is in both");
    assert_eq!(column.complete_bytes(), 0);
    assert_eq!(second.pages[1].bytes, page(2, 20));
}

#[test]
fn contradictions() {
    for (rows, bytes, problem) in [
        (9, chunk(), "more rows than the footer says"),
        (10, [chunk(), dictionary()].concat(), "a dictionary at the end"),
        (10, [dictionary(), chunk()].concat(), "two dictionaries"),
    ] {
        let mut column = ColumnPages::new(rows, 100);
        assert!(column.push(bytes.into()).is_err(), "{problem}");
    }
    for (rows, bytes) in [(11, chunk()), (10, chunk()[..40].to_vec()), (10, vec![])] {
        let mut column = ColumnPages::new(rows, 100);
        column.push(bytes.into()).expect("no contradiction so far");
        assert!(column.unfinished().is_some());
    }
}

#[test]
fn a_page_beyond_memory_is_refused_before_it_is_taken() {
    for (bytes, expected) in [(20, Ok(())), (19, Err(Refusal::Large(20)))] {
        let mut column = ColumnPages::new(10, bytes);
        assert_eq!(column.push(chunk().into()), expected);
        // Only the header of the page is there.
        let mut column = ColumnPages::new(2, bytes);
        assert_eq!(column.push(page(2, 20)[..17].to_vec().into()), expected);
    }
}

proptest! {
    #[test]
    fn cuts_do_not_matter(cuts in proptest::collection::vec(0..chunk().len(), 0..6)) {
        let mut cuts = cuts;
        cuts.extend([0, chunk().len()]);
        cuts.sort_unstable();
        let mut column = ColumnPages::new(10, 100);
        for pair in cuts.windows(2) {
            column.push(chunk()[pair[0]..pair[1]].to_vec().into()).expect("whole");
        }
        prop_assert_eq!(column.unfinished(), None);
        let pages = column.take(&(0..10));
        let bytes: Vec<u8> = pages.pages.iter().flat_map(|page| page.bytes.to_vec()).collect();
        prop_assert_eq!(bytes, chunk()[dictionary().len()..].to_vec());
        prop_assert_eq!(&pages.dictionary.expect("there is one").bytes[..], &dictionary()[..]);
    }
}
