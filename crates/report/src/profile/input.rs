//! What a profile is made of.

use counts::facts::Facts;
use counts::{EvaluatedTable, PartialCounts};
use segments::rules::Rules;

/// All that was found.
#[derive(Debug, Clone, Copy)]
pub struct ProfileInput<'a> {
    /// The facts of all rows.
    pub facts: &'a Facts,
    /// Their counts.
    pub counts: &'a PartialCounts,
    /// The modes of these.
    pub table: &'a EvaluatedTable,
    /// The rules by which they were counted.
    pub rules: &'a Rules,
}
