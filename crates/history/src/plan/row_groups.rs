//! Checks what a footer claims about the chunks that are read against the file. Later steps trust
//! these claims.

use super::alone::As;
use super::column::{self, Column, ColumnSource};
use super::file_plan::{Chunk, RowGroupColumn, RowGroupPlan};
use super::footer::{Footer, refused_by};
use super::found::{ColumnPlace, FoundColumn, Searched, Seen};
use super::groups::{ChunkPart, Group};
use crate::error::FileError;
use crate::plan::footer_claims::Refused;
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use std::sync::Arc;
use storage::{Object, shown};

/// Codecs of this version of the format; later ones have no name here.
const CODECS: std::ops::Range<i64> = 0..8;

/// Columns and row groups of a file, without row groups that have no rows.
pub(super) struct Decoded {
    pub(super) columns: Vec<Column>,
    pub(super) row_groups: Vec<Arc<RowGroupPlan>>,
}

/// Decodes what a footer says about the columns that were found, and checks it against the file.
///
/// # Errors
///
/// If it contradicts itself or the file, or says that a column that must be all null has a value.
pub(super) fn decode(
    searched: &Searched<'_>,
    found: Vec<FoundColumn>,
    groups: Vec<Group>,
    bytes_left: &mut u64,
) -> Result<Decoded, FileError> {
    let Searched { footer, schema, object, .. } = *searched;
    let claimed = groups.iter().enumerate().find(|(_, group)| group.rows < 0);
    if let Some((index, group)) = claimed {
        return Err(not_parquet(object, format!("row group {index} claims {} rows", group.rows)));
    }
    let (indexes, groups): (Vec<_>, Vec<_>) =
        groups.into_iter().enumerate().filter(|(_, group)| group.rows > 0).unzip();
    let mut columns_of: Vec<Vec<RowGroupColumn>> = groups.iter().map(|_| Vec::new()).collect();
    let (mut columns, mut which) = (Vec::new(), 0);
    for FoundColumn { kind, label, place } in found {
        let (root, seen) = match place {
            ColumnPlace::Root(root, seen) => (root, seen),
            ColumnPlace::Path(text) => {
                for columns in &mut columns_of {
                    columns.push(RowGroupColumn::Path(text.clone()));
                }
                columns.push(Column { kind, label, source: ColumnSource::Path(text) });
                continue;
            }
        };
        let of_group = |group: usize, problem: String| FileError::Damaged {
            url: object.url.clone(),
            row_group: indexes[group],
            column: label.clone(),
            problem,
        };
        for (at, group) in groups.iter().enumerate() {
            check_part(&group.chunks[which]).map_err(|problem| of_group(at, problem))?;
        }
        let is_of_nulls = matches!(seen, Seen::Nulls(_));
        let seen_as = match &seen {
            Seen::Values(seen_as, _) => *seen_as,
            Seen::Nulls(_) => As::Levels,
        };
        let root = &schema.roots[root];
        let metadata = footer.alone(&root.element, seen_as, &groups, which, bytes_left);
        let metadata = metadata.map_err(|refused| match refused {
            Refused::Nonsense(problem) => not_parquet(object, format!("column {label}: {problem}")),
            refused @ Refused::Large(_) => refused_by(object, refused),
        })?;
        let mut chunks = Vec::with_capacity(groups.len());
        for (at, group) in groups.iter().enumerate() {
            let chunk = checked_chunk(&metadata, at, group.rows, is_of_nulls, footer);
            chunks.push(chunk.map_err(|problem| of_group(at, problem))?);
        }
        let has_values =
            is_of_nulls && groups.iter().any(|group| has_values(&group.chunks[which], group.rows));
        let leaf = searched.leaf(kind, root, seen, &metadata);
        let leaf = Arc::new(
            leaf.map_err(|problem| column::wrong_type(kind, &label, object, shown(&problem).into_owned()))?,
        );
        for (columns, chunk) in columns_of.iter_mut().zip(chunks) {
            columns.push(RowGroupColumn::Chunk(Arc::clone(&leaf), Arc::new(chunk)));
        }
        let column = Column { kind, label, source: ColumnSource::Leaf(leaf) };
        if has_values {
            return Err(column.wrong_type(object));
        }
        columns.push(column);
        which += 1;
    }
    let rows = groups.iter().map(|group| group.rows.unsigned_abs());
    let row_groups = indexes.into_iter().zip(rows).zip(columns_of);
    let row_groups =
        row_groups.map(|((index, rows), columns)| Arc::new(RowGroupPlan { index, rows, columns }));
    Ok(Decoded { columns, row_groups: row_groups.collect() })
}

pub(super) fn not_parquet(object: &Object, problem: String) -> FileError {
    FileError::NotParquet { url: object.url.clone(), problem }
}

/// Checks what the crate would ignore, or refuse without naming the row group.
fn check_part(part: &ChunkPart) -> Result<(), String> {
    if part.is_elsewhere {
        return Err("it is kept in another file".to_owned());
    }
    if part.is_encrypted {
        return Err("it is encrypted".to_owned());
    }
    if part.metadata.is_none() {
        return Err("the footer does not say where its pages are".to_owned());
    }
    match part.codec {
        Some(codec) if !CODECS.contains(&codec) => {
            Err(format!("its compression is number {codec}, which is not supported"))
        }
        _ => Ok(()),
    }
}

/// Returns whether a footer says that there are values other than null. The pages must prove that
/// there are none, whatever the footer says.
fn has_values(part: &ChunkPart, rows: i64) -> bool {
    part.values != Some(rows) || part.nulls.is_some_and(|nulls| nulls < rows)
}

/// Checks a chunk's claims against the file. The values of a column of nulls are counted elsewhere.
fn checked_chunk(
    metadata: &ParquetMetaData,
    group: usize,
    rows: i64,
    is_of_nulls: bool,
    footer: &Footer,
) -> Result<Chunk, String> {
    let chunk: &ColumnChunkMetaData = metadata.row_group(group).column(0);
    let is_supported = matches!(
        chunk.compression(),
        Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_)
            | Compression::BROTLI(_)
            | Compression::LZ4
            | Compression::LZ4_RAW
    );
    if !is_supported {
        return Err(format!("its compression {} is not supported", chunk.compression()));
    }
    if chunk.num_values() != rows && !is_of_nulls {
        return Err(format!("it claims {} values for {rows} rows", chunk.num_values()));
    }
    // Some writers set the offset of a missing dictionary to 0.
    let dictionary = chunk.dictionary_page_offset().filter(|offset| *offset > 0);
    let start = dictionary.map_or(chunk.data_page_offset(), |offset| offset.min(chunk.data_page_offset()));
    let range = u64::try_from(start).ok().zip(u64::try_from(chunk.compressed_size()).ok());
    let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
    match range {
        Some(bytes) if bytes.end <= footer.pages_end => Ok(Chunk { bytes, metadata: chunk.clone() }),
        _ => Err(format!("its {} bytes at {start} are not within the file", chunk.compressed_size())),
    }
}
