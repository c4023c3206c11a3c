//! Windows to Arrow arrays, one column at a time, by the readers of the crate `parquet`.
//!
//! The columns of a window begin at different rows, since pages do: each is read by a reader of
//! its own that skips to the window's first row. All give batches of the same rows.

mod codec;

mod pages;

mod crate_pages;

mod keys;

mod delta_claims;

use crate::plan::{Chunk, Leaf, View};
use crate::stream::WindowPages;
use arrow::array::ArrayRef;
use crate_pages::CratePages;
use delta_claims::CheckedPages;
use pages::Pages;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups, RowSelection, RowSelector};
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::ops::Range;
use std::sync::Mutex;

/// Rows decoded at a time: enough to hide the cost of a batch, few enough to stay in the cache.
pub const BATCH_ROWS: usize = 8_192;

/// Reads one column of a window.
pub struct ColumnReader {
    entries: Option<ArrayRef>,
    reader: ParquetRecordBatchReader,
    left: usize,
}

impl ColumnReader {
    /// Returns a reader of `rows` of the column's row group.
    ///
    /// # Errors
    ///
    /// If the pages cannot be decoded.
    pub fn new(leaf: &Leaf, chunk: &Chunk, pages: &WindowPages, rows: &Range<u64>) -> Result<Self> {
        let compression = chunk.metadata.compression();
        let Some(layouts) = pages::layouts(compression, pages) else {
            return Self::of_crate(leaf, chunk, pages, rows);
        };
        if let Some(dictionary) = keys::Dictionary::of(leaf, compression, pages, &layouts)? {
            let keys = Pages::new(compression, pages, &layouts, Some(dictionary.identity));
            let reader = reader(&dictionary.views.keys, keys, pages, rows)?;
            return Ok(Self { entries: Some(dictionary.entries), ..reader });
        }
        // Plain pages need no dictionary, though their chunk may have begun with one.
        let dictionary = pages.dictionary.as_ref().filter(|_| layouts.iter().any(pages::Layout::is_of_keys));
        let dictionary = match dictionary.map(|page| (page, pages::Layout::of(&page.header))) {
            Some((page, Some(layout))) => {
                Some(pages::decompressed(compression, layout, &page.header, &page.bytes)?)
            }
            Some((_, None)) => return Self::of_crate(leaf, chunk, pages, rows),
            None => None,
        };
        reader(&leaf.rows, Pages::new(compression, pages, &layouts, dictionary), pages, rows)
    }

    /// Like [`Self::new`], by the crate's readers alone: for layouts that ours leaves to it.
    fn of_crate(leaf: &Leaf, chunk: &Chunk, pages: &WindowPages, rows: &Range<u64>) -> Result<Self> {
        reader(&leaf.rows, CratePages::new(chunk, pages)?, pages, rows)
    }

    /// Returns the distinct values that [`Self::next_batch`] gives positions of, if it does.
    #[must_use]
    pub fn entries(&self) -> Option<&ArrayRef> {
        self.entries.as_ref()
    }

    /// Returns the next [`BATCH_ROWS`] rows, at the end of the window fewer: values, or where there
    /// are [entries](Self::entries) each row's position among them, as 32-bit integers.
    ///
    /// # Errors
    ///
    /// If the pages cannot be decoded, or hold fewer rows than their headers say.
    pub fn next_batch(&mut self) -> Result<ArrayRef> {
        let expected = self.left.min(BATCH_ROWS);
        let batch = self.reader.next().transpose()?;
        let batch = batch
            .filter(|batch| batch.num_rows() == expected)
            .ok_or_else(|| ParquetError::General(format!("its pages end within the next {expected} rows")))?;
        self.left -= expected;
        Ok(batch.column(0).clone())
    }
}

fn reader(
    view: &View,
    of_chunk: impl PageReader + 'static,
    pages: &WindowPages,
    rows: &Range<u64>,
) -> Result<ColumnReader> {
    let first_row = pages.pages.first().map_or(rows.start, |page| page.rows.start);
    let last_row = pages.pages.last().map_or(first_row, |page| page.rows.end);
    let skipped = usize::try_from(rows.start - first_row)?;
    let left = usize::try_from(rows.end - rows.start)?;
    let selection = RowSelection::from(vec![RowSelector::skip(skipped), RowSelector::select(left)]);
    let is_nullable = view.metadata.file_metadata().schema_descr().column(0).max_def_level() > 0;
    let column = WindowColumn {
        view,
        pages: Mutex::new(Some(Box::new(CheckedPages::new(of_chunk, is_nullable)))),
        rows: usize::try_from(last_row - first_row)?,
    };
    let reader = ParquetRecordBatchReader::try_new_with_row_groups(
        &view.levels,
        &column,
        BATCH_ROWS,
        Some(selection),
    )?;
    Ok(ColumnReader { entries: None, reader, left })
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
