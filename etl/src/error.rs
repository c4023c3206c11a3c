//! What can go wrong outside the program, and the exit code of each kind.

use crate::thresholds::ThresholdError;
use segments::rules::RulesError;
use std::process::ExitCode;
use storage::{AwsError, ObjectError};

/// Something is wrong with what we were given: a path, a file, its schema, a country.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum InputError {
    #[error("{url} is not a parquet file we can read: {problem}")]
    NotParquet { url: String, problem: String },
    #[error("{url}: row group {row_group}, column {column}: {problem}")]
    Damaged { url: String, row_group: usize, column: String, problem: String },
    #[error(
        "{url}: row group {row_group}, column {column}: a page of {page_bytes} bytes does not fit into memory: \
         run with --threads 1 --memory-budget {needed}MiB or more"
    )]
    LargePage { url: String, row_group: usize, column: String, page_bytes: u64, needed: u64 },
    #[error("none of the {files} files can be read, first: {first}")]
    AllSkipped { files: usize, first: String },
    #[error("{columns} missing from {url}, which has {found}")]
    MissingColumn { columns: String, url: String, found: String },
    #[error(
        "column {column} of {url} may be {first:?} or {second:?}: name one of them under [columns] in the rules"
    )]
    SeveralColumns { column: String, url: String, first: String, second: String },
    #[error("column {column} of {url} has type {found}, expected {expected}")]
    ColumnType { column: String, url: String, found: String, expected: &'static str },
    #[error("country {country:?} is not in the input, which has {found}")]
    UnknownCountry { country: String, found: String },
    #[error("{file} is not a set of rules")]
    Rules { file: String, source: RulesError },
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
    #[error("run {run_id} of {country} cannot be reproduced: {problem}")]
    Irreproducible { run_id: String, country: String, problem: String },
    #[error(
        "more than {max} distinct combinations of country, segment, bucket and amount: is voucher_amount an amount?"
    )]
    TooManyAmounts { max: usize },
    #[error("more than {max} different texts in country_code: is it a country?")]
    TooManyCountries { max: usize },
    #[error(
        "{url}: row group {row_group}, column {column}: its dictionary has {entries} values, more than {max}"
    )]
    LargeDictionary { url: String, row_group: usize, column: String, entries: u64, max: u64 },
    #[error("the cluster cannot read {what}: {problem}; use `voucher-etl run`")]
    NotByCluster { what: String, problem: String },
}

impl InputError {
    /// Returns whether it says what is wrong inside one file, of which nothing can be counted.
    #[must_use]
    pub fn is_of_file(&self) -> bool {
        matches!(
            self,
            Self::NotParquet { .. }
                | Self::Damaged { .. }
                | Self::LargePage { .. }
                | Self::LargeDictionary { .. }
                | Self::MissingColumn { .. }
                | Self::SeveralColumns { .. }
                | Self::ColumnType { .. }
        )
    }
}

/// A rollback found that the pointer has been moved since it was read.
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

/// The exit codes, as `docs/configuration.md` explains them; 2, usage, is clap's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A failure of no other kind.
    Other = 1,
    /// The input is missing or malformed.
    Input = 3,
    /// AWS refused or could not be reached.
    Aws = 4,
    /// A threshold stopped publication.
    Threshold = 5,
    /// Another run became current meanwhile.
    Superseded = 6,
    /// Interrupted by a signal.
    Interrupted = 130,
}

impl Exit {
    /// Returns the exit code for an error, by the first of its causes that has one.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        let kind = |cause: &(dyn std::error::Error + 'static)| {
            if cause.is::<ObjectError>() || cause.is::<InputError>() || cause.is::<RulesError>() {
                Some(Self::Input)
            } else if cause.is::<AwsError>() {
                Some(Self::Aws)
            } else if cause.is::<ThresholdError>() {
                Some(Self::Threshold)
            } else if cause.is::<MovedMeanwhile>() {
                Some(Self::Superseded)
            } else {
                None
            }
        };
        error.chain().find_map(kind).unwrap_or(Self::Other)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cause_that_has_a_code_decides() {
        let aws = || AwsError { operation: "o".to_owned(), problem: "p".to_owned() };
        let input = || ObjectError::Changed { url: "u".to_owned() };
        for (error, exit) in [
            (anyhow::Error::new(aws()).context("while"), Exit::Aws),
            (anyhow::Error::new(input()), Exit::Input),
            (anyhow::Error::new(input()).context("a").context("b"), Exit::Input),
            (ThresholdError(Vec::new()).into(), Exit::Threshold),
            (MovedMeanwhile { country: "c".to_owned(), run_id: "r".to_owned() }.into(), Exit::Superseded),
            (anyhow::anyhow!("anything"), Exit::Other),
        ] {
            assert_eq!(Exit::of(&error), exit, "{error:#}");
        }
    }
}
