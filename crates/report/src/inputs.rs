//! What was read, and what was not, in a line each.

use crate::format::{bytes, number_of};
use segments::table::Inputs;
use storage::{Copies, LeftOut};

/// Returns how many files were read, and their sizes added up.
pub(crate) fn files(inputs: &Inputs) -> String {
    format!("{}, {}", number_of(inputs.number, "files"), bytes(inputs.bytes))
}

/// Returns what was found beside data, in a line.
pub(crate) fn left_out_line(left_out: &LeftOut) -> Option<String> {
    (left_out.number > 0).then(|| format!("Left out beside data: {left_out}"))
}

/// Returns which files have the content of others, in a line.
pub(crate) fn copies_line(copies: &Copies) -> Option<String> {
    (copies.number > 0).then(|| format!("Files of the same content: {copies}"))
}
