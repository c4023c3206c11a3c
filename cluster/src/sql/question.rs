//! The question that a statement answers.

use segments::rules::Rules;
use segments::selection::Selection;

/// What to count.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// The countries to count. Others are counted by spelling only.
    pub selection: &'a Selection,
}
