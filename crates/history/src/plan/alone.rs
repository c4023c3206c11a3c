//! Writes a footer of one column anew: the crate `parquet` decodes nothing else of a file.
//!
//! The crate refuses a whole footer for one column that it does not know: an encoding of a later
//! version of the format, an annotation that does not fit its type. Here it sees only needed
//! columns, and errors name the column. Everything copied keeps its bytes.

use super::groups::{ChunkPart, Group};
use super::roots::{Element, elements};
use crate::thrift::{BINARY, Compact, I32, I64, LIST, STRUCT, Stop};
use std::ops::Range;

/// How to present the column to the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// As the footer describes it.
    Itself,
    /// As text, whatever the footer says.
    Text,
    /// As a column whose values are never read.
    Levels,
}

/// Encodings of this version of the format.
/// <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>
const ENCODINGS: [i64; 9] = [0, 2, 3, 4, 5, 6, 7, 8, 9];
const PLAIN: i64 = 0;
const OPTIONAL: i64 = 1;
const INT32: i64 = 1;
const BYTE_ARRAY: i64 = 6;
const UTF8: i64 = 0;
/// Types of pages.
const PAGE_TYPES: Range<i64> = 0..4;

/// Fields of a chunk's metadata that are copied: type, codec, values, bytes, offsets, statistics.
const COPIED: [i16; 8] = [1, 4, 5, 6, 7, 9, 11, 12];

/// Writes a footer of the root column `element` of `footer`, with its `which`th chunk of each row
/// group.
///
/// # Errors
///
/// If the description of a chunk is invalid.
pub(super) fn footer_of(
    footer: &[u8],
    element: &Element,
    seen_as: As,
    groups: &[Group],
    which: usize,
) -> Result<Vec<u8>, Stop> {
    let mut writer = Writer::default();
    writer.number(1, I32, 1);
    writer.list(2, STRUCT, 2);
    // The root node of the schema.
    writer.text(4, b"schema");
    writer.number(5, I32, 1);
    writer.end();
    write_element(&mut writer, footer, element, seen_as);
    writer.number(3, I64, 0);
    writer.list(4, STRUCT, groups.len());
    for group in groups {
        writer.list(1, STRUCT, 1);
        writer.number(2, I64, 0);
        writer.field(3, STRUCT);
        write_metadata(&mut writer, footer, &group.chunks[which], seen_as)?;
        writer.end();
        writer.number(2, I64, 0);
        writer.number(3, I64, group.rows);
        writer.end();
    }
    writer.end();
    Ok(writer.bytes)
}

fn write_element(writer: &mut Writer, footer: &[u8], element: &Element, seen_as: As) {
    match seen_as {
        As::Itself => return writer.bytes.extend_from_slice(&footer[element.bytes.clone()]),
        As::Text => {
            writer.number(1, I32, BYTE_ARRAY);
            writer.number(3, I32, element.repetition.unwrap_or(OPTIONAL));
        }
        As::Levels => {
            writer.number(1, I32, INT32);
            writer.number(3, I32, OPTIONAL);
        }
    }
    writer.text(4, &footer[element.name.clone()]);
    if seen_as == As::Text {
        writer.number(6, I32, UTF8);
    }
    writer.end();
}

/// Writes the metadata of a chunk. An unknown encoding is written as plain: pages name their own
/// encoding.
fn write_metadata(writer: &mut Writer, footer: &[u8], part: &ChunkPart, seen_as: As) -> Result<(), Stop> {
    let range = part.metadata.clone().unwrap_or(0..0);
    let mut reader = Compact::alone(&footer[..range.end], range.start);
    let (mut encodings, mut has_unknown, mut statistics) = (Vec::new(), false, None);
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        let start = reader.position();
        match (id, field) {
            (2, LIST) => {
                let (element, length) = reader.list()?;
                if length > 0 && element != I32 {
                    return Err(Stop::Bad("its encodings are not numbers".to_owned()));
                }
                for _ in 0..length {
                    let encoding = reader.number()?;
                    has_unknown |= !ENCODINGS.contains(&encoding);
                    encodings.push(encoding);
                }
            }
            (13, LIST) => {
                let is_known = page_encodings(&mut reader)?;
                has_unknown |= !is_known;
                statistics = Some(start..reader.position());
            }
            (_, field) => {
                reader.skip(field, 0)?;
                let is_copied = match seen_as {
                    As::Levels => COPIED.contains(&id) && !matches!(id, 1 | 12),
                    As::Itself | As::Text => COPIED.contains(&id),
                };
                if is_copied {
                    writer.field(id, field);
                    writer.bytes.extend_from_slice(&footer[start..reader.position()]);
                }
            }
        }
    }
    if seen_as == As::Levels {
        writer.number(1, I32, INT32);
    }
    encodings.retain(|encoding| ENCODINGS.contains(encoding));
    if has_unknown {
        encodings.push(PLAIN);
    }
    writer.list(2, I32, encodings.len());
    for encoding in encodings {
        writer.varint(zigzag(encoding));
    }
    if let Some(statistics) = statistics.filter(|_| !has_unknown) {
        writer.field(13, LIST);
        writer.bytes.extend_from_slice(&footer[statistics]);
    }
    writer.end();
    Ok(())
}

/// Reads how many pages have each encoding; returns whether all encodings are known.
fn page_encodings(reader: &mut Compact<'_>) -> Result<bool, Stop> {
    let mut is_known = true;
    for _ in 0..elements(reader)? {
        let mut id = 0;
        while let Some((next, field)) = reader.field(id)? {
            id = next;
            match (id, field) {
                (1, I32) => is_known &= PAGE_TYPES.contains(&reader.number()?),
                (2, I32) => is_known &= ENCODINGS.contains(&reader.number()?),
                (_, field) => reader.skip(field, 0)?,
            }
        }
    }
    Ok(is_known)
}

/// Writes structures; fields may come in any order of their numbers.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn field(&mut self, id: i16, field: u8) {
        self.bytes.push(field);
        self.varint(zigzag(i64::from(id)));
    }

    fn number(&mut self, id: i16, field: u8, number: i64) {
        self.field(id, field);
        self.varint(zigzag(number));
    }

    fn text(&mut self, id: i16, text: &[u8]) {
        self.field(id, BINARY);
        self.varint(text.len() as u64);
        self.bytes.extend_from_slice(text);
    }

    fn list(&mut self, id: i16, element: u8, length: usize) {
        self.field(id, LIST);
        self.bytes.push(0xf0 | element);
        self.varint(length as u64);
    }

    fn end(&mut self) {
        self.bytes.push(0);
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.bytes.push(number.to_le_bytes()[0]);
    }
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}
