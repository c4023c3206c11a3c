//! What to read of a file: its footer decides which columns, row groups and byte ranges.

mod footer;

mod footer_claims;

mod column;

mod dictionary;

mod ranges;

mod fetch;

pub use column::{Column, ColumnKind, ColumnSource, DictionaryViews, Leaf, View};
pub use fetch::{Asked, AskedKind, Fetch, Part, Request};
pub use ranges::Standing;

use crate::bad_files::BadFiles;
use crate::error::InputError;
use crate::source::{Object, Store};
use crate::stream::Limits;
use anyhow::Result;
use bytes::Bytes;
use footer::Footer;
use futures::{Stream, StreamExt, TryStreamExt, future, stream};
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use segments::rules::Rules;
use segments::value::{Country, CountryKey};
use std::collections::BTreeSet;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;

/// Footers asked for at a time.
const FOOTERS_UNDER_WAY_MAX: usize = 8;
/// Dictionaries of one file asked for at a time.
const DICTIONARIES_UNDER_WAY_MAX: usize = 16;

/// A file that is about to be read.
#[derive(Debug)]
pub struct FilePlan {
    /// The file.
    pub object: Arc<Object>,
    /// Where it stands in the input.
    pub standing: Standing,
    /// The columns that the rules need, in the order of [`ColumnKind::needed`].
    pub columns: Arc<Vec<Column>>,
    /// Its row groups that are read; those without rows are left out.
    pub row_groups: Vec<Arc<RowGroupPlan>>,
    /// Its row groups that are not read.
    pub pruned: Vec<PrunedRowGroup>,
    /// Its rows, as the footer has them.
    pub rows: u64,
    /// Its last pages, which came with the footer; all of them, if the file is small. They are
    /// not asked for again.
    pub tail: Option<Tail>,
    /// What was asked for so far.
    pub asked: Vec<Asked>,
}

/// The last pages of a file.
#[derive(Debug)]
pub struct Tail {
    /// Where they begin in the file; 0 if they are all.
    pub start: u64,
    /// The pages.
    pub bytes: Bytes,
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

/// A row group that is not read, because none of its countries is selected.
#[derive(Debug)]
pub struct PrunedRowGroup {
    /// Its position in the file.
    pub index: usize,
    /// Its rows, those without a country included.
    pub rows: u64,
    /// The countries in its dictionary.
    pub countries: BTreeSet<Country>,
}

/// What plans files: where they are read from, and what a run wants of them.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// Where footers and dictionaries are read from.
    pub store: &'a Store,
    /// The rules, which need some columns.
    pub rules: &'a Rules,
    /// Whether to read the columns that they do not need as well.
    pub is_all_columns: bool,
    /// The countries to count; `None` counts all.
    pub selection: Option<&'a BTreeSet<CountryKey>>,
    /// The bounds of the pipeline.
    pub limits: Limits,
    /// What becomes of files that cannot be planned.
    pub bad_files: &'a BadFiles,
}

