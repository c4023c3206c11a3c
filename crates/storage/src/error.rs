//! What can go wrong with objects, and with AWS.

use crate::exit::Exit;
use crate::object::Object;
use crate::table_format::TableFormat;

/// Something is wrong with a location, or with an object that is there.
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
        "{location} is in a table of {format}, or holds one: {root} has its log, and files that the table has \
         replaced or deleted rows of: have the engine that owns the table write its rows out as plain parquet, \
         elsewhere, and name that"
    )]
    Table { location: String, format: TableFormat, root: String },
    #[error(
        "{url} lies in two folders that say different things of column {column:?}: {first:?} and {other:?}"
    )]
    TwoFolders { url: String, column: String, first: String, other: String },
    #[error(
        "{first} and {other} are one file, and their folders say different things of its rows: name one of the two"
    )]
    OneFile { first: String, other: String },
    #[error("{what} would be written over {url}, which is input")]
    OverInput { what: &'static str, url: String },
}

impl ObjectError {
    /// The exit code of a run that one ends.
    pub const EXIT: Exit = Exit::Input;

    /// Returns the error for an object that is another by now.
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
    /// The exit code of a run that one ends.
    pub const EXIT: Exit = Exit::Aws;
}
