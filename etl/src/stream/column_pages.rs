//! The bytes of one column chunk, as they arrive, cut into whole pages.

use super::page_header::{self, PageHeader, PageKind, Stop};
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use std::ops::Range;

/// Bytes by which an incomplete header is extended before it is tried again.
const HEADER_STEP_BYTES: usize = 4 << 10;

/// Why the bytes of a chunk are not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// They are not the pages that they should be.
    Damaged(String),
    /// A page is larger than memory is meant for.
    Large(u64),
}

/// A page of values, header included.
#[derive(Debug, Clone)]
pub struct DataPage {
    /// The page.
    pub bytes: Bytes,
    /// What its header says.
    pub header: PageHeader,
    /// Its rows, as positions in the row group.
    pub rows: Range<u64>,
}

/// A page of the distinct values of a chunk, header included.
#[derive(Debug, Clone)]
pub struct DictionaryPage {
    /// The page.
    pub bytes: Bytes,
    /// What its header says.
    pub header: PageHeader,
}

/// The pages of one column that a window needs.
#[derive(Debug, Clone)]
pub struct WindowPages {
    /// The dictionary page, if the chunk has one.
    pub dictionary: Option<DictionaryPage>,
    /// Pages that hold the window's rows; the first and last may hold others as well.
    pub pages: Vec<DataPage>,
}

/// Collects pages of a column chunk until windows take them.
#[derive(Debug)]
pub(crate) struct ColumnPages {
    /// A page, or part of its header, that is not complete.
    partial: BytesMut,
    dictionary: Option<DictionaryPage>,
    pages: VecDeque<DataPage>,
    /// Rows of all pages so far.
    complete_rows: u64,
    rows: u64,
    /// Bytes of the largest page that is taken.
    page_bytes: u64,
}

impl ColumnPages {
    pub(crate) fn new(rows: u64, page_bytes: u64) -> Self {
        Self {
            page_bytes,
            partial: BytesMut::new(),
            dictionary: None,
            pages: VecDeque::new(),
            complete_rows: 0,
            rows,
        }
    }

    /// Takes the next bytes of the chunk. A page that lies within them is not copied.
    pub(crate) fn push(&mut self, mut arrived: Bytes) -> Result<(), Refusal> {
        while !arrived.is_empty() {
            if !self.partial.is_empty() {
                self.complete_partial(&mut arrived)?;
                continue;
            }
            match self.header(&arrived)? {
                Some(header) if total_bytes(header) <= arrived.len() => {
                    let page = arrived.split_to(total_bytes(header));
                    self.page(header, page)?;
                }
                Some(header) => {
                    self.partial.reserve(total_bytes(header));
                    self.partial.extend_from_slice(&arrived.split_off(0));
                }
                None => self.partial.extend_from_slice(&arrived.split_off(0)),
            }
        }
        Ok(())
    }

    fn complete_partial(&mut self, arrived: &mut Bytes) -> Result<(), Refusal> {
        let header = self.header(&self.partial)?;
        let missing = match header {
            Some(header) => total_bytes(header) - self.partial.len().min(total_bytes(header)),
            None => HEADER_STEP_BYTES,
        };
        let part = arrived.split_to(missing.min(arrived.len()));
        self.partial.extend_from_slice(&part);
        let Some(header) = self.header(&self.partial)? else { return Ok(()) };
        if self.partial.len() >= total_bytes(header) {
            let page = self.partial.split_to(total_bytes(header)).freeze();
            self.page(header, page)?;
            // A step beyond an incomplete header may have taken more than this page.
            let rest = std::mem::take(&mut self.partial).freeze();
            let joined = [rest, arrived.split_off(0)];
            *arrived = if joined[0].is_empty() { joined[1].clone() } else { joined.concat().into() };
        }
        Ok(())
    }

    /// Reads the header that `bytes` begin with, if it is whole.
    fn header(&self, bytes: &[u8]) -> Result<Option<PageHeader>, Refusal> {
        let header = match page_header::read(bytes) {
            Ok(header) => header,
            Err(Stop::Incomplete) => return Ok(None),
            Err(Stop::Bad(problem)) => return Err(Refusal::Damaged(problem)),
        };
        let page_bytes = header.page_bytes.max(header.uncompressed_bytes) as u64;
        if page_bytes > self.page_bytes {
            return Err(Refusal::Large(page_bytes));
        }
        Ok(Some(header))
    }

    fn page(&mut self, header: PageHeader, bytes: Bytes) -> Result<(), Refusal> {
        match header.kind {
            PageKind::Data { rows, .. } => {
                let start = self.complete_rows;
                let end = start.checked_add(rows).filter(|end| *end <= self.rows);
                let end = end.ok_or_else(|| {
                    Refusal::Damaged(format!("its pages hold more than its {} rows", self.rows))
                })?;
                self.complete_rows = end;
                self.pages.push_back(DataPage { bytes, header, rows: start..end });
                Ok(())
            }
            PageKind::Dictionary if self.complete_rows == 0 && self.dictionary.is_none() => {
                self.dictionary = Some(DictionaryPage { bytes, header });
                Ok(())
            }
            PageKind::Dictionary => {
                Err(Refusal::Damaged("it has a dictionary page in the middle".to_owned()))
            }
            PageKind::Other => Ok(()),
        }
    }

    /// Returns how many rows are complete, counted from the start of the row group.
    pub(super) fn complete_rows(&self) -> u64 {
        self.complete_rows
    }

    /// Returns the bytes of complete pages that no window has taken for good.
    pub(super) fn complete_bytes(&self) -> usize {
        self.pages.iter().map(|page| page.bytes.len()).sum()
    }

    /// Returns the first row after `start`, and not after `limit`, at which a page ends and with
    /// which at least `bytes` of pages are behind `start`.
    pub(super) fn page_end(&self, start: u64, limit: u64, bytes: usize) -> Option<u64> {
        let mut sum = 0;
        let later = self.pages.iter().filter(|page| page.rows.end > start);
        later.take_while(|page| page.rows.end <= limit).find_map(|page| {
            sum += page.bytes.len();
            (sum >= bytes).then_some(page.rows.end)
        })
    }

    /// Returns the pages that hold `rows`; those that hold no later row are given up.
    pub(crate) fn take(&mut self, rows: &Range<u64>) -> WindowPages {
        let pages: Vec<_> = self
            .pages
            .iter()
            .take_while(|page| page.rows.start < rows.end)
            .filter(|page| page.rows.end > rows.start)
            .cloned()
            .collect();
        while self.pages.front().is_some_and(|page| page.rows.end <= rows.end) {
            self.pages.pop_front();
        }
        WindowPages { dictionary: self.dictionary.clone(), pages }
    }

    /// Returns why the chunk, all of whose bytes have arrived, is not whole.
    pub(super) fn unfinished(&self) -> Option<String> {
        if !self.partial.is_empty() {
            return Some("it ends within a page".to_owned());
        }
        (self.complete_rows != self.rows)
            .then(|| format!("its pages hold {} rows instead of {}", self.complete_rows, self.rows))
    }
}

fn total_bytes(header: PageHeader) -> usize {
    header.header_bytes + header.page_bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A data page of `rows` rows and `length` bytes.
    fn page(rows: u8, length: u8) -> Vec<u8> {
        let header = [
            0x15,
            0,
            0x15,
            length * 2,
            0x15,
            length * 2,
            0x2c,
            0x15,
            rows * 2,
            0x15,
            0,
            0x15,
            6,
            0x15,
            6,
            0,
            0,
        ];
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
            // Of the page no more than its header is there.
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
}
