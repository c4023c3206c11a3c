//! The input of a profile.

use counts::facts::Facts;
use counts::{EvaluatedTable, PartialCounts};
use segments::rules::Rules;

/// Everything that was found.
#[derive(Debug, Clone, Copy)]
pub struct ProfileInput<'a> {
    /// The facts of all rows.
    pub facts: &'a Facts,
    /// Their counts.
    pub counts: &'a PartialCounts,
    /// The modes of these counts.
    pub table: &'a EvaluatedTable,
    /// The rules that they were counted by.
    pub rules: &'a Rules,
}
