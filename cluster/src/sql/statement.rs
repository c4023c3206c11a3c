//! A question as one SQL statement.

use super::country::{COUNTRY, IS_WANTED};
use super::literal::BAD;
use super::outcome::{self, UNCLASSIFIED};
use super::question::Question;
use super::source::{Form, PathTexts, Source, SourceColumn, Table};
use history::plan::ColumnKind;
use std::fmt::Write;

/// The view of the portable statement.
const EVENTS: &str = "events";

impl Question<'_> {
    /// Returns the statement that counts the rows of `sources`.
    ///
    /// Its columns: whether the rows are of the sample, the country's spelling, the amount in
    /// ten-thousandths (null: missing, -1: bad), a [`Code`](super::Code) for each split, and the events.
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

    /// Returns the statement over a view `events` of text columns, with comments that explain its
    /// numbers.
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
            // Writing to a string cannot fail.
            let _ = writeln!(legend, "-- {}: {} is {}", code_name(at), split.name(), codes.join(", "));
        }
        legend
    }

    /// Returns the step from readings to outcomes, for events of selected countries with an amount.
    fn outcomes(&self) -> String {
        let amount = outcome::amount(self.rules.cleaning());
        let counts = format!("({amount}) >= 0");
        let counts = if self.selection.is_all() { counts } else { format!("r.{IS_WANTED} AND {counts}") };
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

/// Returns the column name of a split's codes.
fn code_name(at: usize) -> String {
    format!("outcome_{at}")
}