impl<'a> Planner<'a> {
    /// Plans all files of an input, some ahead of those that are asked for, in their order.
    pub fn plans(self, objects: Vec<Object>) -> impl Stream<Item = Result<Arc<FilePlan>>> + Send + 'a {
        self.each(objects).map_ok(Arc::new)
    }

    /// Plans all files of an input at once. Of the pages that came with the footers as many are
    /// kept as the budget allows; the others will be asked for again.
    ///
    /// # Errors
    ///
    /// If one of them cannot be planned.
    pub async fn plan_all(self, objects: Vec<Object>) -> Result<Vec<Arc<FilePlan>>> {
        let mut plans = Vec::with_capacity(objects.len());
        let mut kept_bytes = 0;
        let mut each = pin!(self.each(objects));
        while let Some(mut plan) = each.try_next().await? {
            kept_bytes += plan.tail.as_ref().map_or(0, |tail| tail.bytes.len()) as u64;
            if kept_bytes > self.limits.fetched_bytes {
                plan.tail = None;
            }
            plans.push(Arc::new(plan));
        }
        Ok(plans)
    }

    fn each(self, objects: Vec<Object>) -> impl Stream<Item = Result<FilePlan>> + Send + 'a {
        let total: u64 = objects.iter().map(|object| object.bytes).sum();
        let mut before = 0;
        let standing = objects.into_iter().map(move |object| {
            let standing = Standing { before, behind: total - before - object.bytes };
            before += object.bytes;
            (object, standing)
        });
        let plan = move |(object, standing)| self.plan_or_leave_out(Arc::new(object), standing);
        stream::iter(standing).map(plan).buffered(FOOTERS_UNDER_WAY_MAX).try_filter_map(future::ok)
    }

    async fn plan_or_leave_out(self, object: Arc<Object>, standing: Standing) -> Result<Option<FilePlan>> {
        match self.plan(Arc::clone(&object), standing).await {
            Ok(plan) => Ok(Some(plan)),
            Err(error) => self.bad_files.leave_out(&object, None, error).map(|()| None),
        }
    }

    /// Reads the footer of `object` and plans what else to read.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not parquet, contradicts itself, or lacks a column.
    async fn plan(self, object: Arc<Object>, standing: Standing) -> Result<FilePlan> {
        let footer = footer::read(self.store, &object, self.limits.footer_bytes).await?;
        let columns = Arc::new(column::find(&footer.metadata, &object, self.rules, self.is_all_columns)?);
        let row_groups = row_groups(&object, &columns, &footer)?;
        let rows = row_groups.iter().try_fold(0_u64, |rows, row_group| rows.checked_add(row_group.rows));
        let rows = rows.ok_or_else(|| not_parquet(&object, "it claims more than 2^64 rows".to_owned()))?;
        // Nothing of it is needed any more, and a dictionary may have to be waited for.
        drop(footer.metadata);
        let mut plan = FilePlan {
            object,
            standing,
            columns,
            row_groups,
            pruned: Vec::new(),
            rows,
            tail: footer.tail,
            asked: footer.asked,
        };
        let tail_start = plan.tail.as_ref().map_or(u64::MAX, |tail| tail.start);
        // Of a file that is here already there is nothing to save.
        if let Some(selection) = self.selection.filter(|_| tail_start > 0) {
            self.prune(&mut plan, selection).await?;
        }
        if plan.row_groups.iter().all(|row_group| row_group.end() <= tail_start) {
            plan.tail = None;
        }
        Ok(plan)
    }

    /// Moves the row groups that hold no selected country to those that are not read.
    async fn prune(self, plan: &mut FilePlan, selection: &BTreeSet<CountryKey>) -> Result<()> {
        let country = plan.columns.iter().position(|column| column.kind == ColumnKind::CountryCode);
        let dictionary_of = |row_group: &Arc<RowGroupPlan>| {
            let chunk = row_group.chunks.get(country?)?.as_ref()?;
            // A row group smaller than a gap that is read over is not worth a request.
            let is_worth = row_group.chunk_bytes() > self.limits.gap_bytes;
            let bytes = is_worth.then(|| dictionary::worth_reading(chunk, selection))??;
            Some((Arc::clone(row_group), country?, bytes))
        };
        let dictionaries: Vec<_> = plan.row_groups.iter().filter_map(dictionary_of).collect();
        let asked =
            |(_, _, bytes): &(_, _, Range<u64>)| Asked { kind: AskedKind::Dictionary, bytes: bytes.clone() };
        plan.asked.extend(dictionaries.iter().map(asked));
        let object = Arc::clone(&plan.object);
        let pruned = stream::iter(dictionaries).map(async |(row_group, country, bytes)| {
            let Some(chunk) = &row_group.chunks[country] else { return Ok(None) };
            let countries = dictionary::read_without(self.store, &object, chunk, bytes, selection).await?;
            let pruned =
                |countries| PrunedRowGroup { index: row_group.index, rows: row_group.rows, countries };
            anyhow::Ok(countries.map(pruned))
        });
        let pruned = pruned.buffered(DICTIONARIES_UNDER_WAY_MAX).try_filter_map(future::ok);
        plan.pruned = pruned.try_collect().await?;
        let is_pruned: BTreeSet<_> = plan.pruned.iter().map(|pruned| pruned.index).collect();
        plan.row_groups.retain(|row_group| !is_pruned.contains(&row_group.index));
        Ok(())
    }
}

/// Returns the row groups of a file, those without rows left out.
fn row_groups(object: &Object, columns: &[Column], footer: &Footer) -> Result<Vec<Arc<RowGroupPlan>>> {
    let mut row_groups = Vec::new();
    for (index, row_group) in footer.metadata.row_groups().iter().enumerate() {
        let claimed = row_group.num_rows();
        let rows = u64::try_from(claimed)
            .map_err(|_| not_parquet(object, format!("row group {index} claims {claimed} rows")))?;
        if rows == 0 {
            continue;
        }
        let mut chunks = Vec::with_capacity(columns.len());
        for column in columns {
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
                    Some(checked_chunk(chunk, rows, footer.pages_end).map_err(damaged)?)
                }
            });
        }
        row_groups.push(Arc::new(RowGroupPlan { index, rows, chunks }));
    }
    Ok(row_groups)
}

fn not_parquet(object: &Object, problem: String) -> InputError {
    InputError::NotParquet { url: object.url.clone(), problem }
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
