//! Writes rejected events as parquet, in row groups small enough to hold one in memory.

use super::events::{Ready, RejectedEvents};
use anyhow::{Context, Result};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

/// Bytes of memory at which a row group ends.
const ROW_GROUP_BYTES: usize = 2 << 20;
/// Rows to encode before their memory use is checked.
const SLICE_ROWS: usize = 1 << 10;
/// Maximum bytes of a page, and of a column's dictionary: beyond it, values are written plain.
const PAGE_BYTES: usize = 128 << 10;

pub(super) struct Parquet {
    writer: ArrowWriter<Vec<u8>>,
    schema: Arc<Schema>,
}

impl Parquet {
    pub(super) fn new() -> Result<Self> {
        let number = |name| Field::new(name, DataType::Int64, false);
        let few = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let name = |name| Field::new(name, few(), false);
        let value = |name| Field::new(name, DataType::Utf8, true);
        let schema = Arc::new(Schema::new(vec![
            name("file"),
            number("row_group"),
            number("row"),
            name("segment"),
            name("reason"),
            name("column"),
            value("value"),
            value("order_value"),
        ]));
        let rows = ColumnPath::from("row");
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_dictionary_page_size_limit(PAGE_BYTES)
            .set_data_page_size_limit(PAGE_BYTES)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            // A page index would be held in memory until the end.
            .set_offset_index_disabled(true)
            .set_column_dictionary_enabled(rows.clone(), false)
            .set_column_encoding(rows, Encoding::DELTA_BINARY_PACKED)
            .build();
        // Without it, readers see plain text, whatever it was written from.
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options);
        Ok(Self { writer: writer.context("begin to encode rejects as parquet")?, schema })
    }

    pub(super) fn encode(&mut self, events: &RejectedEvents, ready: Ready<'_>) -> Result<()> {
        for batch in self.batches(events).context("encode rejects as parquet")? {
            // In slices, since a row group ends between two of them, and its bytes are then passed on.
            for start in (0..batch.num_rows()).step_by(SLICE_ROWS) {
                let rows = SLICE_ROWS.min(batch.num_rows() - start);
                self.write(&batch.slice(start, rows)).context("encode rejects as parquet")?;
                let bytes = self.writer.inner_mut();
                if !bytes.is_empty() {
                    ready(bytes)?;
                    // Its memory is reused.
                    bytes.clear();
                }
            }
        }
        Ok(())
    }

    /// Passes on the remaining bytes, including the footer.
    pub(super) fn finish(self, ready: Ready<'_>) -> Result<()> {
        ready(&self.writer.into_inner().context("finish rejects as parquet")?)
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch)?;
        if self.writer.memory_size() > ROW_GROUP_BYTES {
            self.writer.flush()?;
        }
        Ok(())
    }

    /// Returns the lines of each segment: they differ only in its name and share everything else.
    fn batches(&self, events: &RejectedEvents) -> Result<Vec<RecordBatch>> {
        let count = events.rows.len();
        let rows = events.rows.iter().map(|row| i64::try_from(*row));
        let rows: ArrayRef = Arc::new(Int64Array::from(rows.collect::<Result<Vec<_>, _>>()?));
        let row_group: ArrayRef = Arc::new(Int64Array::from_value(i64::try_from(events.row_group)?, count));
        let reasons = events.reasons.iter().map(|reason| reason.as_str());
        let reasons: ArrayRef = Arc::new(reasons.collect::<DictionaryArray<Int32Type>>());
        let (file, column) = (repeated(&events.file, count), repeated(events.column, count));
        let (values, order_values) = (Arc::new(events.values.clone()), Arc::new(events.order_values.clone()));
        let of = |segment: &String| {
            let columns: Vec<ArrayRef> = vec![
                Arc::clone(&file),
                Arc::clone(&row_group),
                Arc::clone(&rows),
                repeated(segment, count),
                Arc::clone(&reasons),
                Arc::clone(&column),
                Arc::clone(&values) as ArrayRef,
                Arc::clone(&order_values) as ArrayRef,
            ];
            Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
        };
        events.segments.iter().map(of).collect()
    }
}

/// Returns the same text for each of `count` rows.
fn repeated(text: &str, count: usize) -> ArrayRef {
    let keys = Int32Array::from_value(0, count);
    Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(StringArray::from(vec![text]))))
}
