//! The current rows, as codes and numbers, column by column.

use super::codes::Code;
use super::split::Measured;

/// The countries of a window's rows, and the other columns of the current batch.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) countries: Vec<Code>,
    pub(super) amounts: Vec<Code>,
    pub(super) measured: Measured,
    pub(super) outcomes: Vec<u16>,
}
