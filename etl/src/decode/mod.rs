//! Windows to Arrow arrays, one column at a time, by the readers of the crate `parquet`.
//!
//! The columns of a window begin at different rows, since pages do: each is read by a reader of
//! its own that skips to the window's first row. All give batches of the same rows.

mod delta_claims;

use crate::plan::{Chunk, Leaf};
use crate::stream::WindowPages;
use arrow::array::ArrayRef;
use bytes::{Buf, Bytes};
use delta_claims::CheckedPages;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups, RowSelection, RowSelector};
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use std::ops::Range;
use std::sync::Arc;

/// Rows decoded at a time: enough to hide the cost of a batch, few enough to stay in the cache.
pub const BATCH_ROWS: usize = 8_192;

/// Hands the arrays of a column for `rows` of its row group to `take`, [`BATCH_ROWS`] at a time.
///
/// # Errors
///
/// If the pages cannot be decoded, or hold other rows than their headers say.
pub fn decode(
    leaf: &Leaf,
    chunk: &Chunk,
    pages: &WindowPages,
    rows: &Range<u64>,
    mut take: impl FnMut(&ArrayRef),
) -> Result<()> {
    let first_row = pages.pages.first().map_or(rows.start, |page| page.rows.start);
    let skipped = usize::try_from(rows.start - first_row)?;
    let selected = usize::try_from(rows.end - rows.start)?;
    let selection = RowSelection::from(vec![RowSelector::skip(skipped), RowSelector::select(selected)]);
    let column = WindowColumn::new(leaf, chunk, pages, first_row)?;
    let reader = ParquetRecordBatchReader::try_new_with_row_groups(
        &leaf.levels,
        &column,
        BATCH_ROWS,
        Some(selection),
    )?;
    let mut decoded = 0;
    for batch in reader {
        let batch = batch?;
        decoded += batch.num_rows();
        take(batch.column(0));
    }
    if decoded != selected {
        return Err(ParquetError::General(format!(
            "its pages hold {decoded} rows where {selected} were expected"
        )));
    }
    Ok(())
}

/// A column of a window as the crate wants to see it: a file of one row group of one column.
struct WindowColumn<'a> {
    leaf: &'a Leaf,
    pages: Arc<PageBytes>,
    locations: Vec<PageLocation>,
    metadata: ColumnChunkMetaData,
    rows: usize,
}

impl<'a> WindowColumn<'a> {
    /// Lays dictionary and pages out one after the other, whatever lay between them in the file.
    fn new(leaf: &'a Leaf, chunk: &Chunk, pages: &WindowPages, first_row: u64) -> Result<Self> {
        let mut laid_out = PageBytes::default();
        if let Some(dictionary) = &pages.dictionary {
            laid_out.push(dictionary.clone());
        }
        let pages_start = i64::try_from(laid_out.bytes)?;
        let mut locations = Vec::with_capacity(pages.pages.len());
        for page in &pages.pages {
            locations.push(PageLocation {
                offset: i64::try_from(laid_out.bytes)?,
                compressed_page_size: i32::try_from(page.bytes.len())?,
                first_row_index: i64::try_from(page.rows.start - first_row)?,
            });
            laid_out.push(page.bytes.clone());
        }
        let metadata = chunk
            .metadata
            .clone()
            .into_builder()
            .set_dictionary_page_offset(pages.dictionary.is_some().then_some(0))
            .set_data_page_offset(pages_start)
            .set_total_compressed_size(i64::try_from(laid_out.bytes)?)
            .build()?;
        let last_row = pages.pages.last().map_or(first_row, |page| page.rows.end);
        let rows = usize::try_from(last_row - first_row)?;
        Ok(Self { leaf, pages: Arc::new(laid_out), locations, metadata, rows })
    }
}

impl RowGroups for WindowColumn<'_> {
    fn num_rows(&self) -> usize {
        self.rows
    }

    fn column_chunks(&self, _column: usize) -> Result<Box<dyn PageIterator>> {
        let pages = SerializedPageReader::new(
            Arc::clone(&self.pages),
            &self.metadata,
            self.rows,
            Some(self.locations.clone()),
        )?;
        let is_nullable = self.metadata.column_descr().max_def_level() > 0;
        Ok(Box::new(OneChunk(Some(Box::new(CheckedPages::new(pages, is_nullable))))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.leaf.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.leaf.metadata
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

/// Pages one after the other, found by where they begin, never joined.
#[derive(Default)]
struct PageBytes {
    pages: Vec<(u64, Bytes)>,
    bytes: u64,
}

impl PageBytes {
    fn push(&mut self, page: Bytes) {
        let start = self.bytes;
        self.bytes += page.len() as u64;
        self.pages.push((start, page));
    }

    /// Returns the rest of the page that `start` lies in.
    fn page_from(&self, start: u64) -> Result<Bytes> {
        let beyond = || ParquetError::EOF(format!("no page at {start}"));
        let at = self.pages.partition_point(|(page, _)| *page <= start).checked_sub(1).ok_or_else(beyond)?;
        let (page_start, page) = &self.pages[at];
        let within = usize::try_from(start - page_start)?;
        if within > page.len() {
            return Err(beyond());
        }
        Ok(page.slice(within..))
    }
}

impl Length for PageBytes {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for PageBytes {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(self.page_from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut page = self.page_from(start)?;
        if length > page.len() {
            return Err(ParquetError::EOF(format!("{length} bytes asked for, {} are there", page.len())));
        }
        Ok(page.split_to(length))
    }
}
