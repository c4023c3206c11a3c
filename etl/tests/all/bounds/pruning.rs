//! Leaving out row groups changes nothing except how their rows are accounted for.

use crate::harness;
use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use counts::EvaluatedTable;
use history::Bounds;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use proptest::prelude::*;
use segments::rules::RULES_DEFAULT;
use segments::table::RowCounts;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// More than what comes with a footer: nothing is left out of a file that is already in memory.
const PADDING_BYTES: usize = 600 << 10;
/// Spellings of four countries, of a missing one, and of an invalid one.
const COUNTRIES: [Option<&str>; 16] = [
    Some("Peru"),
    Some("peru"),
    Some(" PERU "),
    Some("PERÚ\u{a0}"),
    Some("Ｐｅｒｕ"),
    Some("Peru\u{301}"),
    Some("NULL"),
    Some("Chile"),
    Some("CHILE"),
    Some("\tchile"),
    Some("Zambia"),
    Some("latvia"),
    Some("Costa Rica"),
    Some("a#b"),
    Some(" "),
    None,
];

/// How a file is written.
#[derive(Debug, Clone)]
struct Layout {
    has_dictionary: bool,
    has_statistics: bool,
    /// A dictionary that grows beyond this makes the rest of a chunk plain.
    dictionary_bytes_max: usize,
    version: WriterVersion,
}

const PLAIN_LAYOUT: Layout = Layout {
    has_dictionary: true,
    has_statistics: true,
    dictionary_bytes_max: 1 << 20,
    version: WriterVersion::PARQUET_1_0,
};

type Countries = Vec<Option<&'static str>>;

/// Writes events of these countries, one row group each.
fn write(file: &Path, row_groups: &[Countries], layout: &Layout) {
    let statistics = if layout.has_statistics { EnabledStatistics::Chunk } else { EnabledStatistics::None };
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(layout.has_dictionary)
        .set_dictionary_page_size_limit(layout.dictionary_bytes_max)
        .set_statistics_enabled(statistics)
        .set_writer_version(layout.version)
        .set_write_batch_size(2)
        .set_data_page_row_count_limit(3)
        .build();
    let mut writer: Option<ArrowWriter<File>> = None;
    for (at, countries) in row_groups.iter().enumerate() {
        let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; countries.len()])) };
        let padding = if at == 0 { "x".repeat(PADDING_BYTES) } else { String::new() };
        let amounts =
            (0..countries.len()).map(|row| f64::from(u32::try_from(at + row).expect("few") % 5 + 1));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("padding", text(&padding)),
            ("country_code", Arc::new(countries.iter().copied().collect::<StringArray>())),
            ("timestamp", text("2018-07-21")),
            ("last_order_ts", text("2018-05-01")),
            ("total_orders", text("3")),
            ("voucher_amount", Arc::new(Float64Array::from_iter_values(amounts))),
        ];
        let columns = columns.into_iter().map(|(name, column)| (name, column, true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
        let writer = writer.get_or_insert_with(|| {
            let file = File::create(file).expect("made");
            ArrowWriter::try_new(file, batch.schema(), Some(properties.clone())).expect("a writer")
        });
        writer.write(&batch).expect("written");
        writer.flush().expect("a row group");
    }
    writer.expect("a row group").close().expect("closed");
}

fn table(file: &Path, selection: &[&str], is_pruning: bool) -> anyhow::Result<EvaluatedTable> {
    table_by(RULES_DEFAULT, file, selection, is_pruning)
}

fn table_by(
    rules: &str,
    file: &Path,
    selection: &[&str],
    is_pruning: bool,
) -> anyhow::Result<EvaluatedTable> {
    // Row groups smaller than an allowed gap are not worth a request.
    let gap_bytes = if is_pruning { 0 } else { u64::MAX };
    let bounds = Bounds { gap_bytes, ..Bounds::default() };
    let selection = selection.iter().map(|country| (*country).to_owned()).collect();
    Ok(harness::run_within(&[file.to_owned()], rules, Some(&selection), 2, bounds)?.table)
}

