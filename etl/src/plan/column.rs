//! The columns that the rules need, found in a file by name and held to the types we read.

use crate::caught::caught;
use crate::error::InputError;
use crate::shown::shown;
use crate::source::Object;
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use parquet::arrow::{
    FieldLevels, ProjectionMask, parquet_to_arrow_field_levels, parquet_to_arrow_schema,
    parquet_to_arrow_schema_by_columns,
};
use parquet::basic::{Repetition, Type as PhysicalType};
use parquet::file::metadata::{FileMetaData, ParquetMetaData};
use parquet::schema::types::{SchemaDescriptor, Type};
use segments::rules::Rules;
use std::sync::Arc;

/// Names of a file's columns that are shown where one is missing, and letters of all of them.
const NAMES_MAX: usize = 50;
const NAMES_LETTERS_MAX: usize = 1_000;

/// Which column of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the columns'")]
pub enum ColumnKind {
    CountryCode,
    VoucherAmount,
    TotalOrders,
    Timestamp,
    LastOrderTs,
    FirstOrderTs,
}

/// A column of one file.
#[derive(Debug)]
pub struct Column {
    /// Which one it is.
    pub kind: ColumnKind,
    /// Where its values are.
    pub source: ColumnSource,
}

/// Where a column's values are.
#[derive(Debug)]
pub enum ColumnSource {
    /// In the path: all rows have this text, or null.
    Path(Option<String>),
    /// In the file.
    Leaf(Arc<Leaf>),
}

/// A column in the file.
#[derive(Debug)]
pub struct Leaf {
    /// Its position among the file's leaf columns.
    pub index: usize,
    /// Its rows.
    pub rows: View,
    /// Its dictionary, where a chunk has one.
    pub dictionary: Option<DictionaryViews>,
}

/// The two halves of a column that is written by its dictionary.
#[derive(Debug)]
pub struct DictionaryViews {
    /// The distinct values, as a column without nulls.
    pub entries: View,
    /// Each row's position in the dictionary, as a column of integers.
    pub keys: View,
}

/// A column seen as the only one of a schema of its own, so that nothing else in the file can get
/// in its way.
#[derive(Debug)]
pub struct View {
    /// The array's type.
    pub data_type: DataType,
    /// How it becomes an Arrow array.
    pub levels: FieldLevels,
    /// The metadata of a file of this column alone, without row groups.
    pub metadata: ParquetMetaData,
}

impl ColumnKind {
    /// All of them, the country first.
    pub(crate) const ALL: [Self; 6] = [
        Self::CountryCode,
        Self::VoucherAmount,
        Self::TotalOrders,
        Self::Timestamp,
        Self::LastOrderTs,
        Self::FirstOrderTs,
    ];

    /// Returns the columns that `rules` need; the country comes first.
    #[must_use]
    pub fn needed(rules: &Rules) -> Vec<Self> {
        let names = rules.columns();
        Self::ALL.into_iter().filter(|kind| names.contains(&kind.name())).collect()
    }

    /// Returns the column's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CountryCode => "country_code",
            Self::VoucherAmount => "voucher_amount",
            Self::TotalOrders => "total_orders",
            Self::Timestamp => "timestamp",
            Self::LastOrderTs => "last_order_ts",
            Self::FirstOrderTs => "first_order_ts",
        }
    }

    fn accepts(self, data_type: &DataType) -> bool {
        // A column of nothing but nulls, as pandas writes it, is missing everywhere.
        if *data_type == DataType::Null {
            return true;
        }
        let is_text = *data_type == DataType::Utf8;
        match self {
            Self::CountryCode => is_text,
            Self::VoucherAmount | Self::TotalOrders => is_text || data_type.is_numeric(),
            Self::Timestamp | Self::LastOrderTs | Self::FirstOrderTs => {
                is_text || matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64)
            }
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::CountryCode => "text",
            Self::VoucherAmount | Self::TotalOrders => "a number or text",
            Self::Timestamp | Self::LastOrderTs | Self::FirstOrderTs => "a timestamp, a date or text",
        }
    }

    /// Returns how text of this column is best held: a column of few distinct values by its
    /// dictionary, so that each is read once; the nearly unique `timestamp` by views, without
    /// a copy.
    fn text_type(self, has_dictionary: bool) -> DataType {
        match self {
            Self::Timestamp => DataType::Utf8View,
            _ if has_dictionary => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            _ => DataType::Utf8View,
        }
    }
}

/// Finds the columns that `rules` need in the path or the schema of a file; the path wins, as in
/// Hive and Spark. With `is_all` those that they do not need as well: one that is not there is
/// null in every row.
pub(super) fn find(
    metadata: &ParquetMetaData,
    object: &Object,
    rules: &Rules,
    is_all: bool,
) -> Result<Vec<Column>, InputError> {
    let needed = ColumnKind::needed(rules);
    let roots = metadata.file_metadata().schema_descr().root_schema().get_fields();
    let is_there = |kind: ColumnKind| roots.iter().any(|root| root.name() == kind.name());
    ColumnKind::ALL
        .into_iter()
        .filter(|kind| is_all || needed.contains(kind))
        .map(|kind| {
            let in_path = object.partitions.iter().rev().find(|(name, _)| name == kind.name());
            let source = match in_path {
                Some((_, value)) => ColumnSource::Path(value.clone()),
                None if !needed.contains(&kind) && !is_there(kind) => ColumnSource::Path(None),
                None => ColumnSource::Leaf(Arc::new(leaf(kind, metadata, object)?)),
            };
            Ok(Column { kind, source })
        })
        .collect()
}

