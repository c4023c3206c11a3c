//! Reads Thrift's compact protocol, as far as parquet headers and footers need it, and bounds what
//! it reads before a decoder that trusts claims sees the same bytes.
//!
//! The reader of the crate `parquet` is private, trusts the claimed length of a list, and ignores
//! the type that a field claims to have. Both readers agree on where fields end only if every field
//! of the format has the type of the format: [`Compact::structure`] checks that. The crate sees
//! only the parts of a footer that [`crate::plan`] writes anew, so other parts may have fields of
//! any type.
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>

pub(crate) mod shape;

#[cfg(test)]
mod tests;

use shape::{Kind, Shape};
use std::ops::Range;

/// Maximum bytes of one text, or of the length of one list: more than any header or footer has.
const FIELD_BYTES_MAX: u64 = 64 << 20;
/// Maximum nesting of structures and lists within unknown fields.
const DEPTH_MAX: u32 = 16;

/// Types of fields.
pub(crate) const TRUE: u8 = 1;
pub(crate) const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
pub(crate) const I32: u8 = 5;
pub(crate) const I64: u8 = 6;
const DOUBLE: u8 = 7;
pub(crate) const BINARY: u8 = 8;
pub(crate) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(crate) const STRUCT: u8 = 12;

/// Why reading stops.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// The bytes end too early.
    Incomplete,
    /// The bytes are invalid, or beyond our bounds.
    Bad(String),
}

/// Reported for each part of a structure while its shape is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A number, with its field.
    Number(i16, i64),
    /// The length of a text in bytes, with its field.
    Text(i16, usize),
    /// The number of elements of a list, with its field; the elements follow.
    List(i16, u64),
    /// The end of the structure.
    End,
}

/// Reads bytes from front to back.
pub(crate) struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether the crate does not read the same bytes.
    is_alone: bool,
}

