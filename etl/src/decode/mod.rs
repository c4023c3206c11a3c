//! Windows to Arrow arrays, one column at a time, by the readers of the crate `parquet`.
//!
//! The columns of a window begin at different rows, since pages do: each is read by a reader of
//! its own that skips to the window's first row. All give batches of the same rows.

mod codec;

mod pages;

mod crate_pages;

mod keys;

mod texts;

mod page_claims;

mod nulls;

mod checksum;

use crate::plan::{Chunk, Leaf, View};
use crate::stream::WindowPages;
use arrow::array::{ArrayRef, NullArray, new_empty_array};
pub(crate) use checksum::check as check_checksum;
use crate_pages::crate_pages;
pub use nulls::is_not_null;
use page_claims::{CheckedColumn, CheckedPages};
use pages::{HasLevels, Pages};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups, RowSelection, RowSelector};
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::ops::Range;
use std::sync::{Arc, Mutex};
pub use texts::Texts;

/// Rows decoded at a time: enough to hide the cost of a batch, few enough to stay in the cache.
pub const BATCH_ROWS: usize = 8_192;

/// Reads one column of a window.
pub struct ColumnReader {
    entries: Option<ArrayRef>,
    rows: Rows,
    left: usize,
}

enum Rows {
    Arrays(ParquetRecordBatchReader),
    Texts(Texts),
    /// All of them are known to be null.
    Nulls,
}

/// Some rows of a column.
pub enum Batch<'a> {
    /// Values, or where the reader has [entries](ColumnReader::entries) each row's position among
    /// them, as 32-bit integers.
    Array(ArrayRef),
    /// So many texts, to be taken from their page.
    Texts(usize, &'a mut Texts),
}

impl ColumnReader {
    /// Returns a reader of `rows` of the column's row group.
    ///
    /// # Errors
    ///
    /// If the pages cannot be decoded.
    pub fn new(leaf: &Arc<Leaf>, chunk: &Chunk, pages: &WindowPages, rows: &Range<u64>) -> Result<Self> {
        let compression = chunk.metadata.compression();
        let levels = leaf.nulls.as_ref().map(|nulls| nulls.levels);
        let has_levels = HasLevels {
            definition: levels.is_some() || is_nullable(&leaf.rows),
            repetition: levels.is_some_and(|levels| levels.repetition > 0),
        };
        let layouts = pages::layouts(compression, pages, has_levels);
        let left = usize::try_from(rows.end - rows.start)?;
        if let Some(levels) = levels {
            match layouts {
                Some(layouts) => nulls::check(Pages::new(compression, pages, &layouts, None), levels)?,
                None => nulls::check(crate_pages(chunk, pages)?, levels)?,
            }
            return Ok(Self { entries: None, rows: Rows::Nulls, left });
        }
        let Some(layouts) = layouts else {
            return Self::of_crate(leaf, chunk, pages, rows);
        };
        if let Some(dictionary) = keys::Dictionary::of(leaf, compression, pages, &layouts)? {
            let keys = Pages::new(compression, pages, &layouts, Some(dictionary.identity));
            let keys = Rows::Arrays(reader(&dictionary.views.keys, keys, pages, rows)?);
            return Ok(Self { entries: Some(dictionary.entries), rows: keys, left });
        }
        if let Some(texts) = Texts::new(leaf, compression, pages, &layouts, skipped(pages, rows)?)? {
            return Ok(Self { entries: None, rows: Rows::Texts(texts), left });
        }
        match pages::dictionary(compression, pages, &layouts) {
            Ok(dictionary) => {
                let pages_of_chunk = Pages::new(compression, pages, &layouts, dictionary.transpose()?);
                let values = Rows::Arrays(reader(&leaf.rows, pages_of_chunk, pages, rows)?);
                Ok(Self { entries: None, rows: values, left })
            }
            Err(pages::NotOurs) => Self::of_crate(leaf, chunk, pages, rows),
        }
    }

    /// Like [`Self::new`], by the crate's readers alone: for layouts that ours leaves to it.
    fn of_crate(leaf: &Leaf, chunk: &Chunk, pages: &WindowPages, rows: &Range<u64>) -> Result<Self> {
        let values = reader(&leaf.rows, crate_pages(chunk, pages)?, pages, rows)?;
        let left = usize::try_from(rows.end - rows.start)?;
        Ok(Self { entries: None, rows: Rows::Arrays(values), left })
    }

