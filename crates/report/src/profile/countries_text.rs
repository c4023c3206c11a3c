//! Shows the countries of a profile on a terminal: all, those with several spellings, those one
//! letter apart.

use super::report::ProfileReport;
use crate::format::{align, count, number_of, share, table};
use crate::terminal::Paint;
use comfy_table::Table;
use std::fmt::Write;

/// Maximum number of a country's spellings that are shown, and of letters in a name.
const SPELLINGS_SHOWN: usize = 10;
const LETTERS_SHOWN: usize = 22;

/// Maximum number of table rows that are shown.
pub(super) const ROWS_SHOWN: usize = 20;

pub(super) fn countries(report: &ProfileReport) -> Table {
    let mut table = table(&["country", "events", "share", "spellings"]);
    for country in report.countries.iter().take(ROWS_SHOWN) {
        table.add_row([
            country.country.clone(),
            count(country.events),
            share(country.events, report.rows),
            count(country.spellings_number),
        ]);
    }
    and_more(&mut table, report.countries.len());
    align(&mut table, 1..4);
    table
}

/// Returns the section on countries with several spellings; empty if there are none.
pub(super) fn several_spellings(report: &ProfileReport, paint: Paint) -> String {
    let several = &report.several_spellings;
    if several.countries.is_empty() {
        return String::new();
    }
    let mut table = table(&["country", "spelled", "events"]);
    for country in several.countries.iter().take(ROWS_SHOWN) {
        let shown = country.spellings.iter().take(SPELLINGS_SHOWN);
        let (mut spellings, events): (Vec<_>, Vec<_>) =
            shown.map(|spelling| (cut(&spelling.spelling), count(spelling.events))).unzip();
        if let Some(more) = country.spellings_number.checked_sub(SPELLINGS_SHOWN as u64 + 1) {
            spellings.push(format!("and {} more", count(more + 1)));
        }
        table.add_row([cut(&country.country), spellings.join("\n"), events.join("\n")]);
    }
    and_more(&mut table, usize::try_from(several.number).unwrap_or(usize::MAX));
    align(&mut table, 2..3);
    let how = if several.is_exact {
        "spelled as in the files; what is not seen is written out: \\u{a0}"
    } else {
        "spelled without blanks around it: other spellings are too many"
    };
    let number = number_of_countries(several.number);
    let heading = paint.heading("Spellings that were taken for one country");
    format!("\n{heading}\n{number}, {how}\n{table}\n")
}

/// Returns the section on countries that are one letter apart; empty if there are none.
pub(super) fn near_countries(report: &ProfileReport, paint: Paint) -> String {
    let near = &report.near_countries;
    if near.pairs.is_empty() {
        return String::new();
    }
    let mut table = table(&["country", "events", "one letter from it", "events"]);
    for pair in near.pairs.iter().take(ROWS_SHOWN) {
        table.add_row([
            cut(&pair.frequent.country),
            count(pair.frequent.events),
            cut(&pair.rarer.country),
            count(pair.rarer.events),
        ]);
    }
    and_more(&mut table, usize::try_from(near.number).unwrap_or(usize::MAX));
    align(&mut table, 1..2);
    align(&mut table, 3..4);
    let heading = paint.heading("Countries one letter apart");
    let number = number_of(near.number, "pairs");
    let mut text =
        format!("\n{heading}\n{number}, that whose rarer country has the most events first\n{table}\n");
    let _ = writeln!(text, "What counts two as one, in the rules:\n\n[countries]");
    for rule in near.rules.iter().take(ROWS_SHOWN) {
        let _ = writeln!(text, "{rule}");
    }
    text
}

fn number_of_countries(number: u64) -> String {
    if number == 1 { "1 country".to_owned() } else { format!("{} countries", count(number)) }
}

/// Returns the beginning of a long name, so that a table stays narrow.
fn cut(name: &str) -> String {
    if name.chars().nth(LETTERS_SHOWN).is_none() {
        return name.to_owned();
    }
    name.chars().take(LETTERS_SHOWN - 1).chain(['…']).collect()
}

/// Adds a row with the number of rows left out.
pub(super) fn and_more(table: &mut Table, all: usize) {
    if let Some(more) = all.checked_sub(ROWS_SHOWN).filter(|more| *more > 0) {
        table.add_row([format!("and {} more", count(more as u64))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut() {
        for (letters, expected) in [(21, "é".repeat(21)), (22, "é".repeat(22)), (23, "é".repeat(21) + "…")]
        {
            assert_eq!(cut(&"é".repeat(letters)), expected);
        }
    }
}
