//! The pages of a window for the decoders of the crate `parquet`, read by the crate's own page reader.

use crate::page::check_checksum;
use crate::plan::Chunk;
use crate::stream::WindowPages;
use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result};
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use std::sync::Arc;

/// Lays out dictionary and pages one after the other, without what lay between them in the file,
/// and returns the crate's reader of them.
pub(super) fn crate_pages(chunk: &Chunk, pages: &WindowPages) -> Result<SerializedPageReader<PageBytes>> {
    let mut laid_out = PageBytes::default();
    if let Some(dictionary) = &pages.dictionary {
        check_checksum(&dictionary.header, &dictionary.bytes)?;
        laid_out.push(dictionary.bytes.clone());
    }
    let pages_start = i64::try_from(laid_out.bytes)?;
    let first_row = pages.pages.first().map_or(0, |page| page.rows.start);
    let mut locations = Vec::with_capacity(pages.pages.len());
    for page in &pages.pages {
        check_checksum(&page.header, &page.bytes)?;
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
    let rows = pages.pages.last().map_or(0, |page| page.rows.end - first_row);
    SerializedPageReader::new(Arc::new(laid_out), &metadata, usize::try_from(rows)?, Some(locations))
}

/// Pages one after the other, never joined; each is found by its start.
#[derive(Default)]
pub(super) struct PageBytes {
    pages: Vec<(u64, Bytes)>,
    bytes: u64,
}

impl PageBytes {
    fn push(&mut self, page: Bytes) {
        let start = self.bytes;
        self.bytes += page.len() as u64;
        self.pages.push((start, page));
    }

    /// Returns the rest of the page that contains `start`.
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
