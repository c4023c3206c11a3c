//! Refuses, by its footer, what the engine would silently misread.

use crate::error::NotByCluster;
use history::FileError;
use history::plan::FilePlan;
use parquet::basic::Encoding;
use parquet::file::metadata::ColumnChunkMetaData;

/// Checks that the engine reads a file rightly.
///
/// # Errors
///
/// If it would misread a column.
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

/// Returns the error for a value in a column of a type that is not read.
pub(crate) fn has_values(column: &str) -> NotByCluster {
    NotByCluster {
        what: format!("column {column:?}"),
        problem: "it has values in files that store it in a type that is not read".to_owned(),
    }
}

/// Returns whether a column's levels are packed from the highest bit down, as by early writers. The
/// engine would read them the other way.
///
/// Java writers also list this encoding for absent levels, but then list the usual one as well, for
/// the present ones.
fn has_packed_levels(chunk: &ColumnChunkMetaData) -> bool {
    let has = |wanted: Encoding| chunk.encodings().any(|encoding| encoding == wanted);
    #[expect(deprecated, reason = "early writers used it")]
    let is_packed = has(Encoding::BIT_PACKED);
    chunk.column_descr().max_def_level() > 0 && is_packed && !has(Encoding::RLE)
}