impl<'a> Compact<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, is_alone: false }
    }

    /// Reads bytes that the crate does not see, from position `at` on. Lists of booleans, which the
    /// crate reads differently from all other readers, are skipped.
    pub(crate) fn alone(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, is_alone: true }
    }

    /// Returns how many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Reads a structure and checks the types of its fields; unknown fields are skipped. `see` is
    /// called for each part of it and of the structures within it.
    pub(crate) fn structure(
        &mut self,
        shape: &'static Shape,
        see: &mut impl FnMut(&'static Shape, Seen) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut id = 0;
        while let Some((next, field)) = self.field(id)? {
            id = next;
            match shape.kind_of(id) {
                Some(kind) => self.known(shape, id, field, kind, see)?,
                None => self.skip(field, 0)?,
            }
        }
        see(shape, Seen::End)
    }

    fn known(
        &mut self,
        shape: &'static Shape,
        id: i16,
        field: u8,
        kind: &'static Kind,
        see: &mut impl FnMut(&'static Shape, Seen) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        match (kind, field) {
            (Kind::Truth, TRUE | FALSE) => Ok(()),
            (Kind::Byte, BYTE) => self.advance(1),
            (Kind::Number, I16 | I32 | I64) => {
                let number = zigzag(self.varint()?);
                see(shape, Seen::Number(id, number))
            }
            (Kind::Double, DOUBLE) => self.advance(8),
            (Kind::Text, BINARY) => {
                let length = self.text()?;
                see(shape, Seen::Text(id, length))
            }
            (Kind::Structure(inner), STRUCT) => self.structure(inner, see),
            (Kind::List(element), LIST) => {
                let (element_type, length) = self.list()?;
                see(shape, Seen::List(id, length))?;
                for _ in 0..length {
                    match (element, element_type) {
                        (Kind::Structure(inner), STRUCT) => self.structure(inner, see)?,
                        (Kind::Number, I16 | I32 | I64) => drop(self.varint()?),
                        _ => return Err(wrong_type(shape, id)),
                    }
                }
                Ok(())
            }
            _ => Err(wrong_type(shape, id)),
        }
    }

    /// The next field's number and type; `None` at the end of the structure.
    pub(crate) fn field(&mut self, last: i16) -> Result<Option<(i16, u8)>, Stop> {
        let byte = self.byte()?;
        if byte == 0 {
            return Ok(None);
        }
        let id = match byte >> 4 {
            0 => i16::try_from(zigzag(self.varint()?)).ok(),
            delta => last.checked_add(i16::from(delta)),
        };
        let id = id.ok_or_else(|| Stop::Bad("it has a field beyond all numbers".to_owned()))?;
        Ok(Some((id, byte & 0x0f)))
    }

    /// Skips a field of this type.
    pub(crate) fn skip(&mut self, field: u8, depth: u32) -> Result<(), Stop> {
        if depth > DEPTH_MAX {
            return Err(Stop::Bad("it is nested too deeply".to_owned()));
        }
        match field {
            TRUE | FALSE => Ok(()),
            BYTE => self.advance(1),
            I16 | I32 | I64 => self.varint().map(|_| ()),
            DOUBLE => self.advance(8),
            BINARY => self.text().map(|_| ()),
            LIST | SET => {
                let (element, length) = self.list()?;
                // Every element has at least one byte, so this ends with the bytes.
                (0..length).try_for_each(|_| self.skip_element(element, depth))
            }
            MAP => {
                let length = self.length()?;
                let types = if length == 0 { 0 } else { self.byte()? };
                (0..length).try_for_each(|_| {
                    self.skip_element(types >> 4, depth)?;
                    self.skip_element(types & 0x0f, depth)
                })
            }
            STRUCT => {
                let mut id = 0;
                while let Some((next, field)) = self.field(id)? {
                    id = next;
                    self.skip(field, depth + 1)?;
                }
                Ok(())
            }
            other => Err(Stop::Bad(format!("it has a field of unknown type {other}"))),
        }
    }

    /// Within a collection, each boolean takes one byte, except for the crate. No field of the
    /// format has such a collection, so it is refused.
    fn skip_element(&mut self, element: u8, depth: u32) -> Result<(), Stop> {
        match element {
            TRUE | FALSE if self.is_alone => self.advance(1),
            TRUE | FALSE => Err(Stop::Bad("it has a list of truth values".to_owned())),
            element => self.skip(element, depth + 1),
        }
    }

    /// Reads a number of any width.
    pub(crate) fn number(&mut self) -> Result<i64, Stop> {
        self.varint().map(zigzag)
    }

    /// Reads a text; returns its position.
    pub(crate) fn text_range(&mut self) -> Result<Range<usize>, Stop> {
        let length = self.length()?;
        let start = self.at;
        self.advance(length)?;
        Ok(start..self.at)
    }

    /// Reads the type and number of a list's elements.
    pub(crate) fn list(&mut self) -> Result<(u8, u64), Stop> {
        let head = self.byte()?;
        let length = if head >> 4 == 15 { self.length()? } else { u64::from(head >> 4) };
        Ok((head & 0x0f, length))
    }

    fn length(&mut self) -> Result<u64, Stop> {
        let length = self.varint()?;
        let is_sound = length <= FIELD_BYTES_MAX;
        is_sound.then_some(length).ok_or_else(|| Stop::Bad(format!("it claims {length} bytes or elements")))
    }

    fn text(&mut self) -> Result<usize, Stop> {
        let start = self.at;
        let length = self.length()?;
        self.advance(length)?;
        Ok(self.at - start)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, Stop> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Stop::Bad("it has a number of more than 64 bits".to_owned()))
    }

    fn byte(&mut self) -> Result<u8, Stop> {
        let byte = *self.bytes.get(self.at).ok_or(Stop::Incomplete)?;
        self.at += 1;
        Ok(byte)
    }

    fn advance(&mut self, bytes: u64) -> Result<(), Stop> {
        let end = usize::try_from(bytes).ok().and_then(|bytes| self.at.checked_add(bytes));
        self.at = end.filter(|end| *end <= self.bytes.len()).ok_or(Stop::Incomplete)?;
        Ok(())
    }
}

fn wrong_type(shape: &Shape, id: i16) -> Stop {
    Stop::Bad(format!("field {id} of its {} has a wrong type", shape.name))
}

pub(crate) fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}
