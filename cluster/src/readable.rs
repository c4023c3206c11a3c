//! What the engine would read otherwise than this program, without a word: it is refused, by what
//! the footer says of it.

use crate::error::NotByCluster;
use history::FileError;
use history::plan::FilePlan;
use parquet::basic::Encoding;
use parquet::file::metadata::ColumnChunkMetaData;

/// Holds a file against what the engine reads.
///
/// # Errors
///
/// If it would read one of its columns wrongly.
pub(crate) fn check(plan: &FilePlan) -> Result<(), FileError> {
    for row_group in &plan.row_groups {
        for (column, stored) in plan.columns.iter().zip(&row_group.columns) {
            if stored.chunk().is_some_and(|chunk| has_packed_levels(&chunk.metadata)) {
                return Err(FileError::Damaged {
                    url: plan.object.url.clone(),
                    row_group: row_group.index,
                    column: column.label.clone(),
                    problem: "its levels are in the encoding BIT_PACKED, which is not read".to_owned(),
                });
            }
        }
    }
    Ok(())
}

/// The error for values in a column that has a type which is not read, and so may only have nulls.
pub(crate) fn has_values(column: &str) -> NotByCluster {
    NotByCluster {
        what: format!("column {column:?}"),
        problem: "files in which it has a type that is not read have values in it".to_owned(),
    }
}

/// Returns whether a column's levels are packed from the highest bit down, as early writers did: the
/// engine takes them for packed the other way.
///
/// Writers in Java name this encoding for levels that are not there, too. But then they name the
/// usual one as well, for those that are.
fn has_packed_levels(chunk: &ColumnChunkMetaData) -> bool {
    let has = |wanted: Encoding| chunk.encodings().any(|encoding| encoding == wanted);
    #[expect(deprecated, reason = "early writers used it")]
    let is_packed = has(Encoding::BIT_PACKED);
    chunk.column_descr().max_def_level() > 0 && is_packed && !has(Encoding::RLE)
}