#[track_caller]
fn check(row_groups: &[&[Option<&'static str>]], layout: &Layout, expected: RowCounts) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("history");
    let row_groups: Vec<Countries> = row_groups.iter().map(|countries| countries.to_vec()).collect();
    write(&file, &row_groups, layout);
    assert_eq!(table(&file, &["peru"], true).expect("valid").rows, expected);
}

const PERU: &[Option<&str>] = &[Some(" PERU "), Some("\tperu")];
const OTHERS: &[Option<&str>] = &[Some("Chile"), None, Some("Costa Rica"), Some("C#b")];

#[test]
fn a_row_group_of_other_countries_is_left_out() {
    let expected = RowCounts { footer: 10, selected: 2, pruned: 8, ..RowCounts::default() };
    check(&[OTHERS, PERU, OTHERS], &PLAIN_LAYOUT, expected);
    check(&[OTHERS, PERU, OTHERS], &Layout { version: WriterVersion::PARQUET_2_0, ..PLAIN_LAYOUT }, expected);
}

#[test]
fn without_a_whole_dictionary_nothing_is_left_out() {
    let expected =
        RowCounts { footer: 10, selected: 2, other_country: 4, no_country: 4, ..RowCounts::default() };
    for layout in [
        Layout { has_dictionary: false, ..PLAIN_LAYOUT },
        Layout { has_statistics: false, ..PLAIN_LAYOUT },
        Layout { dictionary_bytes_max: 6, ..PLAIN_LAYOUT },
    ] {
        check(&[OTHERS, PERU, OTHERS], &layout, expected);
    }
}

#[test]
fn countries_that_were_left_out_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("history");
    write(&file, &[OTHERS.to_vec()], &PLAIN_LAYOUT);
    let error = table(&file, &["peru"], true).expect_err("not there").to_string();
    assert!(error.contains("Chile, Costa Rica"), "{error}");
}

fn any_layout() -> impl Strategy<Value = Layout> {
    let version = prop::sample::select(vec![WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0]);
    let likely = || prop::bool::weighted(0.85);
    (likely(), likely(), prop_oneof![3 => Just(1 << 20), 1 => 5..40_usize], version).prop_map(
        |(has_dictionary, has_statistics, dictionary_bytes_max, version)| Layout {
            has_dictionary,
            has_statistics,
            dictionary_bytes_max,
            version,
        },
    )
}

/// Row groups with a few of the countries each, as in a nearly sorted history.
fn any_row_groups() -> impl Strategy<Value = Vec<Countries>> {
    let row_group = prop::collection::vec(prop::sample::select(COUNTRIES.to_vec()), 1..4)
        .prop_flat_map(|few| prop::collection::vec(prop::sample::select(few), 1..12));
    prop::collection::vec(row_group, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_is_the_same(
        row_groups in any_row_groups(),
        layout in any_layout(),
        selection in prop::sample::subsequence(vec!["peru", "chile", "latvia", "costa rica"], 1..3),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("history");
        write(&file, &row_groups, &layout);
        match (table(&file, &selection, true), table(&file, &selection, false)) {
            (Ok(pruned), Ok(whole)) => {
                let rows = pruned.rows;
                prop_assert_eq!(whole.rows.pruned, 0);
                prop_assert_eq!((rows.footer, rows.selected), (whole.rows.footer, whole.rows.selected));
                prop_assert_eq!(EvaluatedTable { rows: whole.rows, ..pruned }, whole);
            }
            (Err(_), Err(_)) => {}
            (pruned, whole) => prop_assert!(false, "{pruned:?} against {whole:?}"),
        }
    }
}

/// The rules decide what a name means: a row group stays if it has a name that the rules map to a
/// selected country, or a text that other rules call missing.
#[test]
fn names_as_the_rules_have_them() {
    let mapping = format!("{RULES_DEFAULT}\n[countries]\n\"inca land\" = \"Perú\"\n\"chile\" = \"Xile\"\n");
    let is_other = |line: &&str| !line.starts_with("missing_country_texts");
    let none_missing: Vec<&str> = RULES_DEFAULT.lines().filter(is_other).collect();
    let none_missing =
        none_missing.join("\n").replace("[cleaning]", "[cleaning]\nmissing_country_texts = []");
    for (rules, selection, row_groups) in [
        (&mapping, "peru", [Some("Inca  Land"), Some("Latvia"), Some("peru")]),
        (&mapping, "xile", [Some("CHILE"), Some("Latvia"), Some("Xile")]),
        (&none_missing, "null", [Some("NULL"), Some("Latvia"), Some("Null")]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("history");
        let row_groups: Vec<Countries> = row_groups.map(|country| vec![country; 4]).into();
        write(&file, &row_groups, &PLAIN_LAYOUT);
        let rows = table_by(rules, &file, &[selection], true).expect("valid").rows;
        assert_eq!((rows.selected, rows.pruned + rows.other_country), (8, 4), "{selection}");
    }
}
