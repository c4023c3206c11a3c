//! Formats numbers, names and tables, for terminals and pages.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use std::borrow::Borrow;
use std::fmt::Display;
use storage::shown;

/// Shown in place of a missing value.
pub(crate) const NOTHING: &str = "–";

/// Returns an empty table.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    table
}

/// Aligns columns of numbers to the right.
pub(crate) fn align(table: &mut Table, columns: std::ops::Range<usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Returns a number with thousands separators.
pub(crate) fn count(number: impl Borrow<u64>) -> String {
    indicatif::HumanCount(*number.borrow()).to_string()
}

/// Returns a number and its unit. The unit is given as a plural in `s`; the singular is used for 1.
pub(crate) fn number_of(number: u64, things: &str) -> String {
    let things = if number == 1 { things.trim_end_matches('s') } else { things };
    format!("{} {things}", count(number))
}

/// Returns a size in a suitable unit.
pub(crate) fn bytes(number: u64) -> String {
    indicatif::HumanBytes(number).to_string()
}

/// Returns a share in percent.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than a double's 53 bits")]
pub(crate) fn share(part: impl Borrow<u64>, all: impl Borrow<u64>) -> String {
    match (*part.borrow(), *all.borrow()) {
        (_, 0) => NOTHING.to_owned(),
        (part, all) => format!("{:.1} %", 100.0 * part as f64 / all as f64),
    }
}

/// Returns a value, or the sign for a missing one.
pub(crate) fn or_nothing(value: Option<&impl Display>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), ToString::to_string)
}

/// Returns a name from outside as one line.
pub(crate) fn line(text: &str) -> String {
    shown(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn one_thing_is_no_things() {
        for (number, things, expected) in [
            (0, "events", "0 events"),
            (1, "events", "1 event"),
            (1, "files", "1 file"),
            (2_000, "files", "2,000 files"),
        ] {
            assert_eq!(number_of(number, things), expected);
        }
    }
}
