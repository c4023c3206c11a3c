//! Small valid files of every kind: types, codecs, encodings, page versions, layouts.

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Decimal256Array, DictionaryArray, Float16Array,
    Float32Array, Float64Array, Int32Array, Int64Array, ListArray, NullArray, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
    UInt8Array,
};
use arrow::datatypes::{Float16Type, Int32Type, Schema, i256};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use std::sync::{Arc, LazyLock};

/// Rows of each file.
pub const ROWS: usize = 60;
const MICROS_PER_DAY: i64 = 86_400_000_000;
/// 2018-05-01 as days since 1970.
const EPOCH_DAY: i32 = 17_652;

/// A valid file.
#[derive(Debug, Clone)]
pub struct Base {
    /// Its kind.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Every kind of file.
#[must_use]
pub fn all() -> Vec<Base> {
    static ALL: LazyLock<Vec<Base>> = LazyLock::new(|| {
        let mut bases = texts();
        bases.extend(typed());
        bases.extend(laid_out());
        bases
    });
    ALL.clone()
}

/// Texts and doubles, as in the real history, in every codec.
fn texts() -> Vec<Base> {
    let codecs = [
        ("texts, plain", Compression::UNCOMPRESSED),
        ("texts, gzip", Compression::GZIP(GzipLevel::default())),
        ("texts, snappy", Compression::SNAPPY),
        ("texts, zstd", Compression::ZSTD(ZstdLevel::default())),
        ("texts, lz4", Compression::LZ4),
        ("texts, lz4 raw", Compression::LZ4_RAW),
    ];
    let mut bases: Vec<_> = codecs
        .iter()
        .map(|(name, codec)| {
            base(name, &text_columns(), plain().set_compression(*codec).set_dictionary_enabled(true))
        })
        .collect();
    let version_2 = || plain().set_writer_version(WriterVersion::PARQUET_2_0);
    bases.extend([
        base("texts, no dictionary", &text_columns(), plain()),
        base(
            "texts, version 2",
            &text_columns(),
            version_2().set_compression(Compression::SNAPPY).set_dictionary_enabled(true),
        ),
        base(
            "texts, version 2, zstd",
            &text_columns(),
            version_2().set_compression(Compression::ZSTD(ZstdLevel::default())),
        ),
        base(
            "texts, prefixes",
            &text_columns(),
            encoded(plain(), Encoding::DELTA_BYTE_ARRAY, Encoding::PLAIN),
        ),
        base(
            "texts, lengths, version 2",
            &text_columns(),
            encoded(version_2(), Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::PLAIN),
        ),
        base("texts, required", &without_nulls(text_columns()), plain()),
        base(
            "texts, required dictionary",
            &without_nulls(text_columns()),
            plain().set_dictionary_enabled(true),
        ),
    ]);
    bases
}

/// Numbers and times of every width.
fn typed() -> Vec<Base> {
    let differences = |builder| encoded(builder, Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT);
    let version_2 = || plain().set_writer_version(WriterVersion::PARQUET_2_0);
    let wide =
        (0..ROWS).map(|row| (row % 9 > 0).then_some(i256::from(amount(row)))).collect::<Decimal256Array>();
    let wide = wide.with_precision_and_scale(50, 4).expect("a decimal type");
    let halves: Float16Array = (0..ROWS).map(|row| Some(half(row))).collect();
    vec![
        base("floats, split", &number_columns(Arc::new(floats())), differences(plain())),
        base("doubles, split, version 2", &number_columns(Arc::new(doubles())), differences(version_2())),
        base("decimals, split", &number_columns(Arc::new(decimals(38, 10))), differences(plain())),
        base("halves, split", &number_columns(Arc::new(halves)), differences(plain())),
        base("decimals of 9", &number_columns(Arc::new(decimals(9, 2))), differences(version_2())),
        base("decimals of 18", &number_columns(Arc::new(decimals(18, 4))), plain()),
        base("wide decimals", &number_columns(Arc::new(wide)), plain().set_dictionary_enabled(true)),
        base(
            "decimals, dictionary",
            &number_columns(Arc::new(decimals(38, 10))),
            plain().set_dictionary_enabled(true).set_compression(Compression::SNAPPY),
        ),
        base("numbers required", &without_nulls(number_columns(Arc::new(doubles()))), differences(plain())),
        base(
            "times",
            &time_columns(),
            differences(version_2().set_compression(Compression::GZIP(GzipLevel::default()))),
        ),
        base("times, dictionary", &time_columns(), plain().set_dictionary_enabled(true)),
    ]
}

/// Several row groups and pages, other columns, no rows.
fn laid_out() -> Vec<Base> {
    let crumbs = || {
        plain().set_max_row_group_row_count(Some(25)).set_data_page_row_count_limit(7).set_write_batch_size(7)
    };
    let mut nulls = text_columns();
    for (_, column) in &mut nulls {
        *column = Arc::new(NullArray::new(ROWS));
    }
    nulls[1] = text_columns().remove(1);
    let mut others = text_columns();
    let lists = (0..ROWS).map(|row| (row % 3 > 0).then(|| vec![Some(1), None]));
    others.insert(1, ("list", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists))));
    others.insert(3, ("flag", Arc::new(BooleanArray::from(vec![true; ROWS]))));
    let none: Vec<_> = text_columns().into_iter().map(|(name, column)| (name, column.slice(0, 0))).collect();
    vec![
        base("crumbs", &text_columns(), crumbs().set_dictionary_enabled(true)),
        base(
            "crumbs, snappy, no dictionary",
            &number_columns(Arc::new(doubles())),
            crumbs().set_compression(Compression::SNAPPY),
        ),
        base(
            "crumbs, a dictionary that is left",
            &text_columns(),
            crumbs().set_dictionary_enabled(true).set_dictionary_page_size_limit(40),
        ),
        base("nulls", &nulls, plain()),
        base(
            "other columns",
            &others,
            plain().set_dictionary_enabled(true).set_compression(Compression::ZSTD(ZstdLevel::default())),
        ),
        base("no rows", &none, plain()),
    ]
}

