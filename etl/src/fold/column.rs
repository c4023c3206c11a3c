//! One column of a window on its way from pages to values.

use super::values::{Reading, Value};
use crate::decode::{BATCH_ROWS, Batch, ColumnReader};
use crate::plan::{ColumnKind, ColumnSource};
use crate::stream::Window;
use anyhow::Result;

/// Reads a column batch by batch.
pub(super) struct ColumnFold<'w, T> {
    window: &'w Window,
    index: usize,
    source: Source<T>,
    left: usize,
}

enum Source<T> {
    /// The path says it: every row has this value.
    Path(T),
    Pages(ColumnReader, Reading<T>),
}

impl<'w, T: Copy> ColumnFold<'w, T> {
    /// Begins to read a column by `read`, which then reads its distinct values if it has them apart.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded.
    pub(super) fn new(
        window: &'w Window,
        kind: ColumnKind,
        mut read: impl FnMut(Value<'_>) -> T,
    ) -> Result<Self> {
        let columns = &window.file.columns;
        let index = columns.iter().position(|column| column.kind == kind);
        let index = index.ok_or_else(|| anyhow::anyhow!("column {} was not planned", kind.name()))?;
        let source = match (&columns[index].source, &window.row_group.chunks[index], &window.columns[index]) {
            (ColumnSource::Path(text), _, _) => {
                Source::Path(read(text.as_deref().map_or(Value::Null, Value::Text)))
            }
            (ColumnSource::Leaf(leaf), Some(chunk), Some(pages)) => {
                let reader = ColumnReader::new(leaf, chunk, pages, &window.rows);
                let reader = reader.map_err(|error| window.damaged(index, error.to_string()))?;
                // Nearly every timestamp is another.
                let reading = Reading::new(reader.entries(), kind != ColumnKind::Timestamp, read);
                Source::Pages(reader, reading)
            }
            (ColumnSource::Leaf(_), _, _) => anyhow::bail!("column {} has no pages", kind.name()),
        };
        Ok(Self { window, index, source, left: usize::try_from(window.rows.end - window.rows.start)? })
    }

    /// Returns whether its distinct values were read already, so that rows only look them up.
    pub(super) fn has_entries(&self) -> bool {
        match &self.source {
            Source::Path(_) => true,
            Source::Pages(reader, _) => reader.entries().is_some(),
        }
    }

    /// Appends the values of the next batch of rows, by the same `read`; at the end nothing.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded.
    pub(super) fn next_batch(
        &mut self,
        rows: &mut Vec<T>,
        mut read: impl FnMut(Value<'_>) -> T,
    ) -> Result<()> {
        let count = self.left.min(BATCH_ROWS);
        self.left -= count;
        match &mut self.source {
            Source::Path(value) => rows.resize(rows.len() + count, *value),
            Source::Pages(..) if count == 0 => {}
            Source::Pages(reader, reading) => {
                let batch = reader.next_batch().and_then(|batch| match batch {
                    Batch::Array(array) => Ok(reading.extend(&array, rows, read)),
                    Batch::Texts(count, texts) => {
                        texts.take(count, |text| rows.push(read(text.map_or(Value::Null, Value::Utf8))))
                    }
                });
                batch.map_err(|error| self.window.damaged(self.index, error.to_string()))?;
            }
        }
        Ok(())
    }
}
