//! What to read of a file: its footer decides which columns, row groups and byte ranges.

mod footer;

mod column;

mod ranges;

mod fetch;

pub use column::{Column, ColumnKind, ColumnSource, DictionaryViews, Leaf, View};
pub use fetch::{Fetch, Part, Request};
pub use ranges::Standing;

use crate::error::InputError;
use crate::source::{Object, Store};
use anyhow::Result;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use segments::rules::Rules;
use std::ops::Range;
use std::sync::Arc;

/// Footers asked for at a time.
const FOOTERS_UNDER_WAY_MAX: usize = 8;

/// A file that is about to be read.
#[derive(Debug)]
pub struct FilePlan {
    /// The file.
    pub object: Arc<Object>,
    /// Where it stands in the input.
    pub standing: Standing,
    /// The columns that the rules need, in the order of [`ColumnKind::needed`].
    pub columns: Arc<Vec<Column>>,
    /// Its row groups, those without rows left out.
    pub row_groups: Vec<Arc<RowGroupPlan>>,
    /// Its rows, as the footer has them.
    pub rows: u64,
    /// The whole file, if it was small enough to come with the footer.
    pub whole: Option<Bytes>,
}

/// A row group that is about to be read.
#[derive(Debug)]
pub struct RowGroupPlan {
    /// Its position in the file.
    pub index: usize,
    /// Its rows.
    pub rows: u64,
    /// For each column of the plan its chunk; `None` for one that stands in the path.
    pub chunks: Vec<Option<Chunk>>,
}

/// A column chunk whose claims were held against the file.
#[derive(Debug)]
pub struct Chunk {
    /// Where its pages are.
    pub bytes: Range<u64>,
    /// How they are compressed, and what they hold.
    pub metadata: ColumnChunkMetaData,
}

/// Plans all files of an input, some ahead of those that are asked for, in their order.
pub fn plans<'a>(
    store: &'a Store,
    objects: Vec<Object>,
    rules: &'a Rules,
) -> impl Stream<Item = Result<FilePlan>> + 'a {
    let total: u64 = objects.iter().map(|object| object.bytes).sum();
    let mut before = 0;
    let standing = objects.into_iter().map(move |object| {
        let standing = Standing { before, behind: total - before - object.bytes };
        before += object.bytes;
        (object, standing)
    });
    let plans =
        stream::iter(standing).map(move |(object, standing)| plan(store, Arc::new(object), standing, rules));
    plans.buffered(FOOTERS_UNDER_WAY_MAX)
}

/// Reads the footer of `object` and plans what else to read.
///
/// # Errors
///
/// If the file cannot be read, is not parquet, contradicts itself, or lacks a column.
async fn plan(store: &Store, object: Arc<Object>, standing: Standing, rules: &Rules) -> Result<FilePlan> {
    let footer = footer::read(store, &object).await?;
    let not_parquet = |problem: String| InputError::NotParquet { url: object.url.clone(), problem };
    let metadata = footer.metadata;
    let columns = Arc::new(column::find(&metadata, &object, rules)?);
    let mut rows = 0_u64;
    let mut row_groups = Vec::new();
    for (index, row_group) in metadata.row_groups().iter().enumerate() {
        let claimed = row_group.num_rows();
        let group_rows = u64::try_from(claimed)
            .map_err(|_| not_parquet(format!("row group {index} claims {claimed} rows")))?;
        rows = rows
            .checked_add(group_rows)
            .ok_or_else(|| not_parquet("it claims more than 2^64 rows".to_owned()))?;
        if group_rows == 0 {
            continue;
        }
        let mut chunks = Vec::with_capacity(columns.len());
        for column in columns.iter() {
            chunks.push(match &column.source {
                ColumnSource::Path(_) => None,
                ColumnSource::Leaf(leaf) => {
                    let damaged = |problem: String| InputError::Damaged {
                        url: object.url.clone(),
                        row_group: index,
                        column: column.kind.name().to_owned(),
                        problem,
                    };
                    let chunk = row_group.columns().get(leaf.index);
                    let chunk =
                        chunk.ok_or_else(|| damaged("it is missing from this row group".to_owned()))?;
                    Some(checked_chunk(chunk, group_rows, footer.pages_end).map_err(damaged)?)
                }
            });
        }
        row_groups.push(Arc::new(RowGroupPlan { index, rows: group_rows, chunks }));
    }
    Ok(FilePlan { object, standing, columns, row_groups, rows, whole: footer.whole })
}

/// Holds a chunk's claims against the file: nobody below this line doubts them again.
fn checked_chunk(chunk: &ColumnChunkMetaData, rows: u64, pages_end: u64) -> Result<Chunk, String> {
    if chunk.file_path().is_some() {
        return Err("it is kept in another file".to_owned());
    }
    let is_supported = matches!(
        chunk.compression(),
        Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_)
            | Compression::LZ4
            | Compression::LZ4_RAW
    );
    if !is_supported {
        return Err(format!("its compression {} is not supported", chunk.compression()));
    }
    if u64::try_from(chunk.num_values()) != Ok(rows) {
        return Err(format!("it claims {} values for {rows} rows", chunk.num_values()));
    }
    // Some writers set the dictionary's offset to 0 where there is none.
    let dictionary = chunk.dictionary_page_offset().filter(|offset| *offset > 0);
    let start = dictionary.map_or(chunk.data_page_offset(), |offset| offset.min(chunk.data_page_offset()));
    let range = u64::try_from(start).ok().zip(u64::try_from(chunk.compressed_size()).ok());
    let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
    match range {
        Some(bytes) if bytes.end <= pages_end => Ok(Chunk { bytes, metadata: chunk.clone() }),
        _ => Err(format!("its {} bytes at {start} are not within the file", chunk.compressed_size())),
    }
}