    /// Returns the distinct values that the batches are positions among, if they are.
    #[must_use]
    pub fn entries(&self) -> Option<&ArrayRef> {
        self.entries.as_ref()
    }

    /// Returns the next [`BATCH_ROWS`] rows, at the end of the window fewer.
    ///
    /// # Errors
    ///
    /// If the pages cannot be decoded, or hold fewer rows than their headers say.
    pub fn next_batch(&mut self) -> Result<Batch<'_>> {
        let expected = self.left.min(BATCH_ROWS);
        self.left -= expected;
        match &mut self.rows {
            Rows::Nulls => Ok(Batch::Array(Arc::new(NullArray::new(expected)))),
            Rows::Texts(texts) => Ok(Batch::Texts(expected, texts)),
            Rows::Arrays(reader) => {
                let batch = reader.next().transpose()?;
                let batch = batch.filter(|batch| batch.num_rows() == expected).ok_or_else(|| {
                    ParquetError::General(format!("its pages end within the next {expected} rows"))
                })?;
                Ok(Batch::Array(batch.column(0).clone()))
            }
        }
    }
}

/// Returns how many rows of the first page are before the window.
fn skipped(pages: &WindowPages, rows: &Range<u64>) -> Result<usize> {
    Ok(usize::try_from(rows.start - pages.pages.first().map_or(rows.start, |page| page.rows.start))?)
}

/// Returns the crate's reader of `rows` from `of_chunk`, which are those of `pages`.
fn reader(
    view: &View,
    of_chunk: impl PageReader + 'static,
    pages: &WindowPages,
    rows: &Range<u64>,
) -> Result<ParquetRecordBatchReader> {
    let skipped = skipped(pages, rows)?;
    let selected = usize::try_from(rows.end - rows.start)?;
    let last_row = pages.pages.last().map_or(rows.end, |page| page.rows.end);
    let rows = usize::try_from(last_row - rows.start)? + skipped;
    let selection = RowSelection::from(vec![RowSelector::skip(skipped), RowSelector::select(selected)]);
    reader_of(view, of_chunk, rows, BATCH_ROWS, Some(selection))
}

/// Returns the crate's reader of the `selected` ones of all `rows` of some pages.
fn reader_of(
    view: &View,
    of_chunk: impl PageReader + 'static,
    rows: usize,
    batch_rows: usize,
    selected: Option<RowSelection>,
) -> Result<ParquetRecordBatchReader> {
    let pages = Box::new(CheckedPages::new(of_chunk, checked(view)));
    let column = WindowColumn { view, pages: Mutex::new(Some(pages)), rows };
    ParquetRecordBatchReader::try_new_with_row_groups(&view.levels, &column, batch_rows, selected)
}

/// Returns all rows of some pages as one array: of pages that are known to hold as many bytes.
fn array_of(view: &View, of_chunk: Pages, rows: usize) -> Result<ArrayRef> {
    let mut reader = reader_of(view, of_chunk, rows, rows.max(1), None)?;
    match reader.next().transpose()? {
        Some(batch) if batch.num_rows() == rows => Ok(batch.column(0).clone()),
        None if rows == 0 => Ok(new_empty_array(&view.data_type)),
        _ => Err(ParquetError::General(format!("a page ends within its {rows} values"))),
    }
}

fn is_nullable(view: &View) -> bool {
    view.metadata.file_metadata().schema_descr().column(0).max_def_level() > 0
}

fn checked(view: &View) -> CheckedColumn {
    let column = view.metadata.file_metadata().schema_descr().column(0);
    CheckedColumn::new(is_nullable(view), column.physical_type(), column.type_length())
}

/// A column of a window as the crate wants to see it: a file of one row group of one column.
struct WindowColumn<'a> {
    view: &'a View,
    /// Taken by the one who reads them.
    pages: Mutex<Option<Box<dyn PageReader>>>,
    rows: usize,
}

impl RowGroups for WindowColumn<'_> {
    fn num_rows(&self) -> usize {
        self.rows
    }

    fn column_chunks(&self, _column: usize) -> Result<Box<dyn PageIterator>> {
        Ok(Box::new(OneChunk(self.pages.lock().ok().and_then(|mut pages| pages.take()))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.view.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.view.metadata
    }
}

/// The pages of one chunk.
struct OneChunk(Option<Box<dyn PageReader>>);

impl Iterator for OneChunk {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for OneChunk {}

#[cfg(test)]
mod tests;
