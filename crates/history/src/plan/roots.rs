//! Reads the names in a footer's schema: its root columns are the only ones looked up by name.
//! Types and annotations are read only for needed columns.

use super::footer_claims::Refused;
use crate::thrift::{BINARY, Compact, I32, LIST, STRUCT, Stop};
use std::borrow::Cow;
use std::ops::Range;

/// Bytes that a root column takes here.
const ROOT_BYTES: u64 = 160;
/// The key under which Arrow writers store their schema.
const ARROW_SCHEMA: &[u8] = b"ARROW:schema";

/// What a footer says besides its row groups.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// The root columns.
    pub(super) roots: Vec<Root>,
    /// The number of columns of values: roots, or columns within them.
    pub(super) leaves: usize,
    /// Where the list of row groups begins, at its head.
    pub(super) row_groups: Option<usize>,
    /// The stored Arrow schema, in base64.
    pub(super) arrow: Option<Range<usize>>,
}

/// A root column.
#[derive(Debug)]
pub(super) struct Root {
    /// Its own schema node.
    pub(super) element: Element,
    /// Its columns of values, as positions among those of the file; itself, if it is one.
    pub(super) leaves: Range<usize>,
    /// Bits of the levels of its first column of values.
    pub(super) levels: Levels,
}

/// Bits of each kind of level; 0 if there are no levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Levels {
    /// Bits of the levels that say whether a value exists.
    pub(crate) definition: u8,
    /// Bits of the levels that say which values belong to one row.
    pub(crate) repetition: u8,
}

/// A node of the schema.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    /// Its bytes in the footer.
    pub(super) bytes: Range<usize>,
    /// The position of its name.
    pub(super) name: Range<usize>,
    /// The number of its physical type; `None` for a group of columns.
    pub(super) physical: Option<i64>,
    /// Whether it has exactly one value, at most one, or any number.
    pub(super) repetition: Option<i64>,
    /// The number of its converted type, the older annotation.
    pub(super) converted: Option<i64>,
    /// The field of its logical type, the newer annotation.
    pub(super) logical: Option<i16>,
    children: u64,
}

/// Numbers of the format's enumerations.
/// <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>
mod number {
    pub(super) const REQUIRED: i64 = 0;
    pub(super) const OPTIONAL: i64 = 1;
    pub(super) const REPEATED: i64 = 2;
    pub(super) const BYTE_ARRAY: i64 = 6;
    /// The converted type of texts.
    pub(super) const UTF8: i64 = 0;
    /// The converted types of texts, enumerations and JSON.
    pub(super) const TEXTS: [i64; 3] = [UTF8, 4, 19];
    /// The same as logical types.
    pub(super) const LOGICAL_TEXTS: [i16; 3] = [1, 4, 12];
    /// Known logical types other than texts.
    pub(super) const LOGICAL_OTHERS: [i16; 15] = [2, 3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18];
}

impl Element {
    /// Returns whether it is a column of values.
    pub(super) fn is_leaf(&self) -> bool {
        self.children == 0 && self.physical.is_some()
    }

    /// Returns whether each row has exactly one value or null.
    pub(super) fn is_flat(&self) -> bool {
        self.is_leaf() && matches!(self.repetition, Some(number::REQUIRED | number::OPTIONAL))
    }

    /// Returns whether a row may be null.
    pub(super) fn is_nullable(&self) -> bool {
        self.repetition == Some(number::OPTIONAL)
    }

    /// Returns whether its values are declared as texts in the way that all readers know.
    pub(super) fn is_utf8(&self) -> bool {
        self.converted == Some(number::UTF8)
    }

    /// Returns whether its values are texts: declared as texts, enumerations or JSON, or undeclared
    /// bytes, as Impala and older Sparks write them. An unknown newer annotation does not hide the
    /// older one.
    pub(super) fn is_text(&self) -> bool {
        let is_other = self.logical.is_some_and(|field| number::LOGICAL_OTHERS.contains(&field));
        let is_said = self.logical.is_some_and(|field| number::LOGICAL_TEXTS.contains(&field))
            || self.converted.is_some_and(|converted| number::TEXTS.contains(&converted));
        let is_bare = self.logical.is_none() && self.converted.is_none();
        self.physical == Some(number::BYTE_ARRAY) && !is_other && (is_said || is_bare)
    }
}

impl Schema {
    /// Reads what a footer says besides its row groups.
    ///
    /// # Errors
    ///
    /// If the footer is invalid, or has more columns than fit into `bytes_max`.
    pub(super) fn read(footer: &[u8], bytes_max: u64) -> Result<Self, Refused> {
        let mut reader = Compact::alone(footer, 0);
        let mut schema = Self::default();
        let mut has_schema = false;
        let mut id = 0;
        while let Some((next, field)) = reader.field(id)? {
            id = next;
            match (id, field) {
                (2, LIST) => {
                    schema.read_roots(footer, &mut reader, bytes_max)?;
                    has_schema = true;
                }
                (4, LIST) => {
                    schema.row_groups = Some(reader.position());
                    reader.skip(field, 0)?;
                }
                (5, LIST) => schema.arrow = arrow_schema(footer, &mut reader)?,
                (2 | 4 | 5, _) => return Err(Stop::Bad(format!("field {id} of it has a wrong type")).into()),
                (_, field) => reader.skip(field, 0)?,
            }
        }
        match (has_schema, schema.row_groups) {
            (true, Some(_)) => Ok(schema),
            (false, _) => Err(Stop::Bad("it has no schema".to_owned()).into()),
            (true, None) => Err(Stop::Bad("it has no list of row groups".to_owned()).into()),
        }
    }

