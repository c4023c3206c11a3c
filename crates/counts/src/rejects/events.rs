//! Rejected events, sent from the threads that fold to the thread that writes.

use anyhow::Result;
use arrow_array::StringArray;
use segments::reason::RejectReason;
use std::sync::Arc;

/// Takes bytes of a file that are ready.
pub(super) type Ready<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// Maximum bytes kept of a value: enough to recognize it.
pub const VALUE_BYTES_MAX: usize = 256;

/// Returns the beginning of a value that is kept; it never ends within a character.
#[must_use]
pub fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(VALUE_BYTES_MAX)]
}

/// Some rejected events of one row group, all because of the same column. Each event gives one line
/// for each of `segments`.
#[derive(Debug, Clone)]
pub struct RejectedEvents {
    /// The file, by its name in messages.
    pub file: Arc<str>,
    /// The row group's position in the file.
    pub row_group: usize,
    /// The column that the values come from.
    pub column: &'static str,
    /// The names of the segments that reject the events.
    pub segments: Arc<[String]>,
    /// The rows, as positions in the row group.
    pub rows: Vec<u64>,
    /// The reason for each row.
    pub reasons: Vec<RejectReason>,
    /// The value of the column for each row.
    pub values: StringArray,
    /// For each row, the time of the order, if the event is dated before it; otherwise null.
    pub order_values: StringArray,
}

impl RejectedEvents {
    /// Returns the number of lines.
    #[must_use]
    pub fn lines(&self) -> u64 {
        (self.rows.len() * self.segments.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_between_characters() {
        let long = |character: char, count: usize| character.to_string().repeat(count);
        for (value, bytes) in [
            (String::new(), 0),
            (long('a', 256), 256),
            (long('a', 257), 256),
            (long('é', 128), 256),
            (long('é', 129), 256),
            (format!("a{}", long('é', 128)), 255),
            (format!("a{}", long('秘', 90)), 256),
            (long('🦀', 65), 256),
            (format!("abc{}", long('🦀', 65)), 255),
        ] {
            assert_eq!(cut(&value).len(), bytes, "{value}");
            assert!(value.starts_with(cut(&value)));
        }
    }
}
