//! Reads one column of a window, with the reader that suits its layout.

use super::array_reader::{BATCH_ROWS, is_nullable, reader, skipped};
use super::crate_pages::crate_pages;
use super::pages::{self, HasLevels, Pages};
use super::texts::Texts;
use super::{keys, nulls};
use crate::plan::{Chunk, Leaf};
use crate::stream::WindowPages;
use arrow_array::{ArrayRef, NullArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::errors::{ParquetError, Result};
use std::ops::Range;
use std::sync::Arc;

/// Reads one column of a window.
pub struct ColumnReader {
    entries: Option<ArrayRef>,
    rows: RowReader,
    left: usize,
}

enum RowReader {
    Arrays(ParquetRecordBatchReader),
    Texts(Texts),
    /// All rows are known to be null.
    Nulls,
}

/// Some rows of a column.
pub enum Batch<'a> {
    /// Values; if the reader has [entries](ColumnReader::entries), each row's position among them,
    /// as 32-bit integers.
    Array(ArrayRef),
    /// This many texts, to be taken from their page.
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
            return Ok(Self { entries: None, rows: RowReader::Nulls, left });
        }
        let Some(layouts) = layouts else {
            return Self::of_crate(leaf, chunk, pages, rows);
        };
        if let Some(dictionary) = keys::Dictionary::of(leaf, compression, pages, &layouts)? {
            let keys = Pages::new(compression, pages, &layouts, Some(dictionary.identity));
            let keys = RowReader::Arrays(reader(&dictionary.views.keys, keys, pages, rows)?);
            return Ok(Self { entries: Some(dictionary.entries), rows: keys, left });
        }
        if let Some(texts) = Texts::new(leaf, compression, pages, &layouts, skipped(pages, rows)?)? {
            return Ok(Self { entries: None, rows: RowReader::Texts(texts), left });
        }
        match pages::dictionary(compression, pages, &layouts) {
            Ok(dictionary) => {
                let pages_of_chunk = Pages::new(compression, pages, &layouts, dictionary.transpose()?);
                let values = RowReader::Arrays(reader(&leaf.rows, pages_of_chunk, pages, rows)?);
                Ok(Self { entries: None, rows: values, left })
            }
            Err(pages::NotOurs) => Self::of_crate(leaf, chunk, pages, rows),
        }
    }

    /// Like [`Self::new`], with the crate's readers alone: for layouts that ours do not read.
    fn of_crate(leaf: &Leaf, chunk: &Chunk, pages: &WindowPages, rows: &Range<u64>) -> Result<Self> {
        let values = reader(&leaf.rows, crate_pages(chunk, pages)?, pages, rows)?;
        let left = usize::try_from(rows.end - rows.start)?;
        Ok(Self { entries: None, rows: RowReader::Arrays(values), left })
    }

    /// Returns the distinct values, if batches hold positions among them.
    #[must_use]
    pub fn entries(&self) -> Option<&ArrayRef> {
        self.entries.as_ref()
    }

    /// Returns the next [`BATCH_ROWS`] rows; fewer at the end of the window.
    ///
    /// # Errors
    ///
    /// If the pages cannot be decoded, or hold fewer rows than their headers say.
    pub fn next_batch(&mut self) -> Result<Batch<'_>> {
        let expected = self.left.min(BATCH_ROWS);
        self.left -= expected;
        match &mut self.rows {
            RowReader::Nulls => Ok(Batch::Array(Arc::new(NullArray::new(expected)))),
            RowReader::Texts(texts) => Ok(Batch::Texts(expected, texts)),
            RowReader::Arrays(reader) => {
                let batch = reader.next().transpose()?;
                let batch = batch.filter(|batch| batch.num_rows() == expected).ok_or_else(|| {
                    ParquetError::General(format!("its pages end within the next {expected} rows"))
                })?;
                Ok(Batch::Array(batch.column(0).clone()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
