//! Compares the fast ways through a column with the plain one: however a column was written, our
//! readers and the crate's own give the same rows.

use super::*;
use crate::bounds::Bounds;
use crate::plan::{self, FilePlan, Planner, RowGroupColumn};
use crate::stream::ColumnPages;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_cast::display::array_value_to_string;
use futures::TryStreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};
use proptest::prelude::*;
use segments::rules::Rules;
use segments::selection::Selection;
use std::path::Path;
use storage::{Location, Store};

/// How a file is written.
#[derive(Debug, Clone)]
struct Writing {
    compression: Compression,
    version: WriterVersion,
    has_dictionary: bool,
    dictionary_bytes: usize,
    page_rows: usize,
    /// Of the text that is written without a dictionary.
    encoding: Encoding,
}

fn writing() -> impl Strategy<Value = Writing> {
    let compression = prop_oneof![
        Just(Compression::UNCOMPRESSED),
        Just(Compression::SNAPPY),
        Just(Compression::GZIP(GzipLevel::default())),
        Just(Compression::ZSTD(ZstdLevel::default())),
        Just(Compression::LZ4_RAW),
    ];
    let version = prop_oneof![Just(WriterVersion::PARQUET_1_0), Just(WriterVersion::PARQUET_2_0)];
    let encoding = prop_oneof![4 => Just(Encoding::PLAIN), 1 => Just(Encoding::DELTA_BYTE_ARRAY), 1 => Just(Encoding::DELTA_LENGTH_BYTE_ARRAY)];
    // Writers abandon a dictionary of few bytes half-way, as they do for timestamps.
    let dictionary_bytes = prop_oneof![Just(40_usize), Just(200), Just(1 << 20)];
    (compression, version, any::<bool>(), dictionary_bytes, 1..60_usize, encoding).prop_map(
        |(compression, version, has_dictionary, dictionary_bytes, page_rows, encoding)| Writing {
            compression,
            version,
            has_dictionary,
            dictionary_bytes,
            page_rows,
            encoding,
        },
    )
}

type Text = Option<String>;

/// Texts: none, some or all are null, some repeated, some not ASCII.
fn texts(rows: usize) -> impl Strategy<Value = Vec<Text>> {
    let text = prop_oneof![4 => "[a-c]{0,2}", 4 => "2018-0[1-9]-1[0-9] 10:00:00\\.[0-9]{6}", 1 => "é{0,3}"];
    let all = proptest::collection::vec(text.clone().prop_map(Some), rows);
    let some = proptest::collection::vec(proptest::option::weighted(0.8, text), rows);
    prop_oneof![4 => all, 2 => some, 1 => Just(vec![None; rows])]
}

fn write(file: &Path, writing: &Writing, columns: &[(&str, ArrayRef)]) {
    let batch = RecordBatch::try_from_iter(columns.iter().map(|(name, array)| (*name, array.clone())))
        .expect("columns of one length");
    let mut properties = WriterProperties::builder()
        .set_compression(writing.compression)
        .set_writer_version(writing.version)
        .set_dictionary_enabled(writing.has_dictionary)
        .set_dictionary_page_size_limit(writing.dictionary_bytes)
        .set_write_batch_size(1)
        .set_data_page_row_count_limit(writing.page_rows);
    for name in ["timestamp", "country_code", "last_order_ts"] {
        properties = properties.set_column_encoding(name.into(), writing.encoding);
    }
    let target = std::fs::File::create(file).expect("created");
    let mut writer =
        ArrowWriter::try_new(target, batch.schema(), Some(properties.build())).expect("a schema");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
}

fn planned(file: &Path) -> Arc<FilePlan> {
    let location: Location = file.to_str().expect("a name").parse().expect("a location");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::new(None);
        let resolved = storage::list(&store, &[location], &Rules::default()).await.expect("listed");
        let rules = Rules::default();
        let bounds = Bounds::default();
        let planner = Planner {
            store: &store,
            rules: &rules,
            is_all_columns: false,
            selection: &Selection::ALL,
            bounds,
            consumer: &(),
        };
        let plans: Vec<_> = planner.plans(resolved.objects).try_collect().await.expect("planned");
        plans.into_iter().next().expect("one file")
    })
}

