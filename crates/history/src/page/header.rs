//! Reads and bounds the sizes in a page header before memory is allocated for the page.
//!
//! The reader of the crate `parquet` is private. This one reads only the fields that decide where
//! pages end and which rows they hold. The decoder reads the header again and finds the same
//! values, since every field has the type that the format gives it.
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>

use crate::thrift::shape::PAGE_HEADER;
use crate::thrift::{Compact, FALSE, I32, STRUCT, Stop, TRUE, zigzag};
use parquet::basic::Encoding;

/// Maximum bytes of a header: it may carry the smallest and largest value of its page.
const HEADER_BYTES_MAX: usize = 16 << 20;
/// Maximum bytes of one page, compressed or not. Writers aim at 1 MiB; some put a whole chunk in a
/// page.
const PAGE_BYTES_MAX: u32 = 256 << 20;
/// Number of fields of the largest structure about one kind of page.
const FIELDS: usize = 7;

/// The numbers and booleans of a structure, by field number less one; booleans are 0 and 1.
type Fields = [Option<i64>; FIELDS];

/// The kind of a page, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageHeader {
    /// What the page holds.
    pub kind: PageKind,
    /// Bytes of the header.
    pub header_bytes: usize,
    /// Bytes of the page after it.
    pub page_bytes: usize,
    /// Bytes of the page once decompressed, levels included.
    pub uncompressed_bytes: usize,
    /// The CRC-32 of the page as stored, if the writer gave one.
    pub checksum: Option<u32>,
    /// What else the header says about a page of this kind; `None` if it has no such structure, or
    /// several.
    pub details: Option<PageDetails>,
}

impl PageHeader {
    /// Returns the bytes at the start of the page that are never compressed: the levels of version
    /// 2. Headers of other pages name none.
    #[must_use]
    pub fn plain_bytes(&self) -> usize {
        let Some(PageDetails::Version2 { definition_bytes, repetition_bytes, .. }) = self.details else {
            return 0;
        };
        let levels = [definition_bytes, repetition_bytes].into_iter().flatten();
        levels.filter_map(|bytes| usize::try_from(bytes).ok()).fold(0, usize::saturating_add)
    }
}

/// What a decoder must know about a page. Fields that are missing or wrong are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the format")]
pub enum PageDetails {
    /// `DictionaryPageHeader`.
    Dictionary { values: Option<u32>, encoding: Option<Encoding> },
    /// `DataPageHeader`.
    Version1 {
        values: Option<u32>,
        encoding: Option<Encoding>,
        definition_encoding: Option<Encoding>,
        repetition_encoding: Option<Encoding>,
    },
    /// `DataPageHeaderV2`.
    Version2 {
        values: Option<u32>,
        nulls: Option<u32>,
        rows: Option<u32>,
        encoding: Option<Encoding>,
        definition_bytes: Option<u32>,
        repetition_bytes: Option<u32>,
        is_compressed: bool,
    },
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// The distinct values of a chunk.
    Dictionary,
    /// Values, including nulls: one per row, since our columns are flat.
    Data {
        /// Number of rows.
        rows: u64,
        /// The version of the page's layout, 1 or 2.
        version: u8,
    },
    /// An index page, or a page of a later format: it is skipped.
    Other,
}

/// Reads the header at the start of `bytes`.
///
/// # Errors
///
/// If it is incomplete, or beyond our bounds.
pub fn read(bytes: &[u8]) -> Result<PageHeader, Stop> {
    let bytes = &bytes[..bytes.len().min(HEADER_BYTES_MAX)];
    match Compact::new(bytes).structure(&PAGE_HEADER, &mut |_, _| Ok(())) {
        Ok(()) => page_header(&mut Compact::new(bytes)),
        Err(Stop::Incomplete) if bytes.len() < HEADER_BYTES_MAX => Err(Stop::Incomplete),
        Err(Stop::Incomplete) => {
            Err(Stop::Bad(format!("a page header is longer than {HEADER_BYTES_MAX} bytes")))
        }
        Err(Stop::Bad(problem)) => Err(Stop::Bad(format!("a page header is nonsense: {problem}"))),
    }
}

