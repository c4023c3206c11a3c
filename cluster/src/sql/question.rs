//! What is asked.

use segments::rules::Rules;
use segments::selection::Selection;

/// What is counted, and by whom it can be read.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// The countries to count. Of others only the spelling is counted.
    pub selection: &'a Selection,
}
