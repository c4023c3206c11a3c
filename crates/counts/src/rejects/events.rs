//! Rejected events on their way from the threads that fold to the one that writes.

use anyhow::Result;
use arrow::array::StringArray;
use segments::reason::RejectReason;
use std::sync::Arc;

/// Takes the bytes of a file that are ready.
pub(super) type Ready<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// Bytes of a value that are kept: enough to know it again.
pub const VALUE_BYTES_MAX: usize = 256;

/// Returns the beginning of a value as long as it is kept; a character is whole or not there.
#[must_use]
pub fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(VALUE_BYTES_MAX)]
}

/// Some rejected events of one row group, all for what stands in one column. Each is a line of
/// every one of `segments`.
#[derive(Debug, Clone)]
pub struct RejectedEvents {
    /// The file, as it is called in messages.
    pub file: Arc<str>,
    /// The row group's position in the file.
    pub row_group: usize,
    /// The column that the values are of.
    pub column: &'static str,
    /// The names of the segments that the events are left out of.
    pub segments: Arc<[String]>,
    /// The rows, as positions in the row group.
    pub rows: Vec<u64>,
    /// Why, for each row.
    pub reasons: Vec<RejectReason>,
    /// What is seen in the column, for each row.
    pub values: StringArray,
    /// The time of the order, for each row, where an event is dated before it; otherwise null.
    pub order_values: StringArray,
}

impl RejectedEvents {
    /// Returns how many lines they are.
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
