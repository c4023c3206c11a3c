//! Reads one column of a window, from pages to values.

use super::value::Value;
use super::values::Reading;
use anyhow::Result;
use history::FileError;
use history::caught::caught;
use history::decode::{BATCH_ROWS, Batch, ColumnReader, is_not_null};
use history::page::PageDetails;
use history::plan::ColumnKind;
use history::stream::{Window, WindowColumn, WindowPages};
use parquet::errors::ParquetError;
use storage::shown;

/// Entries of a dictionary of codes at which there are too many. Writers stop at 1 MiB, which holds
/// fewer.
const DICTIONARY_ENTRIES_BEYOND: u64 = (1 << 18) + 1;

/// Reads a column batch by batch.
pub(super) struct ColumnFold<'w, T> {
    window: &'w Window,
    index: usize,
    source: Source<T>,
    left: usize,
}

enum Source<T> {
    /// From the path: every row has this value.
    Path(T),
    Pages(Box<ColumnReader>, Reading<T>),
}

impl<'w, T: Copy> ColumnFold<'w, T> {
    /// Starts to read a column with `read`. If the column has its distinct values apart, `read`
    /// reads them now.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded.
    pub(super) fn new(
        window: &'w Window,
        kind: ColumnKind,
        read: &mut dyn FnMut(Value<'_>) -> T,
    ) -> Result<Self> {
        let (index, column) = window.column(kind)?;
        let source = match column {
            WindowColumn::Path(text) => Source::Path(read(text.as_deref().map_or(Value::Null, Value::Text))),
            WindowColumn::Pages { leaf, chunk, pages } => {
                check_dictionary(window, index, kind, pages)?;
                decoded(window, index, || {
                    let reader = ColumnReader::new(leaf, chunk, pages, &window.rows)?;
                    // Nearly every timestamp is different.
                    let has_runs = kind != ColumnKind::Timestamp;
                    let reading = Reading::new(reader.entries(), has_runs, leaf.epoch, read);
                    Ok(Source::Pages(Box::new(reader), reading))
                })?
            }
        };
        Ok(Self { window, index, source, left: usize::try_from(window.rows.end - window.rows.start)? })
    }

    /// Returns whether the distinct values were already read, so that rows only look them up.
    pub(super) fn has_entries(&self) -> bool {
        match &self.source {
            Source::Path(_) => true,
            Source::Pages(reader, _) => reader.entries().is_some(),
        }
    }

    /// Appends the values of the next batch of rows, with the same `read`; appends nothing at the end.
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
                decoded(self.window, self.index, || match reader.next_batch()? {
                    Batch::Array(array) => {
                        reading.extend(&array, rows, &mut read);
                        Ok(())
                    }
                    Batch::Texts(count, texts) => {
                        rows.reserve(count);
                        texts.take(count, |text| rows.push(read(text.map_or(Value::Null, Value::Utf8))))
                    }
                })?;
            }
        }
        Ok(())
    }
}

/// A decoder may panic on a crafted page: this counts as damage of the column.
fn decoded<T>(
    window: &Window,
    index: usize,
    decode: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, FileError> {
    match caught(decode) {
        Some(Err(error)) if is_not_null(&error) => Err(window.not_null(index)),
        Some(decoded) => {
            decoded.map_err(|error| window.damaged(index, shown(&error.to_string()).into_owned()))
        }
        None => Err(window.damaged(
            index,
            "its pages make the decoder panic: what they hold is not what they claim".to_owned(),
        )),
    }
}

/// Every entry of a dictionary may become a code, and a code costs more than its entry. So a
/// dictionary with more entries than any country, amount or number of orders needs is refused
/// before it is decoded.
fn check_dictionary(
    window: &Window,
    index: usize,
    kind: ColumnKind,
    pages: &WindowPages,
) -> Result<(), FileError> {
    let details = pages.dictionary.as_ref().and_then(|dictionary| dictionary.header.details);
    let entries = match details {
        Some(PageDetails::Dictionary { values, .. }) => values.map(u64::from),
        _ => None,
    };
    match (kind, entries) {
        (
            ColumnKind::CountryCode | ColumnKind::VoucherAmount | ColumnKind::TotalOrders,
            Some(entries @ DICTIONARY_ENTRIES_BEYOND..),
        ) => Err(FileError::LargeDictionary {
            url: window.file.object.url.clone(),
            row_group: window.row_group.index,
            column: window.file.columns[index].label.clone(),
            entries,
            max: DICTIONARY_ENTRIES_BEYOND - 1,
        }),
        _ => Ok(()),
    }
}
