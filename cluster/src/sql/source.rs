//! Files whose columns have the same types: how each column is read.

use super::steps::Steps;
use super::{Question, day, literal, number};
use arrow::datatypes::{DataType, TimeUnit};
use etl::plan::{Column, ColumnKind, ColumnSource};
use std::collections::BTreeMap;

/// Blanks, as the grammars have them: they are trimmed.
const BLANKS: &str = " \t";
/// A country's key has at most so many bytes, and every character takes at least one.
const COUNTRY_CHARS_MAX: usize = 128;
/// What a spelling that no country has is counted as, so that nonsense makes few groups.
const NO_COUNTRY: &str = "#";

/// How the values of a column are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As text.
    Text,
    /// In the path, as text that is the same in every row of a table, or null.
    Path,
    /// As integers.
    Integer,
    /// As floats; whole ones below this are printed with all their digits.
    Float(i64),
    /// As exact decimals.
    Decimal,
    /// As so many units of time a day.
    Ticks(i64),
}

/// A column of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceColumn {
    /// Which one it is.
    pub kind: ColumnKind,
    /// How it is stored.
    pub form: Form,
}

/// Files whose columns are stored alike: their tables are read by the same expressions, so that a
/// thousand folders make a plan of a thousand scans and not of a thousand times all that follows.
#[derive(Debug, Clone)]
pub struct Source {
    /// What the names of its table expressions begin with.
    pub name: String,
    /// The columns that the rules need.
    pub columns: Vec<SourceColumn>,
    /// Its tables, of which there is at least one.
    pub tables: Vec<Table>,
}

/// Files of the same texts in their paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the engine calls it.
    pub name: String,
    /// The texts in the path, of each column of the form [`Form::Path`].
    pub paths: PathTexts,
    /// Whether its rows are counted apart, to be held against other counts.
    pub is_sampled: bool,
}

/// Texts in a path by the column that they are of; null where the path says so.
pub type PathTexts = BTreeMap<ColumnKind, Option<String>>;

impl Form {
    /// Returns how the values of a planned column are stored.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        const DAY_SECONDS: i64 = 86_400;
        match &column.source {
            ColumnSource::Path(_) => Self::Path,
            ColumnSource::Leaf(leaf) => match &leaf.rows.data_type {
                // Like a path that says null.
                DataType::Null => Self::Path,
                DataType::Float64 => Self::Float(1 << 53),
                DataType::Float16 | DataType::Float32 => Self::Float(1 << 24),
                DataType::Decimal32(..)
                | DataType::Decimal64(..)
                | DataType::Decimal128(..)
                | DataType::Decimal256(..) => Self::Decimal,
                other if other.is_integer() => Self::Integer,
                DataType::Timestamp(TimeUnit::Second, _) => Self::Ticks(DAY_SECONDS),
                DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Date64 => {
                    Self::Ticks(DAY_SECONDS * 1_000)
                }
                DataType::Timestamp(TimeUnit::Microsecond, _) => Self::Ticks(DAY_SECONDS * 1_000_000),
                DataType::Timestamp(TimeUnit::Nanosecond, _) => Self::Ticks(DAY_SECONDS * 1_000_000_000),
                DataType::Date32 => Self::Ticks(1),
                _ => Self::Text,
            },
        }
    }
}

impl Source {
    /// Returns the name of the table expression that has its rows read.
    pub(super) fn readings(&self) -> String {
        format!("{}_readings", self.name)
    }

    /// Returns the table expressions that lead to its readings.
    pub(super) fn steps(&self, question: &Question<'_>) -> Vec<String> {
        let columns = self.columns.iter().filter(|column| column.kind != ColumnKind::CountryCode);
        let steps: Vec<_> = columns.map(|column| column.steps(question)).collect();
        let count = steps.iter().map(Steps::count).max().unwrap_or_default().max(1);
        let begin: Vec<_> = self.tables.iter().map(|table| self.begin(table)).collect();
        let mut expressions = vec![format!("{}_0 AS (\n{}\n)", self.name, begin.join("\n  UNION ALL\n"))];
        for at in 0..count {
            let name = if at + 1 == count { self.readings() } else { format!("{}_{}", self.name, at + 1) };
            let mut selected = vec!["e.is_sampled".to_owned(), "e.country".to_owned()];
            selected.extend(steps.iter().flat_map(|steps| steps.selected(at)));
            let selected = selected.join(",\n    ");
            expressions.push(format!("{name} AS (\n  SELECT {selected}\n  FROM {}_{at} AS e\n)", self.name));
        }
        expressions
    }

    /// The columns as they are stored, but the country read: it decides whether others are needed.
    fn begin(&self, table: &Table) -> String {
        let mut selected = vec![format!("{} AS is_sampled", table.is_sampled)];
        for column in &self.columns {
            let stored = table.stored(column);
            selected.push(match column.kind {
                ColumnKind::CountryCode => format!("{} AS country", country(&stored)),
                other => format!("{stored} AS {}", other.name()),
            });
        }
        format!("  SELECT {}\n  FROM {} AS e", selected.join(", "), table.name)
    }
}

impl Table {
    fn stored(&self, column: &SourceColumn) -> String {
        match (&column.form, self.paths.get(&column.kind)) {
            (Form::Path, Some(Some(text))) => literal(text),
            (Form::Path, _) => "CAST(NULL AS VARCHAR)".to_owned(),
            _ => format!("e.{}", column.kind.name()),
        }
    }
}

impl SourceColumn {
    /// Returns what a planned column is.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        Self { kind: column.kind, form: Form::of(column) }
    }

    fn steps(&self, question: &Question<'_>) -> Steps {
        let stored = format!("e.{}", self.kind.name());
        // Of a country that nobody asked for, no value is looked at.
        let wanted = |expression: String| match question.is_selected("e.country") {
            Some(is_selected) => format!("CASE WHEN {is_selected} THEN {expression} END"),
            None => expression,
        };
        let trimmed = || wanted(trimmed(&stored));
        match (self.kind, &self.form) {
            (ColumnKind::VoucherAmount | ColumnKind::TotalOrders, form) => {
                let number = number::Number::of(self.kind);
                match form {
                    Form::Integer => number.of_integers(&wanted(stored)),
                    Form::Float(exact_below) => number.of_floats(&wanted(stored), *exact_below),
                    Form::Decimal => number.of_decimals(&wanted(format!("CAST({stored} AS VARCHAR)"))),
                    Form::Text | Form::Path | Form::Ticks(_) => number.of_texts(&trimmed()),
                }
            }
            (kind, Form::Ticks(per_day)) => day::from_ticks(kind, &wanted(stored), *per_day),
            (kind, _) => day::from_texts(kind, &trimmed()),
        }
    }
}

/// Text without blanks at either end, null where nothing is left.
fn trimmed(text: &str) -> String {
    format!("NULLIF(TRIM(BOTH {} FROM {text}), '')", literal(BLANKS))
}

/// The spelling of a country; what cannot be one is not told apart.
fn country(stored: &str) -> String {
    let spelling = trimmed(stored);
    format!(
        "CASE WHEN length({spelling}) > {COUNTRY_CHARS_MAX} OR {spelling} LIKE '%{NO_COUNTRY}%' \
         THEN '{NO_COUNTRY}' ELSE {spelling} END"
    )
}
