//! Errors of objects and of AWS.

use crate::exit::Exit;
use crate::object::Object;
use crate::table_format::TableFormat;

/// A problem with a location, or with an object that exists.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum ObjectError {
    #[error("nothing to read at {location}: {hint}")]
    Nothing { location: String, hint: String },
    #[error("cannot read {place}")]
    Unreadable { place: String, source: std::io::Error },
    #[error("{url} changed while it was read: run again")]
    Changed { url: String },
    #[error(
        "{location} is in, or contains, a table of {format}: {root} has its log, and files with rows that \
         the table has replaced or deleted; let the engine that owns it export its rows as plain parquet, \
         to another place, and name that"
    )]
    Table { location: String, format: TableFormat, root: String },
    #[error("{url} is in two folders that disagree about column {column:?}: {first:?} and {other:?}")]
    TwoFolders { url: String, column: String, first: String, other: String },
    #[error(
        "{first} and {other} are one file, but their folders disagree about its rows: name one of the two"
    )]
    OneFile { first: String, other: String },
    #[error("{what} would be written over {url}, which is input")]
    OverInput { what: &'static str, url: String },
}

impl ObjectError {
    /// The exit code of a run that ends with this error.
    pub const EXIT: Exit = Exit::Input;

    /// Returns the error for an object that has changed.
    pub(crate) fn changed(object: &Object) -> anyhow::Error {
        Self::Changed { url: object.url.clone() }.into()
    }
}

/// AWS refused, or could not be reached.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{operation}: {problem}")]
pub struct AwsError {
    /// The operation and its place: `read table voucher-segments in us-east-1`.
    pub operation: String,
    /// Why it failed.
    pub problem: String,
}

impl AwsError {
    /// The exit code of a run that ends with this error.
    pub const EXIT: Exit = Exit::Aws;
}
