//! The facts of a whole run, all countries; each country's manifest holds them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A whole run, as in its report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The version of the program that made it.
    pub version: String,
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// The hash of the rows of all its countries.
    pub result_hash: String,
    /// Outcomes of the rows of its input.
    pub rows: RowCounts,
    /// Files left out because their path names a country that was not asked for.
    pub pruned_files: u64,
}

/// Rows of the input: `footer` is the sum of all others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RowCounts {
    /// Rows in the footers of the files read.
    pub footer: u64,
    /// Rows that were counted or rejected.
    pub selected: u64,
    /// Rows of countries that were not asked for.
    pub other_country: u64,
    /// Rows without a valid country, where countries were asked for.
    pub no_country: u64,
    /// Rows in row groups that were not read, with or without a country.
    pub pruned: u64,
}
