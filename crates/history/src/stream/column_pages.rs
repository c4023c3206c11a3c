//! Cuts the bytes of one column chunk into whole pages as they arrive.

use crate::page::{self, PageHeader, PageKind};
use crate::thrift::Stop;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use std::ops::Range;

/// Minimum bytes to extend an incomplete header by before it is read again. The step doubles each
/// time; otherwise a long header would be read thousands of times.
const HEADER_STEP_BYTES_MIN: usize = 4 << 10;

/// Maximum rows of a page. Writers stop at 20,000 rows or 1 MiB; but a page of only nulls takes few
/// bytes for any number of rows, and each of its windows skips from its start.
const PAGE_ROWS_MAX: u64 = 1 << 26;

/// Why the bytes of a chunk are refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// They are not valid pages.
    Damaged(String),
    /// A page of this many bytes is too large for the memory budget.
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
    /// Pages that hold the window's rows; the first and last may also hold others.
    pub pages: Vec<DataPage>,
}

/// Collects pages of a column chunk until windows take them.
#[derive(Debug)]
pub(crate) struct ColumnPages {
    /// A page, or part of its header, that is still incomplete.
    partial: BytesMut,
    dictionary: Option<DictionaryPage>,
    pages: VecDeque<DataPage>,
    /// Rows of all complete pages so far.
    complete_rows: u64,
    rows: u64,
    /// Maximum bytes of a page.
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

    /// Adds the next bytes of the chunk. A page that lies entirely within them is not copied.
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
            None => self.partial.len().max(HEADER_STEP_BYTES_MIN),
        };
        let part = arrived.split_to(missing.min(arrived.len()));
        self.partial.extend_from_slice(&part);
        let Some(header) = self.header(&self.partial)? else { return Ok(()) };
        if self.partial.len() >= total_bytes(header) {
            let page = self.partial.split_to(total_bytes(header)).freeze();
            self.page(header, page)?;
            // The step beyond an incomplete header may have taken more than this page.
            let rest = std::mem::take(&mut self.partial).freeze();
            let joined = [rest, arrived.split_off(0)];
            *arrived = if joined[0].is_empty() { joined[1].clone() } else { joined.concat().into() };
        }
        Ok(())
    }

    /// Reads the header at the start of `bytes`, if it is complete.
    fn header(&self, bytes: &[u8]) -> Result<Option<PageHeader>, Refusal> {
        let header = match page::read_header(bytes) {
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
            PageKind::Data { rows, .. } if rows > PAGE_ROWS_MAX => {
                Err(Refusal::Damaged(format!("a page claims {rows} rows, more than {PAGE_ROWS_MAX}")))
            }
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

    /// Returns the number of complete rows, counted from the start of the row group.
    pub(super) fn complete_rows(&self) -> u64 {
        self.complete_rows
    }

    /// Returns the bytes of complete pages that windows may still need.
    pub(super) fn complete_bytes(&self) -> usize {
        self.pages.iter().map(|page| page.bytes.len()).sum()
    }

    /// Returns the first row after `start`, up to `limit`, at which a page ends and at least
    /// `bytes` bytes of pages lie after `start`.
    pub(super) fn page_end(&self, start: u64, limit: u64, bytes: usize) -> Option<u64> {
        let mut sum = 0;
        let later = self.pages.iter().filter(|page| page.rows.end > start);
        later.take_while(|page| page.rows.end <= limit).find_map(|page| {
            sum += page.bytes.len();
            (sum >= bytes).then_some(page.rows.end)
        })
    }

    /// Returns the pages that hold `rows`; pages that hold no later row are dropped.
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

    /// Returns what is missing in the chunk, once all its bytes have arrived; `None` if it is whole.
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
mod tests;