type Columns = Vec<(&'static str, ArrayRef)>;

fn base(name: &'static str, columns: &Columns, properties: WriterPropertiesBuilder) -> Base {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, column)| {
        (*name, Arc::clone(column), column.logical_null_count() > 0 || column.is_nullable())
    }));
    let batch = batch.expect("columns of one length");
    let schema: Arc<Schema> = batch.schema();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties.build())).expect("a writer");
    writer.write(&batch).expect("written");
    Base { name, bytes: writer.into_inner().expect("written") }
}

fn plain() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_coerce_types(true)
}

/// Sets one encoding for floats and decimals, another for other columns.
fn encoded(builder: WriterPropertiesBuilder, others: Encoding, floats: Encoding) -> WriterPropertiesBuilder {
    let amount = builder.set_column_encoding("voucher_amount".into(), floats);
    ["timestamp", "last_order_ts", "total_orders"]
        .into_iter()
        .fold(amount, |builder, name| builder.set_column_encoding(name.into(), others))
}

fn text_columns() -> Columns {
    vec![
        ("timestamp", texts_of(|row| Some(format!("2018-05-{:02} 10:00:{:02}.5", row % 28 + 1, row % 60)))),
        ("country_code", countries()),
        ("last_order_ts", texts_of(|row| (row % 11 > 0).then(|| format!("2018-0{}-01", row % 5 + 1)))),
        (
            "total_orders",
            texts_of(|row| Some(if row % 9 == 0 { String::new() } else { format!("{}.0", row % 40) })),
        ),
        ("voucher_amount", Arc::new(doubles())),
    ]
}

