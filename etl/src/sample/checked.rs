//! Writes parquet whose pages have checksums, unlike the crate's own writer.
//!
//! A row group is written into memory, as the crate does anyway. Then each page header is written
//! again with the checksum of its page, and sizes in bytes are updated.

use anyhow::{Context, Result, anyhow};
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use bytes::Bytes;
use history::page::{PageKind, append_checked, read_header};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::io::Write;
use std::sync::Arc;

/// Writes flat columns, row group by row group.
pub(super) struct CheckedWriter<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    factory: ArrowRowGroupWriterFactory,
    schema: Arc<Schema>,
    /// Rows of a row group.
    group_rows: usize,
    /// The current row group: its columns and its rows so far.
    group: Option<(Vec<ArrowColumnWriter>, usize)>,
    groups: usize,
}

impl<W: Write + Send> CheckedWriter<W> {
    pub(super) fn new(
        target: W,
        schema: Arc<Schema>,
        properties: WriterProperties,
        group_rows: usize,
    ) -> Result<Self> {
        let writer = ArrowWriter::try_new(target, Arc::clone(&schema), Some(properties))?;
        let (writer, factory) = writer.into_serialized_writer()?;
        Ok(Self { writer, factory, schema, group_rows, group: None, groups: 0 })
    }

    /// Returns the target, with everything written so far.
    pub(super) fn inner_mut(&mut self) -> &mut W {
        self.writer.inner_mut()
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut start = 0;
        while start < batch.num_rows() {
            let (columns, rows) = match &mut self.group {
                Some(group) => group,
                none => none.insert((self.factory.create_column_writers(self.groups)?, 0)),
            };
            let length = (batch.num_rows() - start).min(self.group_rows - *rows);
            let slice = batch.slice(start, length);
            for ((column, field), array) in columns.iter_mut().zip(self.schema.fields()).zip(slice.columns())
            {
                for leaf in compute_leaves(field, array)? {
                    column.write(&leaf)?;
                }
            }
            *rows += length;
            start += length;
            if *rows == self.group_rows {
                self.end_group()?;
            }
        }
        Ok(())
    }

    /// Writes the remaining rows and the footer; returns the target.
    pub(super) fn finish(mut self) -> Result<W> {
        self.end_group()?;
        Ok(self.writer.into_inner()?)
    }

    fn end_group(&mut self) -> Result<()> {
        let Some((columns, _)) = self.group.take() else { return Ok(()) };
        self.groups += 1;
        let schema = self.writer.schema_descr().root_schema_ptr();
        let properties = Arc::clone(self.writer.properties());
        let mut scratch = SerializedFileWriter::new(Vec::new(), schema, properties)?;
        let mut chunks = scratch.next_row_group()?;
        let mut closed = Vec::with_capacity(columns.len());
        for column in columns {
            let chunk = column.close()?;
            closed.push(chunk.close().clone());
            chunk.append_to_row_group(&mut chunks)?;
        }
        let metadata = chunks.close()?;
        let scratch = Bytes::from(scratch.into_inner()?);
        let mut group = self.writer.next_row_group()?;
        for (closed, chunk) in closed.into_iter().zip(metadata.columns()) {
            let (start, length) = chunk.byte_range();
            let (start, length) = (usize::try_from(start)?, usize::try_from(length)?);
            let (bytes, closed) = with_checksums(&scratch.slice(start..start + length), closed)?;
            group.append_column(&bytes, closed)?;
        }
        group.close()?;
        Ok(())
    }
}

/// Returns a chunk whose pages have checksums, with its updated metadata.
fn with_checksums(mut chunk: &[u8], mut closed: ColumnCloseResult) -> Result<(Bytes, ColumnCloseResult)> {
    let before = chunk.len();
    let mut checked = Vec::with_capacity(before + before / 100);
    let mut dictionary_bytes = None;
    let mut locations = closed.offset_index.iter_mut().flat_map(|index| &mut index.page_locations);
    while !chunk.is_empty() {
        let header = read_header(chunk).map_err(|stop| anyhow!("a page of ours: {stop:?}"))?;
        let (page, rest) = chunk
            .split_at_checked(header.header_bytes + header.page_bytes)
            .context("a page of ours ends too early")?;
        let start = checked.len();
        append_checked(page, header.header_bytes, &mut checked)
            .map_err(|stop| anyhow!("a page of ours: {stop:?}"))?;
        match header.kind {
            PageKind::Dictionary => dictionary_bytes = Some(i64::try_from(checked.len())?),
            _ => {
                if let Some(location) = locations.next() {
                    location.offset = i64::try_from(start)?;
                    location.compressed_page_size = i32::try_from(checked.len() - start)?;
                }
            }
        }
        chunk = rest;
    }
    let added = i64::try_from(checked.len() - before)?;
    let metadata = closed.metadata;
    let uncompressed = metadata.uncompressed_size() + added;
    closed.metadata = metadata
        .into_builder()
        .set_dictionary_page_offset(dictionary_bytes.map(|_| 0))
        .set_data_page_offset(dictionary_bytes.unwrap_or_default())
        .set_total_compressed_size(i64::try_from(checked.len())?)
        .set_total_uncompressed_size(uncompressed)
        .build()?;
    closed.bytes_written = checked.len() as u64;
    Ok((checked.into(), closed))
}