    /// Returns the names of the roots.
    pub(super) fn names<'f>(&self, footer: &'f [u8]) -> Vec<Cow<'f, str>> {
        self.roots.iter().map(|root| String::from_utf8_lossy(&footer[root.element.name.clone()])).collect()
    }

    fn read_roots(&mut self, footer: &[u8], reader: &mut Compact<'_>, bytes_max: u64) -> Result<(), Refused> {
        self.roots.clear();
        self.leaves = 0;
        let mut left = elements(reader)?;
        let mut next = |reader: &mut Compact<'_>| {
            left = left.checked_sub(1).ok_or_else(|| Stop::Bad("its schema ends too early".to_owned()))?;
            element(footer, reader)
        };
        let top = next(reader)?;
        for _ in 0..top.children {
            if (self.roots.len() as u64 + 1) * ROOT_BYTES > bytes_max {
                return Err(Refused::Large(top.children.saturating_mul(ROOT_BYTES)));
            }
            let root = next(reader)?;
            let first_leaf = self.leaves;
            let mut levels = None;
            // The groups around the current node: children still to come, and their own levels.
            let mut groups: Vec<(u64, [u64; 2])> = Vec::new();
            let mut node = root.clone();
            loop {
                let above = groups.last().map_or([0, 0], |(_, depth)| *depth);
                let depth = depth_of(&node, above);
                if let Some((left, _)) = groups.last_mut() {
                    *left -= 1;
                }
                if node.children > 0 {
                    groups.push((node.children, depth));
                } else if node.is_leaf() {
                    self.leaves += 1;
                    levels.get_or_insert(depth);
                }
                while groups.last().is_some_and(|(left, _)| *left == 0) {
                    groups.pop();
                }
                if groups.is_empty() {
                    break;
                }
                node = next(reader)?;
            }
            let [definition, repetition] = levels.unwrap_or_default().map(bits);
            let levels = Levels { definition, repetition };
            self.roots.push(Root { element: root, leaves: first_leaf..self.leaves, levels });
        }
        if left > 0 {
            return Err(Stop::Bad(format!("its schema has {left} nodes that are in no group")).into());
        }
        Ok(())
    }
}

/// Returns the deepest levels within `node`, definition and repetition, given those above it.
fn depth_of(node: &Element, [definition, repetition]: [u64; 2]) -> [u64; 2] {
    match node.repetition {
        Some(number::OPTIONAL) => [definition + 1, repetition],
        Some(number::REPEATED) => [definition + 1, repetition + 1],
        _ => [definition, repetition],
    }
}

/// Returns the bits of the numbers up to `depth`.
fn bits(depth: u64) -> u8 {
    u8::try_from(u64::BITS - depth.leading_zeros()).unwrap_or(u8::MAX)
}

/// Returns the length of a list of structures.
pub(super) fn elements(reader: &mut Compact<'_>) -> Result<u64, Stop> {
    match reader.list()? {
        (_, 0) => Ok(0),
        (STRUCT, length) => Ok(length),
        _ => Err(Stop::Bad("it has a list of a wrong type".to_owned())),
    }
}

/// Reads a node of the schema; fields of unexpected types are skipped.
fn element(footer: &[u8], reader: &mut Compact<'_>) -> Result<Element, Stop> {
    let start = reader.position();
    let mut element = Element::default();
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        match (id, field) {
            (1, I32) => element.physical = Some(reader.number()?),
            (3, I32) => element.repetition = Some(reader.number()?),
            (4, BINARY) => element.name = reader.text_range()?,
            (5, I32) => {
                let children = reader.number()?;
                let is_sound = i32::try_from(children).is_ok_and(|children| children >= 0);
                element.children = u64::try_from(children)
                    .ok()
                    .filter(|_| is_sound)
                    .ok_or_else(|| Stop::Bad(format!("its schema claims {children} children")))?;
            }
            (6, I32) => element.converted = Some(reader.number()?),
            (10, STRUCT) => {
                let at = reader.position();
                reader.skip(field, 0)?;
                // A union: its only field says which structure it is.
                element.logical = Compact::alone(footer, at).field(0)?.map(|(member, _)| member);
            }
            (_, field) => reader.skip(field, 0)?,
        }
    }
    element.bytes = start..reader.position();
    Ok(element)
}

/// Finds the stored Arrow schema among the key-value pairs.
fn arrow_schema(footer: &[u8], reader: &mut Compact<'_>) -> Result<Option<Range<usize>>, Stop> {
    let mut found = None;
    for _ in 0..elements(reader)? {
        let (mut key, mut value) = (0..0, None);
        let mut id = 0;
        while let Some((next, field)) = reader.field(id)? {
            id = next;
            match (id, field) {
                (1, BINARY) => key = reader.text_range()?,
                (2, BINARY) => value = Some(reader.text_range()?),
                (_, field) => reader.skip(field, 0)?,
            }
        }
        if &footer[key] == ARROW_SCHEMA && found.is_none() {
            found = value;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
