//! Shows a column as the only one of its own schema, so that nothing else in the file affects it.

use crate::caught::caught;
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use parquet::arrow::{
    FieldLevels, ProjectionMask, parquet_to_arrow_field_levels, parquet_to_arrow_schema,
    parquet_to_arrow_schema_by_columns,
};
use parquet::basic::{Repetition, Type as PhysicalType};
use parquet::file::metadata::{FileMetaData, KeyValue, ParquetMetaData};
use parquet::schema::types::{SchemaDescriptor, Type};
use std::sync::Arc;

/// Maximum number of columns of a file for which the stored Arrow schema is read: it needs each
/// column built anew.
const ARROW_COLUMNS_MAX: usize = 10_000;
/// The key of that schema.
const ARROW_SCHEMA: &str = "ARROW:schema";

/// The two parts of a column with a dictionary.
#[derive(Debug)]
pub struct DictionaryViews {
    /// The distinct values, as a column without nulls.
    pub entries: View,
    /// Each row's position in the dictionary, as a column of integers.
    pub keys: View,
}

/// A column seen alone.
#[derive(Debug)]
pub struct View {
    /// The array's type.
    pub data_type: DataType,
    /// How it becomes an Arrow array.
    pub levels: FieldLevels,
    /// The metadata of a file of this column alone, without row groups.
    pub metadata: ParquetMetaData,
}

/// Returns views of a column's dictionary and keys; `None` if its type cannot be written again.
pub(super) fn dictionary_views(root: &Type, data_type: &DataType) -> Option<DictionaryViews> {
    let info = root.get_basic_info();
    let physical = root.get_physical_type();
    let Type::PrimitiveType { type_length, scale, precision, .. } = root else { return None };
    let entries = Type::primitive_type_builder(root.name(), physical)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(info.logical_type_ref().cloned())
        .with_converted_type(info.converted_type())
        .with_length(*type_length)
        .with_precision(*precision)
        .with_scale(*scale)
        .build();
    let keys = Type::primitive_type_builder(root.name(), PhysicalType::INT32)
        .with_repetition(info.repetition())
        .build();
    let entry_type = match data_type {
        _ if physical == PhysicalType::INT96 => &DataType::Timestamp(TimeUnit::Microsecond, None),
        other => other,
    };
    let entries = view(alone(&Arc::new(entries.ok()?)).ok()?, entry_type).ok()?;
    let keys = view(alone(&Arc::new(keys.ok()?)).ok()?, &DataType::Int32).ok()?;
    Some(DictionaryViews { entries, keys })
}

/// Returns a view of the only column of a schema, read as `data_type`.
pub(super) fn view(alone: SchemaDescriptor, data_type: &DataType) -> Result<View, String> {
    let root = alone.column(0);
    // The hint must repeat the field's own nullability.
    let hint = Field::new(root.name(), data_type.clone(), root.max_def_level() > 0);
    let levels =
        parquet_to_arrow_field_levels(&alone, ProjectionMask::all(), Some(&Fields::from(vec![hint])))
            .map_err(|error| error.to_string())?;
    let metadata = FileMetaData::new(1, 0, None, None, Arc::new(alone), None);
    Ok(View { data_type: data_type.clone(), levels, metadata: ParquetMetaData::new(metadata, Vec::new()) })
}

/// Returns the type that a root column has without other information.
pub(super) fn plain_type(root: &Arc<Type>) -> Result<DataType, String> {
    let schema = parquet_to_arrow_schema(&alone(root)?, None).map_err(|error| error.to_string())?;
    Ok(schema.field(0).data_type().clone())
}

/// Returns a view of a column whose values are never read.
pub(super) fn nulls(root: &Arc<Type>) -> Result<View, String> {
    Ok(View { data_type: DataType::Null, ..view(alone(root)?, &DataType::Int32)? })
}

/// Returns the type that the embedded Arrow schema gives the `index`th column of the file, one of
/// bare 64-bit integers, if that type is a timestamp in seconds or a `Date64`: parquet has no type
/// for these. Otherwise only the parquet schema counts.
pub(super) fn embedded_type<'n>(
    names: impl ExactSizeIterator<Item = &'n str>,
    index: usize,
    root: &Arc<Type>,
    arrow_schema: &[u8],
) -> Option<DataType> {
    if names.len() > ARROW_COLUMNS_MAX {
        return None;
    }
    // The other columns need only their names: nothing else of them is read.
    let field = |(at, name): (usize, &str)| {
        let other = || Type::primitive_type_builder(name, PhysicalType::INT32).build().map(Arc::new);
        if at == index { Ok(Arc::clone(root)) } else { other() }
    };
    let fields = names.enumerate().map(field).collect::<Result<Vec<_>, _>>().ok()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build().ok()?;
    let schema = SchemaDescriptor::new(Arc::new(schema));
    let embedded = String::from_utf8(arrow_schema.to_vec()).ok()?;
    let embedded = vec![KeyValue::new(ARROW_SCHEMA.to_owned(), embedded)];
    let mask = ProjectionMask::leaves(&schema, [index]);
    // A crafted Arrow schema may make its decoder panic.
    let schema = caught(|| parquet_to_arrow_schema_by_columns(&schema, mask, Some(&embedded)));
    let data_type = schema?.ok()?.fields().first()?.data_type().clone();
    let is_meant = matches!(data_type, DataType::Timestamp(TimeUnit::Second, _) | DataType::Date64);
    is_meant.then_some(data_type)
}

/// Returns a schema of this root column alone.
pub(super) fn alone(root: &Arc<Type>) -> Result<SchemaDescriptor, String> {
    let schema = Type::group_type_builder("schema").with_fields(vec![Arc::clone(root)]).build();
    Ok(SchemaDescriptor::new(Arc::new(schema.map_err(|error| error.to_string())?)))
}
