//! Describes what was read, and what was not, in one line each.

use crate::format::{bytes, number_of};
use segments::table::Inputs;
use storage::{Copies, LeftOut};

/// Returns the number of files that were read, and their total size.
pub(crate) fn files(inputs: &Inputs) -> String {
    format!("{}, {}", number_of(inputs.number, "files"), bytes(inputs.bytes))
}

/// Returns what was found beside data and left out, in one line.
pub(crate) fn left_out_line(left_out: &LeftOut) -> Option<String> {
    (left_out.number > 0).then(|| format!("Left out beside data: {left_out}"))
}

/// Returns the files with the content of others, in one line.
pub(crate) fn copies_line(copies: &Copies) -> Option<String> {
    (copies.number > 0).then(|| format!("Files of the same content: {copies}"))
}
