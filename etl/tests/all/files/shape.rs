//! The layout of a file, and how to write it.

use super::kind::Kind;
use crate::reference::{Column, Row, Value};
use arrow::array::{ArrayRef, Int32Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// The types of the columns and the layout of the file.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of the writer, and all go together")]
pub(crate) struct Shape {
    /// By [`Column`].
    pub(crate) kinds: [Kind; 6],
    /// The columns of the file, in its order.
    pub(crate) columns: Vec<Column>,
    /// Whether columns of other names and nested types lie between them.
    pub(crate) has_extras: bool,
    /// Whether columns without nulls are declared as required.
    pub(crate) is_required: bool,
    pub(crate) codec: Compression,
    pub(crate) pages: WriterVersion,
    pub(crate) has_dictionary: bool,
    /// Whether plain values are written as differences, if there is such an encoding.
    pub(crate) has_deltas: bool,
    pub(crate) row_group_rows: usize,
    pub(crate) page_rows: usize,
    /// Also of dictionary pages: a dictionary that grows beyond this makes the rest of a chunk plain.
    pub(crate) page_bytes: usize,
}

impl Default for Shape {
    /// The shape of the real history: text except for the amount, GZIP.
    fn default() -> Self {
        Self {
            kinds: [Kind::Text, Kind::Float64, Kind::Text, Kind::Text, Kind::Text, Kind::Text],
            columns: Column::ALL.to_vec(),
            has_extras: false,
            is_required: false,
            codec: Compression::GZIP(GzipLevel::default()),
            pages: WriterVersion::PARQUET_1_0,
            has_dictionary: true,
            has_deltas: false,
            row_group_rows: 1 << 20,
            page_rows: 20_000,
            page_bytes: 1 << 20,
        }
    }
}

impl Shape {
    /// All columns as text of this kind.
    pub(crate) fn texts(kind: Kind) -> Self {
        Self { kinds: [kind; 6], ..Self::default() }
    }

    /// The same shape with other types for numbers and for times.
    pub(crate) fn typed(number: Kind, time: Kind) -> Self {
        Self { kinds: [Kind::TextDictionary, number, number, time, time, time], ..Self::default() }
    }

    /// The same shape with pages and row groups of a few rows.
    pub(crate) fn in_crumbs(self, page_rows: usize, row_group_rows: usize) -> Self {
        Self { row_group_rows, page_rows, ..self }
    }

    /// The same shape without these columns, which are in the path.
    pub(crate) fn without(mut self, columns: &[Column]) -> Self {
        self.columns.retain(|column| !columns.contains(column));
        self
    }

    fn properties(&self) -> WriterProperties {
        let mut properties = WriterProperties::builder()
            .set_compression(self.codec)
            .set_writer_version(self.pages)
            .set_dictionary_enabled(self.has_dictionary)
            .set_max_row_group_row_count(Some(self.row_group_rows))
            .set_data_page_row_count_limit(self.page_rows)
            .set_write_batch_size(self.page_rows.min(64))
            .set_data_page_size_limit(self.page_bytes)
            .set_dictionary_page_size_limit(self.page_bytes)
            .set_coerce_types(true);
        if self.has_deltas {
            for column in &self.columns {
                let encoding = match self.kinds[*column as usize] {
                    kind if kind.is_text() => Encoding::DELTA_BYTE_ARRAY,
                    Kind::Float32 | Kind::Float64 => Encoding::BYTE_STREAM_SPLIT,
                    Kind::Int64 | Kind::Timestamp(..) | Kind::Date32 => Encoding::DELTA_BINARY_PACKED,
                    _ => continue,
                };
                properties = properties.set_column_encoding(ColumnPath::from(column.name()), encoding);
            }
        }
        properties.build()
    }
}

/// All codecs that the ETL reads.
pub(crate) fn codecs() -> [Compression; 6] {
    [
        Compression::UNCOMPRESSED,
        Compression::GZIP(GzipLevel::default()),
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ]
}

/// Writes rows to a file of this shape, and makes its folders.
pub(crate) fn write(path: &Path, rows: &[Row], shape: &Shape) {
    let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
    for column in &shape.columns {
        if shape.has_extras {
            columns.push(extra(columns.len(), rows.len()));
        }
        let values: Vec<&Value> = rows.iter().map(|row| &row[*column as usize]).collect();
        let array = shape.kinds[*column as usize].array(&values);
        let is_nullable = !shape.is_required || array.null_count() > 0;
        columns.push((column.name(), array, is_nullable));
    }
    write_arrays(path, &columns, shape);
}

/// Writes columns of any type: name, values, and whether the column is nullable.
pub(crate) fn write_arrays(path: &Path, columns: &[(&str, ArrayRef, bool)], shape: &Shape) {
    let field = |(name, array, is_nullable): &(&str, ArrayRef, bool)| {
        Field::new(*name, array.data_type().clone(), *is_nullable)
    };
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let arrays = columns.iter().map(|(_, array, _)| Arc::clone(array)).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).expect("columns of one length");
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let file = File::create(path).expect("created");
    let mut writer = ArrowWriter::try_new(file, schema, Some(shape.properties())).expect("a writer");
    // The writer recurses for each further row group of its input.
    for from in (0..batch.num_rows()).step_by(shape.row_group_rows) {
        let rows = shape.row_group_rows.min(batch.num_rows() - from);
        writer.write(&batch.slice(from, rows)).expect("written");
    }
    writer.close().expect("closed");
}

/// Writes rows that are clean but for one column.
pub(crate) fn write_clean_but(path: &Path, column: &str, values: &ArrayRef, shape: &Shape) {
    let clean = |name: &'static str, text: &str| -> (&str, ArrayRef, bool) {
        let clean = || Arc::new(StringArray::from(vec![text; values.len()])) as ArrayRef;
        (name, if name == column { Arc::clone(values) } else { clean() }, true)
    };
    let columns = [
        clean("country_code", "Peru"),
        clean("voucher_amount", "2640"),
        clean("total_orders", "3"),
        clean("timestamp", "2018-07-21 18:59:21.102762"),
        clean("last_order_ts", "2018-06-01"),
        clean("first_order_ts", "2018-01-01"),
    ];
    write_arrays(path, &columns, shape);
}

/// A column that is not needed: text, lists, structs with a column's name inside.
fn extra(at: usize, rows: usize) -> (&'static str, ArrayRef, bool) {
    let numbers =
        || Int32Array::from_iter_values((0..rows).map(|row| i32::try_from(row % 7).expect("small")));
    match at % 3 {
        0 => {
            let lists = (0..rows).map(|row| (row % 3 > 0).then(|| [Some(1), None].repeat(row % 4)));
            (
                ["list", "more"][at % 2],
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
                true,
            )
        }
        1 => {
            let names = ["country_code", "total_orders"];
            let fields: Fields =
                names.map(|name| Field::new(name, DataType::Int32, false)).into_iter().collect();
            let arrays: Vec<ArrayRef> = vec![Arc::new(numbers()), Arc::new(numbers())];
            (["struct", "nested"][at % 2], Arc::new(StructArray::new(fields, arrays, None)), false)
        }
        _ => {
            let texts: StringArray = (0..rows).map(|row| (row % 2 > 0).then_some("Peru")).collect();
            (["Country_Code", "country"][at % 2], Arc::new(texts), true)
        }
    }
}