fn leaf(kind: ColumnKind, metadata: &ParquetMetaData, object: &Object) -> Result<Leaf, InputError> {
    let schema = metadata.file_metadata().schema_descr();
    let roots = schema.root_schema().get_fields();
    let mut matching = roots.iter().filter(|root| root.name() == kind.name());
    let Some(root) = matching.next() else {
        let found = names_of(roots);
        return Err(InputError::MissingColumn { column: kind.name(), url: object.url.clone(), found });
    };
    let wrong_type = |found: String| InputError::ColumnType {
        column: kind.name(),
        url: object.url.clone(),
        found: shown(&found).into_owned(),
        expected: kind.expected(),
    };
    if matching.next().is_some() {
        return Err(wrong_type("two columns of that name".to_owned()));
    }
    let is_flat = root.is_primitive()
        && matches!(root.get_basic_info().repetition(), Repetition::REQUIRED | Repetition::OPTIONAL);
    if !is_flat {
        return Err(wrong_type("a nested type".to_owned()));
    }
    let index = (0..schema.num_columns()).find(|leaf| schema.get_column_root(*leaf).name() == kind.name());
    let index = index.ok_or_else(|| wrong_type("no values".to_owned()))?;
    let alone = alone(root).map_err(&wrong_type)?;
    let schema = parquet_to_arrow_schema(&alone, None).map_err(|error| wrong_type(error.to_string()))?;
    let plain = schema.field(0).data_type();
    let embedded = (*plain == DataType::Int64).then(|| embedded_type(metadata, index)).flatten();
    let data_type = embedded.as_ref().filter(|embedded| kind.accepts(embedded)).unwrap_or(plain);
    if !kind.accepts(data_type) {
        return Err(wrong_type(data_type.to_string()));
    }
    let has_dictionary = metadata.row_groups().iter().any(|group| {
        let chunk = group.columns().get(index);
        chunk.is_some_and(|chunk| chunk.dictionary_page_offset().is_some())
    });
    let hint = match data_type {
        DataType::Utf8 => kind.text_type(has_dictionary),
        // Nanoseconds would not reach beyond 2262, and 96 bits are what older Sparks write.
        _ if root.get_physical_type() == PhysicalType::INT96 => {
            DataType::Timestamp(TimeUnit::Microsecond, None)
        }
        other => other.clone(),
    };
    let rows = view(alone, &hint).map_err(&wrong_type)?;
    let dictionary = has_dictionary.then(|| dictionary_views(root, data_type)).flatten();
    Ok(Leaf { index, rows, dictionary })
}

/// The names of a file's columns in one line, the first of them if they are many.
fn names_of(roots: &[Arc<Type>]) -> String {
    let names: Vec<_> = roots.iter().take(NAMES_MAX).map(|root| shown(root.name())).collect();
    let mut found = if names.is_empty() { "no columns".to_owned() } else { names.join(", ") };
    if found.chars().count() > NAMES_LETTERS_MAX || roots.len() > NAMES_MAX {
        found = found.chars().take(NAMES_LETTERS_MAX).collect();
        found.push_str(" \u{2026}");
    }
    found
}

/// Returns how to see a column by its dictionary; `None` where its type cannot be written again.
fn dictionary_views(root: &Type, data_type: &DataType) -> Option<DictionaryViews> {
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
fn view(alone: SchemaDescriptor, data_type: &DataType) -> Result<View, String> {
    let root = alone.column(0);
    // The hint must repeat the field's own nullability.
    let hint = Field::new(root.name(), data_type.clone(), root.max_def_level() > 0);
    let levels =
        parquet_to_arrow_field_levels(&alone, ProjectionMask::all(), Some(&Fields::from(vec![hint])))
            .map_err(|error| error.to_string())?;
    let metadata = FileMetaData::new(1, 0, None, None, Arc::new(alone), None);
    Ok(View { data_type: data_type.clone(), levels, metadata: ParquetMetaData::new(metadata, Vec::new()) })
}

/// Returns the type that the embedded Arrow schema gives a column of bare 64-bit integers, if that
/// is a timestamp in seconds or a `Date64`: parquet has no type for these. Otherwise the parquet
/// schema alone is believed.
fn embedded_type(metadata: &ParquetMetaData, index: usize) -> Option<DataType> {
    let file = metadata.file_metadata();
    let mask = ProjectionMask::leaves(file.schema_descr(), [index]);
    // A crafted Arrow schema may make its decoder panic.
    let schema =
        caught(|| parquet_to_arrow_schema_by_columns(file.schema_descr(), mask, file.key_value_metadata()));
    let data_type = schema?.ok()?.fields().first()?.data_type().clone();
    let is_meant = matches!(data_type, DataType::Timestamp(TimeUnit::Second, _) | DataType::Date64);
    is_meant.then_some(data_type)
}

/// Returns a schema of this root column alone.
fn alone(root: &Arc<Type>) -> Result<SchemaDescriptor, String> {
    let schema = Type::group_type_builder("schema").with_fields(vec![Arc::clone(root)]).build();
    Ok(SchemaDescriptor::new(Arc::new(schema.map_err(|error| error.to_string())?)))
}
