//! Errors of requests to the published table.

use storage::Exit;

/// The table has no such country or run, or the run cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum PublicationError {
    #[error("country {country:?} has nothing published in table {table}: {hint}")]
    NotPublished { country: String, table: String, hint: String },
    #[error("nothing is published in table {table}: run the ETL first")]
    NothingPublished { table: String },
    #[error("{country} has no run before {run_id}, its first")]
    NoPreviousRun { run_id: String, country: String },
    #[error("{country} has no run {run_id} in table {table}, it has {found}")]
    NoSuchRun { run_id: String, country: String, table: String, found: String },
    #[error("run {run_id} of {country} {problem}")]
    UnusableRun { run_id: String, country: String, problem: String },
}

impl PublicationError {
    /// The exit code of a command that ends with this error.
    pub const EXIT: Exit = Exit::Input;
}

/// A rollback found that the pointer has moved since it was read.
#[derive(Debug, thiserror::Error)]
#[error(
    "run {run_id} of {country} became current meanwhile, so nothing was rolled back: look at it and decide anew"
)]
pub struct MovedMeanwhile {
    /// The country.
    pub country: String,
    /// The run that is current.
    pub run_id: String,
}

impl MovedMeanwhile {
    /// The exit code of a rollback that ends with this error.
    pub const EXIT: Exit = Exit::Superseded;
}