/// Returns all rows of a reader, as text.
fn read_all(mut reader: ColumnReader, mut rows: usize) -> Vec<Text> {
    let entries = reader.entries().cloned();
    let shown = |array: &ArrayRef, at: usize| {
        (!array.is_null(at)).then(|| array_value_to_string(array, at).expect("it can be shown"))
    };
    let mut texts = Vec::new();
    while rows > 0 {
        let count = rows.min(BATCH_ROWS);
        rows -= count;
        match reader.next_batch().expect("decoded") {
            Batch::Texts(count, page) => {
                let take = |text: Option<&[u8]>| {
                    texts.push(text.map(|text| String::from_utf8(text.to_vec()).expect("UTF-8")));
                };
                page.take(count, take).expect("decoded");
            }
            Batch::Array(array) => texts.extend((0..count).map(|at| match &entries {
                None => shown(&array, at),
                Some(entries) => {
                    let keys = array.as_primitive::<Int32Type>();
                    (!keys.is_null(at))
                        .then(|| keys.value(at))
                        .and_then(|key| shown(entries, usize::try_from(key).expect("a position")))
                }
            })),
        }
    }
    texts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_fast_ways_give_what_the_plain_one_gives(
        (rows, timestamps, countries, orders, amounts) in (1..200_usize).prop_flat_map(|rows| (
            Just(rows),
            texts(rows),
            texts(rows),
            proptest::collection::vec(proptest::option::weighted(0.9, -3..40_i64), rows),
            proptest::collection::vec(proptest::option::weighted(0.9, 0..9_u8), rows),
        )),
        writing in writing(),
        window in (0.0..1.0_f64, 0.0..1.0_f64),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x.parquet");
        let amounts = amounts.into_iter().map(|amount| amount.map(f64::from)).collect::<Vec<_>>();
        let columns: [(&str, ArrayRef); 5] = [
            ("timestamp", Arc::new(StringArray::from(timestamps.clone()))),
            ("country_code", Arc::new(StringArray::from(countries.clone()))),
            ("last_order_ts", Arc::new(StringArray::from(countries))),
            ("total_orders", Arc::new(Int64Array::from(orders))),
            ("voucher_amount", Arc::new(Float64Array::from(amounts))),
        ];
        write(&file, &writing, &columns);
        let bytes = std::fs::read(&file).expect("read");
        let plan = planned(&file);
        let group = &plan.row_groups[0];
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a share of few rows"
        )]
        let row = |share: f64| (share * rows as f64) as u64;
        let (start, end) = (row(window.0.min(window.1)), row(window.0.max(window.1)) + 1);
        for (column, chunk) in plan.columns.iter().zip(&group.columns) {
            let RowGroupColumn::Chunk(leaf, chunk) = chunk else { continue };
            let mut pages = ColumnPages::new(group.rows, 1 << 20);
            let range = usize::try_from(chunk.bytes.start).expect("small")..usize::try_from(chunk.bytes.end).expect("small");
            pages.push(bytes[range].to_vec().into()).expect("whole pages");
            let rows = start..end;
            let pages = pages.take(&rows);
            let count = usize::try_from(end - start).expect("few");
            let fast = read_all(ColumnReader::new(leaf, chunk, &pages, &rows).expect("decoded"), count);
            let plain = read_all(ColumnReader::of_crate(leaf, chunk, &pages, &rows).expect("decoded"), count);
            prop_assert_eq!(&fast, &plain, "{} of {:?}", column.kind.name(), writing);
            if column.kind == plan::ColumnKind::Timestamp {
                let written = &timestamps[usize::try_from(start).expect("few")..usize::try_from(end).expect("few")];
                prop_assert_eq!(&fast[..], written);
            }
        }
    }
}
