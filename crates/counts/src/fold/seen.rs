//! Reads the values of a column as text, for rows to be shown.
//!
//! Counting needs only the meaning of a value. Here the column is decoded again, and the value is
//! shown as stored.

use crate::rejects::{VALUE_BYTES_MAX, cut};
use anyhow::Result;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float16Type, Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, make_array};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::ArrowError;
use arrow_schema::DataType;
use history::decode::{Batch, ColumnReader};
use history::plan::ColumnKind;
use history::stream::{Window, WindowColumn};
use std::fmt::Write;

/// A value that cannot be shown is an error, not a text.
const OPTIONS: FormatOptions<'_> = FormatOptions::new().with_display_error(false);

/// Reads a column of a window batch by batch, as text.
pub(super) struct SeenColumn<'w> {
    window: &'w Window,
    index: usize,
    source: Source<'w>,
}

enum Source<'w> {
    /// From the path.
    Path(Option<&'w str>),
    Pages(Box<ColumnReader>),
}

impl<'w> SeenColumn<'w> {
    /// Starts to read a column.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded.
    pub(super) fn new(window: &'w Window, kind: ColumnKind) -> Result<Self> {
        let (index, column) = window.column(kind)?;
        let source = match column {
            WindowColumn::Path(text) => Source::Path(text.as_deref()),
            WindowColumn::Pages { leaf, chunk, pages } => {
                let reader = ColumnReader::new(leaf, chunk, pages, &window.rows);
                Source::Pages(Box::new(reader.map_err(|error| window.damaged(index, error.to_string()))?))
            }
        };
        Ok(Self { window, index, source })
    }

    /// Appends the values of the rows `wanted` of the next batch, given by their positions in it,
    /// in order.
    ///
    /// # Errors
    ///
    /// If its pages cannot be decoded.
    pub(super) fn next_batch(&mut self, wanted: &[usize], seen: &mut StringBuilder) -> Result<()> {
        let reader = match &mut self.source {
            Source::Path(text) => {
                for _ in wanted {
                    seen.append_option(text.map(cut));
                }
                return Ok(());
            }
            Source::Pages(reader) => reader,
        };
        let entries = reader.entries().cloned();
        let batch = reader.next_batch().and_then(|batch| match (batch, entries) {
            (Batch::Array(keys), Some(entries)) => {
                let keys = keys.as_primitive::<Int32Type>();
                let mut wanted = wanted.iter().map(|row| entry(keys.is_valid(*row), keys.value(*row)));
                Ok(show(&entries, &mut wanted, seen)?)
            }
            (Batch::Array(array), None) => Ok(show(&array, &mut wanted.iter().copied().map(Some), seen)?),
            (Batch::Texts(count, texts), _) => {
                let mut wanted = wanted.iter().peekable();
                let mut row = 0;
                texts.take(count, |text| {
                    if wanted.next_if(|wanted| **wanted == row).is_some() {
                        seen.append_option(text.map(|text| cut(&from_utf8(text)).to_owned()));
                    }
                    row += 1;
                })
            }
        });
        batch.map_err(|error| self.window.damaged(self.index, error.to_string()).into())
    }
}

fn entry(is_valid: bool, key: i32) -> Option<usize> {
    is_valid.then_some(key.cast_unsigned() as usize)
}

/// Returns as much of a text as can be kept; its reader has checked that it is UTF-8.
fn from_utf8(text: &[u8]) -> std::borrow::Cow<'_, str> {
    // A character that is cut here would not be kept anyway.
    String::from_utf8_lossy(&text[..text.len().min(VALUE_BYTES_MAX + 4)])
}

/// Appends the values at these positions; null if there is none.
fn show(
    array: &ArrayRef,
    rows: &mut dyn Iterator<Item = Option<usize>>,
    seen: &mut StringBuilder,
) -> Result<(), ArrowError> {
    match array.data_type() {
        DataType::Utf8 => {
            let texts = array.as_string::<i32>();
            rows.for_each(|row| seen.append_option(valid(array, row).map(|row| cut(texts.value(row)))));
        }
        DataType::Utf8View => {
            let texts = array.as_string_view();
            rows.for_each(|row| seen.append_option(valid(array, row).map(|row| cut(texts.value(row)))));
        }
        DataType::Dictionary(..) => {
            let texts = array.as_dictionary::<Int32Type>();
            let keys = texts.keys();
            let mut rows =
                rows.map(|row| valid(array, row).map(|row| keys.value(row).cast_unsigned() as usize));
            return show(texts.values(), &mut rows, seen);
        }
        DataType::Float16 => {
            let numbers = array.as_primitive::<Float16Type>();
            show_floats(array, rows, |row| format!("{:?}", numbers.value(row).to_f32()), seen);
        }
        DataType::Float32 => {
            let numbers = array.as_primitive::<Float32Type>();
            show_floats(array, rows, |row| format!("{:?}", numbers.value(row)), seen);
        }
        DataType::Float64 => {
            let numbers = array.as_primitive::<Float64Type>();
            show_floats(array, rows, |row| format!("{:?}", numbers.value(row)), seen);
        }
        _ => return show_typed(array, rows, seen),
    }
    Ok(())
}

/// Arrow would write `1.5e9` instead of the usual `1500000000.0`.
fn show_floats(
    array: &ArrayRef,
    rows: &mut dyn Iterator<Item = Option<usize>>,
    text: impl Fn(usize) -> String,
    seen: &mut StringBuilder,
) {
    rows.for_each(|row| seen.append_option(valid(array, row).map(&text)));
}

/// Numbers and times in their usual text form. Times with a zone are instants, and end in `Z`.
fn show_typed(
    array: &ArrayRef,
    rows: &mut dyn Iterator<Item = Option<usize>>,
    seen: &mut StringBuilder,
) -> Result<(), ArrowError> {
    let (array, zone) = match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let data = array.to_data().into_builder().data_type(DataType::Timestamp(*unit, None)).build()?;
            (&make_array(data), "Z")
        }
        _ => (array, ""),
    };
    let formatter = ArrayFormatter::try_new(array.as_ref(), &OPTIONS)?;
    let mut text = String::new();
    for row in rows {
        let Some(row) = valid(array, row) else {
            seen.append_null();
            continue;
        };
        text.clear();
        if write!(text, "{}{zone}", formatter.value(row)).is_err() {
            // A time outside any calendar is shown as the stored number.
            text = cast(&array.slice(row, 1), &DataType::Int64)?
                .as_primitive::<Int64Type>()
                .value(0)
                .to_string();
        }
        seen.append_value(cut(&text));
    }
    Ok(())
}

fn valid(array: &ArrayRef, row: Option<usize>) -> Option<usize> {
    row.filter(|row| array.is_valid(*row) && *array.data_type() != DataType::Null)
}
