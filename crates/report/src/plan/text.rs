//! The plan of a run for people.

use super::report::{FileReport, PlanReport, Requests, RowGroups};
use crate::format::{NOTHING, align, bytes, count, table};
use crate::inputs::{copies_line, left_out_line};
use comfy_table::Table;
use std::fmt::Write;
use storage::listed;
use storage::shown;

/// Returns the plan of a run, with an empty line at its end.
#[must_use]
pub fn plan_text(plan: &PlanReport) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "Plan");
    for file in &plan.details {
        let _ = write!(text, "{}", file_text(file));
        if plan.files > 1 {
            let _ = writeln!(text, "{}\n", requests(&file.requests, file.size_bytes));
        }
    }
    let others = plan.files - plan.details.len();
    if others > 0 {
        let _ = writeln!(text, "And {}", number(others as u64, "more file"));
    }
    if plan.pruned_files > 0 {
        let files = number(plan.pruned_files, "file");
        let _ = writeln!(text, "Not read, by their folders: {files} {}", of(&plan.pruned_files_of));
    }
    for line in left_out_line(&plan.left_out).into_iter().chain(copies_line(&plan.copies)) {
        let _ = writeln!(text, "{line}");
    }
    if plan.recalled_files > 0 {
        let files = number(plan.recalled_files, "file");
        let _ = writeln!(text, "Not read, by the state: {files}, {}", bytes(plan.recalled_bytes));
    }
    if plan.files > 1 {
        let files = number(plan.files as u64, "file");
        let (rows, groups) = (count(plan.rows), row_groups(&plan.row_groups));
        let _ = writeln!(text, "In all: {files}, {rows} rows, {groups}");
    }
    let _ = writeln!(text, "{}\n", requests(&plan.requests, plan.size_bytes));
    text
}

fn file_text(file: &FileReport) -> String {
    let mut text = String::new();
    let (rows, groups) = (count(file.rows), row_groups(&file.row_groups));
    let _ = writeln!(text, "{}: {rows} rows, {groups}", shown(&file.url));
    for pruned in &file.pruned {
        let (row_group, rows) = (pruned.row_group, count(pruned.rows));
        let _ = writeln!(
            text,
            "Not read, by its dictionary: row group {row_group}, {rows} rows {}",
            of(&pruned.countries)
        );
    }
    let _ = writeln!(text, "{}", columns(file));
    text
}

fn columns(file: &FileReport) -> Table {
    let mut table = table(&["column", "type", "codec", "encodings", "bytes"]);
    let joined = |names: &std::collections::BTreeSet<String>| {
        names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    for column in &file.columns {
        let data_type = match &column.data_type {
            _ if column.is_in_folder => "in the folder's name",
            Some(data_type) => data_type,
            None => NOTHING,
        };
        table.add_row([
            column.column.to_owned(),
            data_type.to_owned(),
            joined(&column.codecs),
            joined(&column.encodings),
            bytes(column.bytes),
        ]);
    }
    align(&mut table, 4..5);
    table
}

fn of(countries: &[String]) -> String {
    let names: Vec<_> = countries.iter().map(String::as_str).collect();
    if names.is_empty() { "without a country".to_owned() } else { format!("of {}", listed(&names)) }
}

fn row_groups(row_groups: &RowGroups) -> String {
    let all = row_groups.kept + row_groups.pruned;
    let groups = number(all as u64, "row group");
    if row_groups.pruned == 0 {
        return groups;
    }
    format!("{groups}, of which {} with {} rows not read", row_groups.pruned, count(row_groups.pruned_rows))
}

fn requests(requests: &Requests, size_bytes: u64) -> String {
    let kinds = [
        (requests.list, "listing"),
        (requests.footer, "footer"),
        (requests.dictionary, "dictionary"),
        (requests.unclaimed, "look at unclaimed bytes"),
        (requests.range, "range"),
        (requests.state, "read of the state"),
    ];
    let all = number(kinds.iter().map(|(count, _)| count).sum(), "request");
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0).map(|(count, kind)| number(count, kind));
    let kinds: Vec<_> = kinds.collect();
    format!("To read: {} of {} in {all}: {}", bytes(requests.bytes), bytes(size_bytes), kinds.join(", "))
}

/// Returns a number with its noun: `1 range`, `2 dictionaries`.
fn number(number: u64, thing: &str) -> String {
    let plural = match (thing.strip_suffix('y'), thing.split_once(' ')) {
        (Some(stem), _) => format!("{stem}ies"),
        (_, Some((verb @ ("read" | "look"), what))) => format!("{verb}s {what}"),
        _ => format!("{thing}s"),
    };
    format!("{} {}", count(number), if number == 1 { thing } else { &plural })
}
