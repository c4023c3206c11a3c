//! One fault of a request.

use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// The place in the body, as a JSON pointer (RFC 6901); empty for the body itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/total_orders")]
    pub pointer: Option<String>,
    /// The query parameter, where it is not the body that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<&'static str>,
    /// What is wrong, for programs.
    pub code: FaultCode,
    /// What is wrong, for people.
    #[schema(example = "total_orders must not be negative")]
    pub message: String,
}

/// What may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// It is not there, or null.
    Missing,
    /// It is of another JSON type.
    WrongType,
    /// It is there twice.
    Duplicate,
    /// There is nothing in it.
    Empty,
    /// It has more characters than are read.
    TooLong,
    /// It is outside its grammar, or no day of the calendar.
    Malformed,
    /// It is below 0.
    Negative,
    /// It is not whole.
    Fraction,
    /// It is larger than is believed.
    TooLarge,
    /// It is later than `as_of`.
    LaterThanAsOf,
    /// It is later than the last order.
    LaterThanLastOrder,
    /// The published rules have no segment of this name.
    UnknownSegment,
    /// Objects and lists stand in one another too deep.
    TooDeep,
    /// There are more than are answered at a time.
    TooMany,
    /// It stands beside another field that says the same in another way.
    NotTogether,
}

impl Fault {
    /// Returns a fault of the body, at `pointer`.
    #[must_use]
    pub fn at(pointer: impl Into<String>, code: FaultCode, message: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), parameter: None, code, message: message.into() }
    }

    /// Returns a fault of a query parameter.
    #[must_use]
    pub fn of_parameter(parameter: &'static str, code: FaultCode, message: impl Into<String>) -> Self {
        Self { pointer: None, parameter: Some(parameter), code, message: message.into() }
    }
}
