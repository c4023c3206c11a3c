//! The whole ETL once more, row by row and as naively as its description: what the real one is
//! held against. It shares no code with it, and reads no file: rows and rules are plain values.

mod value;

pub(crate) mod text;

pub(crate) mod number;

pub(crate) mod day;

pub(crate) mod country;

pub(crate) mod rules;

pub(crate) mod answer;

pub(crate) use answer::{Cells, answer};
pub(crate) use country::country;
pub(crate) use rules::Rules;
pub(crate) use value::{Column, Read, Row, Value};
