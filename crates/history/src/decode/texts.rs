//! Reads plain texts in place, without a copy.
//!
//! For nearly unique texts, such as timestamps, every way to build an Arrow array costs more than
//! the work that follows. A plain page holds the length of each text in four bytes, then the text:
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>. The crate decodes a page
//! with nulls or with another encoding when its turn comes.

use super::array_reader::{BATCH_ROWS, is_nullable, reader_of};
use super::pages::{self, Layout, Pages};
use crate::page::PageHeader;
use crate::plan::Leaf;
use crate::stream::WindowPages;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, new_empty_array};
use arrow_schema::DataType;
use bytes::{Buf, Bytes};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::Page;
use parquet::errors::{ParquetError, Result};
use std::collections::VecDeque;
use std::sync::Arc;

/// Bytes of a text's length, and of the length of a page's levels.
const LENGTH_BYTES: usize = 4;

/// The texts of a column of a window.
pub struct Texts {
    leaf: Arc<Leaf>,
    compression: Compression,
    pages: VecDeque<(Layout, PageHeader, Bytes)>,
    dictionary: Option<Page>,
    open: Open,
}

/// The page being read.
enum Open {
    /// Texts in place, and how many are left.
    Plain { texts: Bytes, left: usize, is_ascii: bool },
    /// An array, how many of its texts are taken, and the decoder for the rest of the page: a page
    /// of few bytes may have more nulls than fit into memory.
    Decoded { texts: ArrayRef, taken: usize, rest: Box<ParquetRecordBatchReader>, left: usize },
}

impl Texts {
    /// Returns the texts of a column, from row `skipped` of the first page on; `None` if no page
    /// has plain texts.
    pub(super) fn new(
        leaf: &Arc<Leaf>,
        compression: Compression,
        pages: &WindowPages,
        layouts: &[Layout],
        skipped: usize,
    ) -> Result<Option<Self>> {
        if leaf.rows.data_type != DataType::Utf8View || !layouts.iter().any(|layout| is_plain(*layout)) {
            return Ok(None);
        }
        let dictionary = match pages::dictionary(compression, pages, layouts) {
            Ok(dictionary) => dictionary.transpose()?,
            Err(pages::NotOurs) => return Ok(None),
        };
        let data = pages.pages.iter().zip(layouts);
        let mut texts = Self {
            leaf: Arc::clone(leaf),
            compression,
            pages: data.map(|(page, layout)| (*layout, page.header, page.bytes.clone())).collect(),
            dictionary,
            open: Open::Plain { texts: Bytes::new(), left: 0, is_ascii: true },
        };
        texts.take(skipped, |_| {})?;
        Ok(Some(texts))
    }

    /// Passes the next `count` texts to `take`, as UTF-8, or `None` for null.
    ///
    /// # Errors
    ///
    /// If the pages end too early, cannot be decoded, or hold a text that is not UTF-8.
    pub fn take(&mut self, count: usize, mut take: impl FnMut(Option<&[u8]>)) -> Result<()> {
        let mut count = count;
        while count > 0 {
            count -= match &mut self.open {
                Open::Plain { texts, left, is_ascii } if *left > 0 => {
                    let here = count.min(*left);
                    take_plain(texts, here, *is_ascii, &mut take)?;
                    *left -= here;
                    here
                }
                Open::Decoded { texts, taken, .. } if *taken < texts.len() => {
                    let here = count.min(texts.len() - *taken);
                    let slice = texts.slice(*taken, here);
                    slice.as_string_view().iter().for_each(|text| take(text.map(str::as_bytes)));
                    *taken += here;
                    here
                }
                Open::Decoded { texts, taken, rest, left } if *left > 0 => {
                    let batch = rest.next().transpose()?;
                    let batch = batch.filter(|batch| batch.num_rows() > 0).ok_or_else(ends)?;
                    *texts = Arc::clone(batch.column(0));
                    *left = left.checked_sub(texts.len()).ok_or_else(ends)?;
                    *taken = 0;
                    0
                }
                _ => {
                    self.open = self.open_next()?;
                    0
                }
            }
        }
        Ok(())
    }

