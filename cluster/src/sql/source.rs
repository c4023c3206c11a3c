//! Files with the same column types, and how to read each column.

use super::country::{COUNTRY, IS_WANTED, REFUSED};
use super::literal::literal;
use super::question::Question;
use super::steps::{Steps, named, passed, selected};
use super::{day, float, number, text};
use arrow::datatypes::{DataType, TimeUnit};
use history::plan::{Column, ColumnKind, ColumnSource};
use std::collections::BTreeMap;
use std::iter;

/// How a column's values are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As text.
    Text,
    /// As bytes that are text if they are UTF-8, which is unchecked.
    Bytes,
    /// In the path: one text, or null, for all rows of a table.
    Path,
    /// As integers.
    Integer,
    /// As floats with so many significant digits.
    Float(u32),
    /// As exact decimals.
    Decimal,
    /// As times, with so many units per day.
    Ticks(i64),
    /// In a type that is not read: every row must be null.
    Nulls,
}

/// A column of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceColumn {
    /// Its role.
    pub kind: ColumnKind,
    /// Its name in the files.
    pub name: String,
    /// How its values are stored.
    pub form: Form,
}

/// Files whose columns are stored alike. The same expressions read all their tables: a thousand folders
/// give a plan of a thousand scans, not of a thousand copies of the rest.
#[derive(Debug, Clone)]
pub struct Source {
    /// The prefix of its table expressions' names.
    pub name: String,
    /// The columns that the rules need.
    pub columns: Vec<SourceColumn>,
    /// Its tables, at least one.
    pub tables: Vec<Table>,
}

/// Files with the same texts in their paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The engine's name for it.
    pub name: String,
    /// The texts of the [`Form::Path`] columns.
    pub paths: PathTexts,
    /// Whether its rows are counted apart, for comparison.
    pub is_sampled: bool,
}

/// Texts in a path by column; `None` for null.
pub type PathTexts = BTreeMap<ColumnKind, Option<String>>;

impl Form {
    /// Returns how a planned column's values are stored.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        const DAY_SECONDS: i64 = 86_400;
        let unit_of_time = |unit: &TimeUnit| match unit {
            TimeUnit::Second => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Microsecond => 1_000_000,
            TimeUnit::Nanosecond => 1_000_000_000,
        };
        let ColumnSource::Leaf(leaf) = &column.source else { return Self::Path };
        match &leaf.rows.data_type {
            DataType::Null => Self::Nulls,
            DataType::Float64 => Self::Float(15),
            DataType::Float32 => Self::Float(6),
            DataType::Float16 => Self::Float(3),
            DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Decimal256(..) => Self::Decimal,
            other if other.is_integer() => {
                leaf.epoch.map_or(Self::Integer, |epoch| Self::Ticks(DAY_SECONDS * epoch.per_second()))
            }
            DataType::Timestamp(unit, _) => Self::Ticks(DAY_SECONDS * unit_of_time(unit)),
            DataType::Date64 => Self::Ticks(DAY_SECONDS * 1_000),
            DataType::Date32 => Self::Ticks(1),
            _ if leaf.is_utf8 => Self::Text,
            _ => Self::Bytes,
        }
    }
}

impl Source {
    /// Returns the name of the table expression with its readings.
    pub(super) fn readings(&self) -> String {
        format!("{}_readings", self.name)
    }

    /// Returns the table expressions up to its readings.
    pub(super) fn steps(&self, question: &Question<'_>) -> Vec<String> {
        let begin: Vec<_> = self.tables.iter().map(|table| self.begin(table)).collect();
        let mut expressions = vec![format!("{}_0 AS (\n{}\n)", self.name, begin.join("\n  UNION ALL\n"))];
        // The country comes first: it decides whether other columns are needed.
        let others = self.columns.iter().filter(|column| column.kind != ColumnKind::CountryCode);
        let stored = others.clone().map(|column| column.kind.name()).chain(self.refused().map(|_| REFUSED));
        let country =
            |step: Vec<(String, String)>| step.into_iter().chain(stored.clone().map(passed)).collect();
        let mut steps: Vec<Vec<_>> = question.country_steps().into_iter().map(country).collect();
        if self.refused().is_some() {
            steps.push(country(question.refused_step()));
        }
        let columns: Vec<_> = others.clone().map(|column| column.steps(question)).collect();
        let count = columns.iter().map(Steps::count).max().unwrap_or_default().max(1);
        steps.extend((0..count).map(|at| {
            let read = question.country_columns().map(passed);
            read.chain(columns.iter().flat_map(|steps| steps.selected(at))).collect()
        }));
        let last = steps.len();
        for (at, step) in (1..).zip(steps) {
            let name = if at == last { self.readings() } else { format!("{}_{at}", self.name) };
            let step: Vec<_> = iter::once(passed("is_sampled")).chain(step).map(selected).collect();
            let step = step.join(",\n    ");
            expressions.push(format!(
                "{name} AS (\n  SELECT {step}\n  FROM {}_{} AS e\n)",
                self.name,
                at - 1
            ));
        }
        expressions
    }

