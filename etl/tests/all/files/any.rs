//! Random layouts.

use super::shape::{Shape, codecs};
use crate::reference::Column;
use parquet::file::properties::WriterVersion;
use proptest::prelude::*;

/// Any layout of the default types, in row groups of up to `rows_max` rows.
pub(crate) fn any_layout(rows_max: usize) -> impl Strategy<Value = Shape> {
    let columns = Just(Column::ALL.to_vec()).prop_shuffle();
    let codec = prop::sample::select(codecs().to_vec());
    let pages = prop::sample::select(vec![WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0]);
    let page_bytes = prop::sample::select(vec![64, 1_000, 1 << 20]);
    let rows = (1..=rows_max, prop_oneof![Just(20_000), 1..=rows_max]);
    let choices = any::<[bool; 3]>();
    (columns, codec, pages, page_bytes, rows, choices).prop_map(
        |(columns, codec, pages, page_bytes, (row_group_rows, page_rows), choices)| {
            let [has_dictionary, has_deltas, has_extras] = choices;
            let shape = Shape { columns, codec, pages, page_bytes, ..Shape::default() };
            Shape { has_extras, has_dictionary, has_deltas, ..shape }.in_crumbs(page_rows, row_group_rows)
        },
    )
}
