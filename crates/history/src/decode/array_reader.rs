//! Wraps the readers of the crate `parquet`: they see a column of a window as a file of one column.

use super::page_claims::{CheckedColumn, CheckedPages};
use super::pages::Pages;
use crate::plan::View;
use crate::stream::WindowPages;
use arrow_array::{ArrayRef, new_empty_array};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups, RowSelection, RowSelector};
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::ops::Range;
use std::sync::Mutex;

/// Rows decoded at a time: enough to hide the cost of a batch, few enough to stay in the cache.
pub const BATCH_ROWS: usize = 8_192;

/// Returns how many rows of the first page come before the window.
pub(super) fn skipped(pages: &WindowPages, rows: &Range<u64>) -> Result<usize> {
    Ok(usize::try_from(rows.start - pages.pages.first().map_or(rows.start, |page| page.rows.start))?)
}

/// Returns the crate's reader of `rows`. `of_chunk` gives the pages of `pages`.
pub(super) fn reader(
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

/// Returns the crate's reader of the `selected` rows out of all `rows` of some pages.
pub(super) fn reader_of(
    view: &View,
    of_chunk: impl PageReader + 'static,
    rows: usize,
    batch_rows: usize,
    selected: Option<RowSelection>,
) -> Result<ParquetRecordBatchReader> {
    let pages = Box::new(CheckedPages::new(of_chunk, checked(view)));
    let column = OneColumn { view, pages: Mutex::new(Some(pages)), rows };
    ParquetRecordBatchReader::try_new_with_row_groups(&view.levels, &column, batch_rows, selected)
}

/// Returns all rows of some pages as one array. The pages must be known to hold as many bytes.
pub(super) fn array_of(view: &View, of_chunk: Pages, rows: usize) -> Result<ArrayRef> {
    let mut reader = reader_of(view, of_chunk, rows, rows.max(1), None)?;
    match reader.next().transpose()? {
        Some(batch) if batch.num_rows() == rows => Ok(batch.column(0).clone()),
        None if rows == 0 => Ok(new_empty_array(&view.data_type)),
        _ => Err(ParquetError::General(format!("a page ends within its {rows} values"))),
    }
}

/// Returns whether rows of a column may be null.
pub(super) fn is_nullable(view: &View) -> bool {
    view.metadata.file_metadata().schema_descr().column(0).max_def_level() > 0
}

fn checked(view: &View) -> CheckedColumn {
    let column = view.metadata.file_metadata().schema_descr().column(0);
    CheckedColumn::new(is_nullable(view), column.physical_type(), column.type_length())
}

/// A column of a window in the form that the crate expects: a file of one row group of one column.
struct OneColumn<'a> {
    view: &'a View,
    /// Taken by the reader.
    pages: Mutex<Option<Box<dyn PageReader>>>,
    rows: usize,
}

impl RowGroups for OneColumn<'_> {
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
