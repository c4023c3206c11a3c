//! What other writers make of the same rows: other names of columns, other types for texts, columns
//! of nothing but nulls in whatever type there was, folders of missing values.

use super::{ROWS, Set};
use crate::dirt;
use crate::files::shape::write_arrays;
use crate::files::{Kind, Shape};
use crate::reference::{Column, Row, Rules, Value};
use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::datatypes::{DataType, Field, TimeUnit};
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Returns these data sets.
pub(super) fn all() -> Vec<Set> {
    let mut sets = vec![of_names(), of_renamed_columns(), of_missing_folders()];
    sets.extend(of_text_types());
    sets.extend(of_nulls());
    sets
}

/// Columns by names that differ from ours in case and in what is around them, in each file others.
fn of_names() -> Set {
    let set = Set::new("names", Rules::with_gaps().with_country_wide(), Some("peru"));
    let ways: [fn(&str) -> String; 4] = [
        str::to_uppercase,
        |name| format!("\u{feff}{name}"),
        |name| format!(" {}\t", name.to_uppercase()),
        str::to_owned,
    ];
    for (at, way) in ways.into_iter().enumerate() {
        let shape = Shape::default().in_crumbs(11, 70);
        let rows = dirt::rows(&shape, at as u64, 30);
        write_named(&set.path().join(format!("part-{at}.parquet")), &rows, &shape, |column| {
            way(column.name())
        });
    }
    set
}

/// Columns that the rules call otherwise, with everything in their names that means something in a
/// statement.
fn of_renamed_columns() -> Set {
    let name = |column: Column| match column {
        Column::Country => "land",
        Column::Amount => "total_orders",
        Column::Orders => "a \"b\".c",
        Column::Timestamp => "when; DROP TABLE",
        Column::LastOrder => "e.last",
        Column::FirstOrder => "it's",
    };
    let mut set = Set::new("renamed columns", Rules::with_gaps(), None);
    set.more = String::from("[columns]\n");
    for column in Column::ALL {
        writeln!(set.more, "{} = {:?}", column.name(), name(column)).expect("a string");
    }
    let shape = Shape::default();
    let rows = dirt::rows(&shape, 3, ROWS);
    write_named(&set.path().join("a.parquet"), &rows, &shape, |column| name(column).to_owned());
    set
}

/// Texts as enumerations, as JSON, and as bytes of which nothing is said, for each column.
fn of_text_types() -> Vec<Set> {
    let types = [
        ("UTF8", ConvertedType::UTF8, None),
        ("ENUM", ConvertedType::ENUM, None),
        ("JSON", ConvertedType::JSON, None),
        ("enumeration", ConvertedType::ENUM, Some(LogicalType::Enum)),
        ("bare bytes", ConvertedType::NONE, None),
    ];
    let shape = Shape::texts(Kind::Text);
    types
        .into_iter()
        .map(|(name, converted, logical)| {
            let set = Set::new(format!("texts as {name}"), Rules::with_gaps(), None);
            write_bytes(
                &set.path().join("a.parquet"),
                &dirt::rows(&shape, 4, ROWS),
                converted,
                logical.as_ref(),
            );
            set
        })
        .collect()
}

/// Columns without a value, of types that are not ours.
fn of_nulls() -> Vec<Set> {
    let list = DataType::List(Arc::new(Field::new_list_field(DataType::Int32, true)));
    let types = [
        DataType::Null,
        DataType::Boolean,
        DataType::Binary,
        DataType::FixedSizeBinary(16),
        DataType::Time64(TimeUnit::Microsecond),
        DataType::Date32,
        list,
    ];
    let columns = [Column::Orders, Column::Amount, Column::LastOrder, Column::Country];
    let shape = Shape::default();
    types
        .into_iter()
        .enumerate()
        .map(|(at, data_type)| {
            let set = Set::new(format!("nulls of {data_type}"), Rules::with_gaps().cleaned(7), None);
            let rows = dirt::rows(&shape, 6, ROWS);
            let column = columns[at % columns.len()];
            write_null(&set.path().join("null.parquet"), &rows, &shape, column, &data_type);
            // Beside a file where it is as usual.
            set.with("usual.parquet", &rows, &shape)
        })
        .collect()
}

