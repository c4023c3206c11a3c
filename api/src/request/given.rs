//! Reads a field that is there, or adds its fault.

use super::field::Wrong;
use crate::fault::{Fault, FaultCode};
use serde_json::value::RawValue;

/// Reads a field that has to be there; `None` with a fault.
pub(super) fn needed<T>(
    name: &'static str,
    value: Option<&RawValue>,
    reader: impl FnOnce(&RawValue) -> Result<T, Wrong>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    if let Some(value) = value {
        return read(name, value, reader, faults);
    }
    faults.push(Fault::at(format!("/{name}"), FaultCode::Missing, format!("{name} is missing")));
    None
}

/// Reads a field; `None` with a fault.
pub(super) fn read<T>(
    name: &str,
    value: &RawValue,
    reader: impl FnOnce(&RawValue) -> Result<T, Wrong>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let (code, problem) = match reader(value) {
        Ok(value) => return Some(value),
        Err(wrong) => wrong,
    };
    faults.push(Fault::at(format!("/{name}"), code, format!("{name} {problem}")));
    None
}
