//! The whole ETL again, row by row and as naive as its description; the real one is checked against
//! it. It shares no code with the ETL and reads no files: rows and rules are plain values.

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