fn number_columns(amounts: ArrayRef) -> Columns {
    let days = |row: usize| EPOCH_DAY + i32::try_from(row % 28).expect("few");
    vec![
        (
            "timestamp",
            Arc::new(
                (0..ROWS)
                    .map(|row| Some(i64::from(days(row)) * MICROS_PER_DAY))
                    .collect::<TimestampMicrosecondArray>(),
            ),
        ),
        ("country_code", countries()),
        (
            "last_order_ts",
            Arc::new((0..ROWS).map(|row| (row % 7 > 0).then(|| days(row) - 40)).collect::<Date32Array>()),
        ),
        ("total_orders", Arc::new((0..ROWS).map(|row| i32::try_from(row % 40).ok()).collect::<Int32Array>())),
        ("voucher_amount", amounts),
    ]
}

fn time_columns() -> Columns {
    let seconds = |row: usize| Some((i64::from(EPOCH_DAY) + i64::try_from(row % 28).expect("few")) * 86_400);
    let dictionary: DictionaryArray<Int32Type> =
        (0..ROWS).map(|row| Some(["Peru", "Chile"][row % 2])).collect();
    let later: ArrayRef = Arc::new(
        (0..ROWS).map(|row| Some(seconds(row)? * 1_000_000_000)).collect::<TimestampNanosecondArray>(),
    );
    let earlier = (0..ROWS).map(|row| Some(seconds(row)? * 1_000)).collect::<TimestampMillisecondArray>();
    vec![
        ("timestamp", later),
        ("country_code", Arc::new(dictionary)),
        ("last_order_ts", Arc::new(earlier.with_timezone("UTC"))),
        ("total_orders", Arc::new((0..ROWS).map(|row| u8::try_from(row % 40).ok()).collect::<UInt8Array>())),
        (
            "voucher_amount",
            Arc::new((0..ROWS).map(|row| (row % 5 > 0).then_some(1_760)).collect::<Int64Array>()),
        ),
        ("first_order_ts", Arc::new((0..ROWS).map(seconds).collect::<TimestampSecondArray>())),
    ]
}

/// The same columns, with each null replaced by the value before it.
fn without_nulls(columns: Columns) -> Columns {
    let filled = |column: ArrayRef| -> ArrayRef {
        let rows: Vec<usize> = (0..column.len())
            .map(|row| (0..=row).rev().find(|row| column.is_valid(*row)).unwrap_or(1))
            .collect();
        let slices: Vec<ArrayRef> = rows.iter().map(|row| column.slice(*row, 1)).collect();
        let slices: Vec<&dyn arrow::array::Array> = slices.iter().map(AsRef::as_ref).collect();
        arrow::compute::concat(&slices).expect("slices of one column")
    };
    columns.into_iter().map(|(name, column)| (name, filled(column))).collect()
}

fn texts_of(text: impl Fn(usize) -> Option<String>) -> ArrayRef {
    Arc::new((0..ROWS).map(text).collect::<StringArray>())
}

fn countries() -> ArrayRef {
    texts_of(|row| (row % 13 > 0).then(|| ["Peru", "Chile", " peru"][row % 3].to_owned()))
}

fn amount(row: usize) -> i128 {
    [17_600_000, 26_400_000, 125_000][row % 3]
}

fn doubles() -> Float64Array {
    (0..ROWS).map(|row| (row % 10 > 0).then(|| [1_760.0, 2_640.0, 12.5][row % 3])).collect()
}

fn floats() -> Float32Array {
    (0..ROWS).map(|row| (row % 10 > 0).then(|| [1_760.0, 2_640.0, 12.5][row % 3])).collect()
}

fn half(row: usize) -> <Float16Type as arrow::array::ArrowPrimitiveType>::Native {
    <Float16Type as arrow::array::ArrowPrimitiveType>::Native::from_f32([1_760.0, 640.0, 12.5][row % 3])
}

fn decimals(precision: u8, scale: i8) -> Decimal128Array {
    let amounts = (0..ROWS).map(|row| (row % 10 > 0).then(|| amount(row)));
    amounts.collect::<Decimal128Array>().with_precision_and_scale(precision, scale).expect("a decimal type")
}
