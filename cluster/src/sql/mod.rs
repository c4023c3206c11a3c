//! The rules as one statement of SQL: read values by their grammars, classify, count.
//!
//! It uses built-in expressions only, and of those only what DataFusion, DuckDB and Spark spell
//! alike, so the same text can be run by any of them over a view `events` of texts.

mod source;
mod steps;

mod text;

mod country;
mod day;
mod float;
mod number;

mod outcome;

pub(crate) use country::refused;
pub use outcome::{Code, UNCLASSIFIED};
pub use source::{Form, PathTexts, Source, SourceColumn, Table};

use country::{COUNTRY, IS_WANTED};
use etl::plan::ColumnKind;
use segments::rules::Rules;
use segments::value::CountryKey;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What stands for a value outside its grammar; null stands for a missing one.
pub(crate) const BAD: i64 = -1;
/// The same for a day, which may be before 1970.
pub(crate) const BAD_DAY: i64 = -9_999_999;
/// The view that the portable statement reads.
const EVENTS: &str = "events";

/// What is counted, and by whom it can be read.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// The countries to count; `None` counts all. Of others only the spelling is counted.
    pub selection: Option<&'a BTreeSet<CountryKey>>,
}

impl Question<'_> {
    /// Returns the statement that counts the rows of `sources`.
    ///
    /// Its rows are: whether the row is of the sample, the country's spelling, the amount in
    /// ten-thousandths (null: missing, -1: bad), for each split a [`Code`], and the events.
    #[must_use]
    pub fn statement(&self, sources: &[Source]) -> String {
        let mut with: Vec<String> = Vec::new();
        for source in sources {
            with.extend(source.steps(self));
        }
        let readings = sources.iter().map(Source::readings).map(|name| format!("SELECT * FROM {name}"));
        with.push(format!("readings AS (\n  {}\n)", readings.collect::<Vec<_>>().join("\n  UNION ALL ")));
        with.push(format!("outcomes AS (\n{}\n)", self.outcomes()));
        let keys = ["is_sampled", COUNTRY, "voucher_amount"].into_iter().map(str::to_owned);
        let keys = keys.chain(self.rules.splits().enumerate().map(|(at, _)| code_name(at)));
        let keys = keys.collect::<Vec<_>>().join(", ");
        format!(
            "WITH {}\nSELECT {keys}, count(*) AS events\nFROM outcomes\nGROUP BY {keys}",
            with.join(",\n")
        )
    }

    /// Returns the statement over a view `events` whose columns are all text, with what its numbers
    /// mean as comments.
    #[must_use]
    pub fn portable(&self) -> String {
        let columns = ColumnKind::needed(self.rules).into_iter();
        let columns =
            columns.map(|kind| SourceColumn { kind, name: kind.name().to_owned(), form: Form::Text });
        let table = Table { name: EVENTS.to_owned(), paths: PathTexts::new(), is_sampled: false };
        let source = Source { name: EVENTS.to_owned(), columns: columns.collect(), tables: vec![table] };
        format!("{}{}", self.legend(), self.statement(&[source]))
    }

    fn legend(&self) -> String {
        let columns: Vec<_> = ColumnKind::needed(self.rules).into_iter().map(ColumnKind::name).collect();
        let mut legend = format!(
            "-- Counts the events of a view `{EVENTS}` with these columns, all of them text: {}.\n\
             -- country: as it is spelled; which spellings are one country is not decided here.\n\
             -- voucher_amount: in ten-thousandths; null is missing, {BAD} is bad.\n",
            columns.join(", ")
        );
        for (at, split) in self.rules.splits().enumerate() {
            let codes = outcome::codes(split).into_iter();
            let codes: Vec<_> = codes.map(|(code, name)| format!("{code} {name}")).collect();
            // A string cannot fail to be written to.
            let _ = writeln!(legend, "-- {}: {} is {}", code_name(at), split.name(), codes.join(", "));
        }
        legend
    }

    /// The step from readings to outcomes; only events of a selected country that have an amount
    /// have any.
    fn outcomes(&self) -> String {
        let amount = outcome::amount(self.rules.cleaning());
        let counts = format!("({amount}) >= 0");
        let counts = if self.selection.is_some() { format!("r.{IS_WANTED} AND {counts}") } else { counts };
        let codes = self.rules.splits().enumerate().map(|(at, split)| {
            let code = outcome::code(split, self.rules.cleaning());
            format!("    CASE WHEN {counts} THEN {code} ELSE {UNCLASSIFIED} END AS {}", code_name(at))
        });
        let codes: Vec<_> = codes.collect();
        format!(
            "  SELECT r.is_sampled, r.{COUNTRY},\n    {amount} AS voucher_amount,\n{}\n  FROM readings AS r",
            codes.join(",\n")
        )
    }
}

/// Returns how the column of a split's codes is called.
fn code_name(at: usize) -> String {
    format!("outcome_{at}")
}

/// Returns text as a literal. What an engine may take for the beginning of an escape, or a file for
/// the end of a line, is written by its number.
pub(crate) fn literal(text: &str) -> String {
    let is_special = |letter: char| letter == '\\' || letter.is_ascii_control() && letter != '\0';
    let mut parts = Vec::new();
    for part in text.split_inclusive(is_special) {
        let special = part.chars().next_back().filter(|letter| is_special(*letter));
        let plain = special.map_or(part, |letter| part.strip_suffix(letter).unwrap_or(part));
        if !plain.is_empty() {
            parts.push(format!("'{}'", plain.replace('\'', "''")));
        }
        parts.extend(special.map(|letter| format!("chr({})", u32::from(letter))));
    }
    match parts.len() {
        0 => "''".to_owned(),
        1 => parts.remove(0),
        _ => format!("({})", parts.join(" || ")),
    }
}

#[cfg(test)]
mod tests;
