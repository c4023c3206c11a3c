//! Countries: spellings that differ in case and in blanks around them are one.

use super::value::{Read, Value};

/// A country as one event has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spelled {
    pub(crate) key: String,
    pub(crate) spelling: String,
}

/// At most 128 bytes of key, no control character, no `#`.
pub(crate) fn country(value: &Value) -> Read<Spelled> {
    let text = match value {
        Value::Null => None,
        Value::Text(text) => Value::trimmed(text),
        _ => return Read::Bad,
    };
    let Some(spelling) = text else { return Read::Missing };
    let key = spelling.to_lowercase();
    if key.len() > 128 || spelling.chars().any(|character| character == '#' || character.is_control()) {
        return Read::Bad;
    }
    Read::Good(Spelled { key, spelling: spelling.to_owned() })
}