    fn open_next(&mut self) -> Result<Open> {
        let (layout, header, bytes) = self.pages.pop_front().ok_or_else(ends)?;
        let page = pages::decompressed(self.compression, layout, &header, &bytes)?;
        let is_nullable = is_nullable(&self.leaf.rows);
        if let Some(texts) = plain_texts(layout, &page, is_nullable) {
            let left = usize::try_from(page.num_values())?;
            return Ok(Open::Plain { is_ascii: texts.is_ascii(), texts, left });
        }
        let rows = usize::try_from(page.num_values())?;
        let page = Pages::ready(self.dictionary.iter().cloned().chain([page]));
        let view = &self.leaf.rows;
        let rest = reader_of(view, page, rows, BATCH_ROWS, None)?;
        Ok(Open::Decoded {
            texts: new_empty_array(&view.data_type),
            taken: 0,
            rest: Box::new(rest),
            left: rows,
        })
    }
}

fn is_plain(layout: Layout) -> bool {
    let plain = Encoding::PLAIN;
    matches!(layout, Layout::Version1 { encoding, .. } | Layout::Version2 { encoding, .. } if encoding == plain)
}

/// Returns the texts of a page if they are plain and none is null.
fn plain_texts(layout: Layout, page: &Page, is_nullable: bool) -> Option<Bytes> {
    if !is_plain(layout) {
        return None;
    }
    let bytes = page.buffer();
    // Where its definition levels end and begin.
    let (start, end) = match layout {
        Layout::Version1 { .. } if is_nullable => {
            let length = u32::from_le_bytes(*bytes.first_chunk::<LENGTH_BYTES>()?);
            (LENGTH_BYTES, usize::try_from(length).ok()?.checked_add(LENGTH_BYTES)?)
        }
        Layout::Version2 { levels: [definition, repetition], .. } => {
            let start = usize::try_from(repetition).ok()?;
            (start, start.checked_add(usize::try_from(definition).ok()?)?)
        }
        _ => (0, 0),
    };
    let levels = bytes.get(start..end)?;
    (!is_nullable || is_one_run_of_ones(levels, page.num_values())).then(|| bytes.slice(end..))
}

/// Returns whether these levels are a single run of "not null" for all values: the form in which
/// every writer stores a page without nulls. The crate reads other forms.
/// <https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>
fn is_one_run_of_ones(levels: &[u8], values: u32) -> bool {
    let mut run = 0_u64;
    let mut rest = levels;
    for shift in (0..35).step_by(7) {
        let Some((byte, behind)) = rest.split_first() else { return false };
        run |= u64::from(byte & 0x7f) << shift;
        rest = behind;
        if byte & 0x80 == 0 {
            return run == u64::from(values) << 1 && rest == [1];
        }
    }
    false
}

fn take_plain(
    texts: &mut Bytes,
    count: usize,
    is_ascii: bool,
    take: &mut impl FnMut(Option<&[u8]>),
) -> Result<()> {
    let mut rest = &texts[..];
    for _ in 0..count {
        let (length, behind) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or_else(ends)?;
        let (text, behind) =
            behind.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(ends)?;
        if !is_ascii && std::str::from_utf8(text).is_err() {
            return Err(ParquetError::General("a text is not UTF-8".to_owned()));
        }
        take(Some(text));
        rest = behind;
    }
    let taken = texts.len() - rest.len();
    texts.advance(taken);
    Ok(())
}

fn ends() -> ParquetError {
    ParquetError::EOF("a page ends within its texts".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_a_page_without_nulls() {
        for (levels, values, expected) in [
            (&[14, 1][..], 7, true),
            (&[14, 0], 7, false),
            (&[14, 1], 8, false),
            (&[14, 1, 0], 7, false),
            (&[15, 1], 7, false),
            (&[0x80, 0x01, 1], 64, true),
            (&[0x80], 64, false),
            (&[], 0, false),
        ] {
            assert_eq!(is_one_run_of_ones(levels, values), expected, "{levels:?}");
        }
    }
}
