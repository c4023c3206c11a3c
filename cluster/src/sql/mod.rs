//! The rules as one statement of SQL: read values by their grammars, classify, count.
//!
//! It uses built-in expressions only, and of those only what DataFusion, DuckDB and Spark spell
//! alike, so the same text can be run by any of them over a view `events` of texts.

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
