//! Checks the claims of a footer against bounds before it is decoded. The decoder trusts the length
//! of a list and the number of a schema's children, descends a schema by recursion, and needs many
//! times the bytes of a footer that describes many chunks. It cannot return an error for any of
//! these.

use crate::thrift::shape::{FILE, ROW_GROUP, SCHEMA_ELEMENT, Shape};
use crate::thrift::{Compact, Seen, Stop};

/// Maximum levels of a schema: structures within structures.
const SCHEMA_DEPTH_MAX: usize = 100;
/// Bytes that the decoder needs for a schema node with its name, type and description.
const ELEMENT_BYTES: u64 = 1 << 10;
/// Bytes that it needs for a column chunk, and for a row group without its chunks.
pub(super) const CHUNK_BYTES: u64 = 1 << 10;
pub(super) const ROW_GROUP_BYTES: u64 = 512;
/// Bytes that it needs for an element of any other list: at most two texts.
const OTHER_BYTES: u64 = 64;
/// Bytes that it needs for each child that a group claims, before the child exists.
const CHILD_BYTES: u64 = 8;

/// Why a footer is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// The bytes are not a valid footer.
    Nonsense(String),
    /// It would need this many bytes of memory.
    Large(u64),
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Self {
        Self::Nonsense(match stop {
            Stop::Incomplete => "its footer ends too early".to_owned(),
            Stop::Bad(problem) => format!("its footer is nonsense: {problem}"),
        })
    }
}

/// Returns about how many bytes the decoder needs for this footer.
///
/// # Errors
///
/// If the footer is invalid, or the decoder must not see it.
pub(super) fn decoded_bytes(footer: &[u8]) -> Result<u64, Refused> {
    let mut claims = Claims { bytes: footer.len() as u64, ..Claims::default() };
    Compact::new(footer).structure(&FILE, &mut |shape, seen| claims.see(shape, seen))?;
    Ok(claims.bytes)
}

#[derive(Default)]
struct Claims {
    /// Bytes that everything needs so far.
    bytes: u64,
    /// The current schema node: the bytes of its name, and the number of children it claims.
    name_bytes: u64,
    children: u64,
    /// The groups around it: children still to come, and bytes of the path to them.
    groups: Vec<(u64, u64)>,
}

impl Claims {
    fn see(&mut self, shape: &'static Shape, seen: Seen) -> Result<(), Stop> {
        match seen {
            Seen::List(field, length) => {
                let element = match field {
                    2 if shape.is(&FILE) => ELEMENT_BYTES,
                    4 if shape.is(&FILE) => ROW_GROUP_BYTES,
                    1 if shape.is(&ROW_GROUP) => CHUNK_BYTES,
                    _ => OTHER_BYTES,
                };
                self.add(length.saturating_mul(element));
            }
            Seen::Text(4, bytes) if shape.is(&SCHEMA_ELEMENT) => self.name_bytes = bytes as u64,
            Seen::Number(field, number) if shape.is(&SCHEMA_ELEMENT) => {
                // The decoder cuts numbers off at 32 bits.
                let number = i32::try_from(number)
                    .map_err(|_| Stop::Bad(format!("field {field} of its schema is {number}")))?;
                if field == 5 {
                    self.children = u64::try_from(number)
                        .map_err(|_| Stop::Bad(format!("its schema claims {number} children")))?;
                }
            }
            Seen::End if shape.is(&SCHEMA_ELEMENT) => self.element()?,
            Seen::Text(..) | Seen::Number(..) | Seen::End => {}
        }
        Ok(())
    }

    /// Every column keeps the names of all groups around it.
    fn element(&mut self) -> Result<(), Stop> {
        let children = std::mem::take(&mut self.children);
        let above = self.groups.last_mut().map_or(0, |(left, path)| {
            *left -= 1;
            *path
        });
        let path = above.saturating_add(std::mem::take(&mut self.name_bytes)).saturating_add(OTHER_BYTES);
        if children > 0 {
            self.add(children.saturating_mul(CHILD_BYTES));
            self.groups.push((children, path));
        } else {
            self.add(path);
        }
        if self.groups.len() > SCHEMA_DEPTH_MAX {
            return Err(Stop::Bad(format!("its schema is nested in more than {SCHEMA_DEPTH_MAX} levels")));
        }
        while self.groups.last().is_some_and(|(left, _)| *left == 0) {
            self.groups.pop();
        }
        Ok(())
    }