fn page_header(reader: &mut Compact<'_>) -> Result<PageHeader, Stop> {
    let (mut kind, mut uncompressed, mut compressed) = (None, None, None);
    let (mut structures, mut fields) = (0, None);
    let mut checksum = None;
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        match (id, field) {
            (1, I32) => kind = Some(reader.varint()?),
            (2, I32) => uncompressed = Some(size(reader, "uncompressed")?),
            (3, I32) => compressed = Some(size(reader, "compressed")?),
            (4, I32) => checksum = Some(crc(reader.varint()?)?),
            // DataPageHeader, DictionaryPageHeader and DataPageHeaderV2.
            (5 | 7 | 8, STRUCT) => {
                structures += 1;
                fields = Some((id, fields_of(reader)?));
            }
            (_, field) => reader.skip(field, 0)?,
        }
    }
    let (Some(kind), Some(uncompressed), Some(compressed)) = (kind, uncompressed, compressed) else {
        return Err(Stop::Bad("a page header lacks its type or its sizes".to_owned()));
    };
    // With several structures, the last one gives the number of rows, as it always has here; the
    // decoder reads the rest of such a header.
    let values = fields.filter(|(id, _)| *id != 7).and_then(|(_, fields)| fields[0]);
    let kind = match (kind >> 1, values) {
        (kind @ (0 | 3), Some(rows)) => {
            let rows = u64::try_from(rows).map_err(|_| Stop::Bad(format!("a page claims {rows} values")))?;
            PageKind::Data { rows, version: if kind == 0 { 1 } else { 2 } }
        }
        (0 | 3, None) => {
            return Err(Stop::Bad("a data page does not say how many values it has".to_owned()));
        }
        (2, _) => PageKind::Dictionary,
        _ => PageKind::Other,
    };
    let details = match (kind, fields.filter(|_| structures == 1)) {
        (PageKind::Data { version: 1, .. }, Some((5, fields))) => Some(version1(fields)),
        (PageKind::Data { version: 2, .. }, Some((8, fields))) => Some(version2(fields)),
        (PageKind::Dictionary, Some((7, fields))) => Some(dictionary(fields)),
        _ => None,
    };
    let bytes = |size| usize::try_from(size).map_err(|error| Stop::Bad(format!("a page size: {error}")));
    Ok(PageHeader {
        kind,
        header_bytes: reader.position(),
        page_bytes: bytes(compressed)?,
        uncompressed_bytes: bytes(uncompressed)?,
        checksum,
        details,
    })
}

fn dictionary([values, encoding, ..]: Fields) -> PageDetails {
    PageDetails::Dictionary { values: number(values), encoding: encoding.and_then(encoding_of) }
}

fn version1([values, encoding, definition, repetition, ..]: Fields) -> PageDetails {
    PageDetails::Version1 {
        values: number(values),
        encoding: encoding.and_then(encoding_of),
        definition_encoding: definition.and_then(encoding_of),
        repetition_encoding: repetition.and_then(encoding_of),
    }
}

fn version2([values, nulls, rows, encoding, definition, repetition, is_compressed]: Fields) -> PageDetails {
    PageDetails::Version2 {
        values: number(values),
        nulls: number(nulls),
        rows: number(rows),
        encoding: encoding.and_then(encoding_of),
        definition_bytes: number(definition),
        repetition_bytes: number(repetition),
        is_compressed: is_compressed != Some(0),
    }
}

fn number(field: Option<i64>) -> Option<u32> {
    u32::try_from(field?).ok()
}

/// <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>: `Encoding`
fn encoding_of(number: i64) -> Option<Encoding> {
    Some(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return None,
    })
}

/// Reads a structure; fields that are neither numbers nor booleans are skipped.
fn fields_of(reader: &mut Compact<'_>) -> Result<Fields, Stop> {
    let mut fields = [None; FIELDS];
    let mut id = 0;
    while let Some((next, kind)) = reader.field(id)? {
        id = next;
        let field = usize::try_from(id).ok().and_then(|id| fields.get_mut(id.checked_sub(1)?));
        match (field, kind) {
            (Some(field), I32) => *field = Some(zigzag(reader.varint()?)),
            (Some(field), TRUE | FALSE) => *field = Some(i64::from(kind == TRUE)),
            (_, kind) => reader.skip(kind, 1)?,
        }
    }
    Ok(fields)
}

/// The format has no unsigned numbers: a checksum is the signed number of the same bits.
fn crc(number: u64) -> Result<u32, Stop> {
    let signed = i32::try_from(zigzag(number));
    signed
        .map(i32::cast_unsigned)
        .map_err(|_| Stop::Bad("a page's checksum has more than 32 bits".to_owned()))
}

fn size(reader: &mut Compact<'_>, what: &str) -> Result<u32, Stop> {
    let size = zigzag(reader.varint()?);
    u32::try_from(size)
        .ok()
        .filter(|size| *size <= PAGE_BYTES_MAX)
        .ok_or_else(|| Stop::Bad(format!("a page claims {size} {what} bytes, more than {PAGE_BYTES_MAX}")))
}

#[cfg(test)]
mod tests;