    /// Returns the columns as stored.
    fn begin(&self, table: &Table) -> String {
        let mut selected = vec![format!("{} AS is_sampled", table.is_sampled)];
        for column in &self.columns {
            let name = match column.kind {
                ColumnKind::CountryCode => COUNTRY,
                other => other.name(),
            };
            selected.push(format!("{} AS {name}", table.stored(column)));
        }
        selected.extend(self.refused().map(|refused| format!("{refused} AS {REFUSED}")));
        format!("  SELECT {}\n  FROM {} AS e", selected.join(", "), table.name)
    }

    /// Returns the expression for a column with a value in a row in a type that is not read.
    fn refused(&self) -> Option<String> {
        let columns = self.columns.iter().filter(|column| column.form == Form::Nulls);
        let branches: Vec<_> = columns
            .map(|column| {
                format!("WHEN {} IS NOT NULL THEN {}", column.stored(), literal(column.kind.name()))
            })
            .collect();
        (!branches.is_empty()).then(|| format!("CASE {} END", branches.join(" ")))
    }
}

impl Table {
    fn stored(&self, column: &SourceColumn) -> String {
        match (&column.form, self.paths.get(&column.kind)) {
            (Form::Path, Some(Some(text))) => literal(text),
            (Form::Path | Form::Nulls, _) => "CAST(NULL AS VARCHAR)".to_owned(),
            // This fails unless it is UTF-8.
            (Form::Bytes, _) => format!("CAST({} AS VARCHAR)", column.stored()),
            _ => column.stored(),
        }
    }
}

impl SourceColumn {
    /// Returns the role of a planned column.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        let name = match &column.source {
            ColumnSource::Leaf(leaf) => &leaf.name,
            ColumnSource::Path(_) => column.kind.name(),
        };
        Self { kind: column.kind, name: name.to_owned(), form: Form::of(column) }
    }

    /// Returns its name in a statement, quoted only if necessary, since engines quote differently.
    fn stored(&self) -> String {
        if self.name == self.kind.name() {
            format!("e.{}", self.name)
        } else {
            format!("e.\"{}\"", self.name.replace('"', "\"\""))
        }
    }

    fn steps(&self, question: &Question<'_>) -> Steps {
        let stored = format!("e.{}", self.kind.name());
        // For other countries, no other value is read.
        let wanted = |expression: String| {
            if question.selection.is_all() {
                expression
            } else {
                format!("CASE WHEN e.{IS_WANTED} THEN {expression} END")
            }
        };
        let text_name = format!("{}_text", self.kind.name());
        let texts = || {
            let missing = question.rules.cleaning().missing_texts().iter();
            let given = text::unless_missing(&format!("e.{text_name}"), missing);
            Steps::new()
                .then(vec![named(&text_name, wanted(text::trimmed(&stored)))])
                .then(vec![named(&text_name, given)])
        };
        match (self.kind, &self.form) {
            (ColumnKind::VoucherAmount | ColumnKind::TotalOrders, form) => {
                let number = number::Number::of(self.kind);
                match form {
                    Form::Integer => number.of_integers(&wanted(stored)),
                    Form::Float(digits) => float::read(number, &wanted(stored), *digits),
                    Form::Decimal => number.of_decimals(&wanted(stored)),
                    Form::Text | Form::Bytes | Form::Path | Form::Nulls | Form::Ticks(_) => {
                        number.of_texts(texts(), &text_name)
                    }
                }
            }
            (kind, Form::Ticks(per_day)) => day::from_ticks(kind, &wanted(stored), *per_day),
            (kind, _) => day::from_texts(kind, texts(), &text_name),
        }
    }
}