    fn add(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caught::caught;
    use parquet::file::metadata::ParquetMetaDataReader;

    const MIB: u64 = 1 << 20;

    fn varint(mut number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while number >= 0x80 {
            bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        bytes.push(number.to_le_bytes()[0]);
        bytes
    }

    /// A node of the schema: a group of `children`, or a column of integers.
    fn element(name: &[u8], children: u64) -> Vec<u8> {
        let name = [&varint(name.len() as u64), name].concat();
        match children {
            0 => [&[0x15, 2, 0x25, 2, 0x18][..], &name, &[0]].concat(),
            _ => [&[0x35, 0, 0x18][..], &name, &[0x15], &varint(children * 2), &[0]].concat(),
        }
    }

    fn list(field: u8, length: usize, elements: &[u8]) -> Vec<u8> {
        [&[field << 4 | 9, 0xfc][..], &varint(length as u64), elements].concat()
    }

    /// A footer of these nodes, and of row groups that it only claims.
    fn footer(elements: &[Vec<u8>], row_groups: usize) -> Vec<u8> {
        let schema = list(1, elements.len(), &elements.concat());
        let groups = list(1, row_groups, &[]);
        [&[0x15, 2][..], &schema, &[0x16, 0], &groups, &[0]].concat()
    }

    #[track_caller]
    fn check(footer: &[u8], is_within: impl Fn(Result<u64, Refused>) -> bool) {
        let claim = decoded_bytes(footer);
        assert!(is_within(claim.clone()), "{claim:?}");
    }

    #[test]
    fn a_plain_footer_is_what_the_decoder_takes_and_costs_little() {
        let bytes = footer(&[element(b"schema", 2), element(b"a", 0), element(b"b", 0)], 0);
        let metadata = caught(|| ParquetMetaDataReader::decode_metadata(&bytes)).expect("no panic");
        assert_eq!(metadata.expect("a footer").file_metadata().schema_descr().num_columns(), 2);
        check(&bytes, |claim| claim.is_ok_and(|bytes| bytes < 8 << 10));
        for length in 0..bytes.len() {
            check(&bytes[..length], |claim| claim.is_err());
        }
    }

    #[test]
    fn lists_are_as_long_as_they_are() {
        let schema = [element(b"schema", 1), element(b"a", 0)];
        check(&footer(&schema, 1 << 26), |claim| claim.is_err());
        check(&footer(&schema, 1 << 31), |claim| claim.is_err());
    }

    #[test]
    fn children_are_counted() {
        for children in [1 << 20, 1 << 24, (1 << 31) - 1] {
            let bytes = footer(&[element(b"schema", children), element(b"a", 0)], 0);
            check(&bytes, |claim| claim.is_ok_and(|bytes| bytes > children * CHILD_BYTES));
        }
        check(&footer(&[element(b"schema", 1 << 31)], 0), |claim| claim.is_err());
    }

    #[test]
    fn a_schema_has_so_many_levels() {
        for (levels, is_taken) in [(SCHEMA_DEPTH_MAX, true), (SCHEMA_DEPTH_MAX + 1, false), (100_000, false)]
        {
            let mut elements = vec![element(b"x", 1); levels];
            elements.push(element(b"a", 0));
            check(&footer(&elements, 0), |claim| claim.is_ok() == is_taken);
        }
    }

    /// The name of a group is copied for every column below it.
    #[test]
    fn paths_are_counted() {
        let mut elements = vec![element(b"schema", 1), element(&[b'x'; 100_000], 1_000)];
        elements.extend(vec![element(b"a", 0); 1_000]);
        check(&footer(&elements, 0), |claim| claim.is_ok_and(|bytes| bytes > 95 * MIB));
    }

    /// The constants are at least the sizes of the decoder's own structures.
    #[test]
    fn chunks_are_no_larger_than_is_thought() {
        use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
        assert!(size_of::<ColumnChunkMetaData>() as u64 <= CHUNK_BYTES);
        assert!(size_of::<RowGroupMetaData>() as u64 <= ROW_GROUP_BYTES);
    }
}
