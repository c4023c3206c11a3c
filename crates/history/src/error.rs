//! Errors inside one file.

use storage::Exit;

/// A file that cannot be read: none of its rows can be counted.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum FileError {
    #[error("{url} is not a parquet file we can read: {problem}")]
    NotParquet { url: String, problem: String },
    #[error("{url}: row group {row_group}, column {column}: {problem}")]
    Damaged { url: String, row_group: usize, column: String, problem: String },
    #[error(
        "{url}: row group {row_group}, column {column}: a page of {page_bytes} bytes does not fit into memory: \
         run with --threads 1 --memory-budget {needed}MiB or more"
    )]
    LargePage { url: String, row_group: usize, column: String, page_bytes: u64, needed: u64 },
    #[error(
        "{url}: row group {row_group}, column {column}: its dictionary has {entries} values, more than {max}"
    )]
    LargeDictionary { url: String, row_group: usize, column: String, entries: u64, max: u64 },
    #[error("{columns} missing from {url}, which has {found}")]
    MissingColumn { columns: String, url: String, found: String },
    #[error(
        "column {column} of {url} may be {first:?} or {second:?}: name one of them under [columns] in the rules"
    )]
    SeveralColumns { column: String, url: String, first: String, second: String },
    #[error("column {column} of {url} has type {found}, expected {expected}")]
    ColumnType { column: String, url: String, found: String, expected: &'static str },
}

impl FileError {
    /// The exit code of a run that such an error ends.
    pub const EXIT: Exit = Exit::Input;
}
