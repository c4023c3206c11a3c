//! The rules as one SQL statement: reads values by their grammars, classifies, counts.
//!
//! It uses only built-in expressions that DataFusion, DuckDB and Spark share, so each can run the same
//! text over a view `events` of texts.

mod literal;
mod question;
mod source;
mod statement;
mod steps;

mod text;

mod country;
mod day;
mod float;
mod number;

mod outcome;

pub(crate) use country::refused;
pub(crate) use literal::BAD;
pub use outcome::{Code, UNCLASSIFIED};
pub use question::Question;
pub use source::{Form, PathTexts, Source, SourceColumn, Table};

#[cfg(test)]
mod tests;
