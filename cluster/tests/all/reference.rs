//! Rows and rules as plain values, those of the ETL's own tests.

#[path = "../../../etl/tests/all/reference/rules.rs"]
mod rules;
#[expect(dead_code, reason = "nothing is read from values here")]
#[path = "../../../etl/tests/all/reference/value.rs"]
mod value;

pub(crate) use rules::{Epoch, Rules};
pub(crate) use value::{Column, Row, Value};
