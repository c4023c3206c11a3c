//! Files that the arrow writer cannot make: with 96-bit timestamps, as older Sparks and Impala
//! write them, and with row groups that have no rows.

use crate::reference::{Column, Row, Value};
use parquet::basic::{ConvertedType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, Int96, Int96Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// The Julian day of 1970-01-01.
const JULIAN_EPOCH: i64 = 2_440_588;

/// Writes text columns, and instants in microseconds as 96 bits.
pub(crate) fn write_int96(path: &Path, rows: &[Row]) {
    let is_time =
        |column: Column| [Column::Timestamp, Column::LastOrder, Column::FirstOrder].contains(&column);
    let mut writer = writer(path, is_time);
    let mut group = writer.next_row_group().expect("a row group");
    for column in Column::ALL {
        let mut values = group.next_column().expect("valid").expect("a column for each");
        let column_values = rows.iter().map(|row| &row[column as usize]);
        let levels: Vec<i16> = column_values.clone().map(|value| i16::from(*value != Value::Null)).collect();
        if is_time(column) {
            let instants: Vec<Int96> = column_values.filter_map(int96).collect();
            values.typed::<Int96Type>().write_batch(&instants, Some(&levels), None).expect("written");
        } else {
            let texts: Vec<ByteArray> = column_values.filter_map(text).collect();
            values.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).expect("written");
        }
        values.close().expect("closed");
    }
    group.close().expect("closed");
    writer.close().expect("closed");
}

/// Writes text columns and row groups without rows.
pub(crate) fn write_empty_row_groups(path: &Path, count: usize) {
    let mut writer = writer(path, |_| false);
    for _ in 0..count {
        let mut group = writer.next_row_group().expect("a row group");
        while let Some(column) = group.next_column().expect("valid") {
            column.close().expect("closed");
        }
        group.close().expect("closed");
    }
    writer.close().expect("closed");
}

fn writer(path: &Path, is_int96: impl Fn(Column) -> bool) -> SerializedFileWriter<File> {
    let field = |column: &Column| -> TypePtr {
        let field = if is_int96(*column) {
            Type::primitive_type_builder(column.name(), PhysicalType::INT96)
        } else {
            Type::primitive_type_builder(column.name(), PhysicalType::BYTE_ARRAY)
                .with_converted_type(ConvertedType::UTF8)
        };
        Arc::new(field.with_repetition(Repetition::OPTIONAL).build().expect("a type"))
    };
    let fields = Column::ALL.iter().map(field).collect();
    let schema = Type::group_type_builder("schema").with_fields(fields).build().expect("a schema");
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let file = File::create(path).expect("created");
    let properties = Arc::new(WriterProperties::builder().build());
    SerializedFileWriter::new(file, Arc::new(schema), properties).expect("a writer")
}

fn int96(value: &Value) -> Option<Int96> {
    let Value::Instant(micros, 1_000_000) = value else { return None };
    let nanos = micros.rem_euclid(MICROS_PER_DAY).cast_unsigned() * 1_000;
    let day = u32::try_from(micros.div_euclid(MICROS_PER_DAY) + JULIAN_EPOCH).expect("after 4713 BC");
    let low_and_high = nanos.to_le_bytes();
    let [low, high] =
        [&low_and_high[..4], &low_and_high[4..]].map(|part| u32::from_le_bytes(part.try_into().expect("4")));
    let mut int96 = Int96::new();
    int96.set_data(low, high, day);
    Some(int96)
}

fn text(value: &Value) -> Option<ByteArray> {
    match value {
        Value::Text(text) => Some(ByteArray::from(text.as_str())),
        _ => None,
    }
}