/// Folders whose names say that there is nothing.
fn of_missing_folders() -> Set {
    let mut set = Set::new("missing folders", Rules::described().with_country_wide(), None);
    for (at, (folder, column)) in [
        ("country_code=NULL", Column::Country),
        ("country_code=null", Column::Country),
        ("country_code=__DEFAULT_PARTITION__", Column::Country),
        ("country_code=", Column::Country),
        ("country_code=%C2%A0", Column::Country),
        ("country_code=NA", Column::Country),
        ("COUNTRY_CODE=Per%C3%BA", Column::Country),
        ("country_code=Peru%C2%A0", Column::Country),
        ("country_code=%5CN", Column::Country),
        ("total_orders=nan", Column::Orders),
        ("total_orders=1e1", Column::Orders),
        ("last_order_ts=2018-06-19 23%3A00 UTC", Column::LastOrder),
        ("last_order_ts=-", Column::LastOrder),
    ]
    .into_iter()
    .enumerate()
    {
        let shape = Shape::default().without(&[column]);
        set = set.with(&format!("{folder}/a.parquet"), &dirt::rows(&shape, at as u64, 20), &shape);
    }
    set
}

/// The columns of a file as arrays.
fn arrays(rows: &[Row], shape: &Shape) -> Vec<(Column, ArrayRef)> {
    let array = |column: &Column| {
        let values: Vec<&Value> = rows.iter().map(|row| &row[*column as usize]).collect();
        (*column, shape.kinds[*column as usize].array(&values))
    };
    shape.columns.iter().map(array).collect()
}

/// Writes rows by other names of the columns.
fn write_named(path: &Path, rows: &[Row], shape: &Shape, name: impl Fn(Column) -> String) {
    let arrays: Vec<_> =
        arrays(rows, shape).into_iter().map(|(column, array)| (name(column), array)).collect();
    let columns: Vec<_> =
        arrays.iter().map(|(name, array)| (name.as_str(), Arc::clone(array), true)).collect();
    write_arrays(path, &columns, shape);
}

/// Writes rows, of whose values in `null` none is left: the column is of this type instead.
fn write_null(path: &Path, rows: &[Row], shape: &Shape, null: Column, data_type: &DataType) {
    let columns: Vec<_> = arrays(rows, shape)
        .into_iter()
        .map(|(column, array)| {
            let array = if column == null { new_null_array(data_type, array.len()) } else { array };
            (column.name(), array, true)
        })
        .collect();
    write_arrays(path, &columns, shape);
}

/// Writes texts as bytes of this meaning.
fn write_bytes(path: &Path, rows: &[Row], converted: ConvertedType, logical: Option<&LogicalType>) {
    let field = |column: &Column| {
        let bytes = Type::primitive_type_builder(column.name(), PhysicalType::BYTE_ARRAY);
        let bytes = bytes.with_converted_type(converted).with_logical_type(logical.cloned());
        Arc::new(bytes.with_repetition(Repetition::OPTIONAL).build().expect("a type"))
    };
    let fields = Column::ALL.iter().map(field).collect();
    let schema = Type::group_type_builder("schema").with_fields(fields).build().expect("a schema");
    let properties = Arc::new(WriterProperties::builder().build());
    let file = File::create(path).expect("created");
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    for column in Column::ALL {
        let values = rows.iter().map(|row| match &row[column as usize] {
            Value::Null => None,
            Value::Text(text) => Some(ByteArray::from(text.as_str())),
            other => panic!("{other:?} is not text"),
        });
        let values: Vec<_> = values.collect();
        let levels: Vec<_> = values.iter().map(|value| i16::from(value.is_some())).collect();
        let values: Vec<_> = values.into_iter().flatten().collect();
        let mut chunk = group.next_column().expect("valid").expect("a column for each");
        chunk.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).expect("written");
        chunk.close().expect("closed");
    }
    group.close().expect("closed");
    writer.close().expect("closed");
}
