//! The sizes in a page's header, read and bounded before anything is allocated for the page.
//!
//! The crate `parquet` keeps its own reader of this to itself. Here are only the fields that
//! decide where pages end and which rows they hold; the decoder reads the header again.
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>

/// Bytes of a header: it may carry the smallest and largest value of its page.
const HEADER_BYTES_MAX: usize = 16 << 20;
/// Bytes of one page, compressed or not. Writers aim at 1 MiB; some put a whole chunk in a page.
const PAGE_BYTES_MAX: u32 = 256 << 20;
/// Structures within structures of a header; the format has three.
const DEPTH_MAX: u32 = 8;

/// Fields of the structure that a header has for its kind of page.
const DETAILS: usize = 7;

/// What kind of page follows, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageHeader {
    /// What the page holds.
    pub kind: PageKind,
    /// Bytes of the header itself.
    pub header_bytes: usize,
    /// Bytes of the page behind it.
    pub page_bytes: usize,
    /// Bytes of the page once decompressed, levels included.
    pub uncompressed_bytes: usize,
    /// The fields of the structure for this kind of page, by number less one; truth values are 0
    /// and 1. `None` where there is no such structure, or there are several.
    pub details: Option<[Option<i64>; DETAILS]>,
}

impl PageHeader {
    /// Returns the bytes at the start of the page that are never compressed: the levels of version
    /// 2. Other pages have none, as far as their header says.
    #[must_use]
    pub fn plain_bytes(&self) -> usize {
        let PageKind::Data { version: 2, .. } = self.kind else { return 0 };
        let levels = self.details.map(|details| [details[4], details[5]]).into_iter().flatten().flatten();
        levels.filter_map(|bytes| usize::try_from(bytes).ok()).fold(0, usize::saturating_add)
    }
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// The distinct values of a chunk.
    Dictionary,
    /// Values, nulls included: rows, since our columns are flat.
    Data {
        /// How many.
        rows: u64,
        /// The version of the page's layout, 1 or 2.
        version: u8,
    },
    /// An index page, or one of a later format: it is passed over.
    Other,
}

/// Why a header was not read.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// The bytes end within it.
    Incomplete,
    /// It is nonsense, or beyond our bounds.
    Bad(String),
}

/// Reads the header at the start of `bytes`.
///
/// # Errors
///
/// If it is not complete, or beyond our bounds.
pub fn read(bytes: &[u8]) -> Result<PageHeader, Stop> {
    let mut reader = Compact { bytes, at: 0 };
    let header = reader.page_header();
    match header {
        Err(Stop::Incomplete) if bytes.len() > HEADER_BYTES_MAX => {
            Err(Stop::Bad(format!("a page header is longer than {HEADER_BYTES_MAX} bytes")))
        }
        other => other,
    }
}

/// Thrift's compact protocol, as far as a page header needs it.
struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
}

// Types of fields.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

impl Compact<'_> {
    fn page_header(&mut self) -> Result<PageHeader, Stop> {
        let (mut kind, mut uncompressed, mut compressed) = (None, None, None);
        let (mut structures, mut details) = (0, None);
        let mut id = 0;
        while let Some((next, field)) = self.field(id)? {
            id = next;
            match (id, field) {
                (1, I32) => kind = Some(self.varint()?),
                (2, I32) => uncompressed = Some(self.size("uncompressed")?),
                (3, I32) => compressed = Some(self.size("compressed")?),
                // DataPageHeader, DictionaryPageHeader and DataPageHeaderV2.
                (5 | 7 | 8, STRUCT) => {
                    structures += 1;
                    details = Some((id, self.details()?));
                }
                (_, field) => self.skip(field, 0)?,
            }
        }
        let (Some(kind), Some(uncompressed), Some(compressed)) = (kind, uncompressed, compressed) else {
            return Err(Stop::Bad("a page header lacks its type or its sizes".to_owned()));
        };
        // Of several structures the last says how many rows there are, as it always did here; the
        // rest of such a header is left to the decoder.
        let values = details.filter(|(id, _)| *id != 7).and_then(|(_, details)| details[0]);
        let kind = match (kind >> 1, values) {
            (kind @ (0 | 3), Some(rows)) => {
                let rows =
                    u64::try_from(rows).map_err(|_| Stop::Bad(format!("a page claims {rows} values")))?;
                PageKind::Data { rows, version: if kind == 0 { 1 } else { 2 } }
            }
            (0 | 3, None) => {
                return Err(Stop::Bad("a data page does not say how many values it has".to_owned()));
            }
            (2, _) => PageKind::Dictionary,
            _ => PageKind::Other,
        };
        let structure = match kind {
            PageKind::Data { version: 1, .. } => 5,
            PageKind::Data { .. } => 8,
            PageKind::Dictionary => 7,
            PageKind::Other => 0,
        };
        let details = details.filter(|(id, _)| structures == 1 && *id == structure);
        let bytes = |size| usize::try_from(size).map_err(|error| Stop::Bad(format!("a page size: {error}")));
        Ok(PageHeader {
            kind,
            header_bytes: self.at,
            page_bytes: bytes(compressed)?,
            uncompressed_bytes: bytes(uncompressed)?,
            details: details.map(|(_, details)| details),
        })
    }

    /// The numbers and truth values of a structure, by field; the rest of it is skipped.
    fn details(&mut self) -> Result<[Option<i64>; DETAILS], Stop> {
        let mut details = [None; DETAILS];
        let mut id = 0;
        while let Some((next, field)) = self.field(id)? {
            id = next;
            let detail = usize::try_from(id).ok().and_then(|id| details.get_mut(id.checked_sub(1)?));
            match (detail, field) {
                (Some(detail), I32) => *detail = Some(zigzag(self.varint()?)),
                (Some(detail), TRUE | FALSE) => *detail = Some(i64::from(field == TRUE)),
                (_, field) => self.skip(field, 1)?,
            }
        }
        Ok(details)
    }

    fn size(&mut self, what: &str) -> Result<u32, Stop> {
        let size = zigzag(self.varint()?);
        u32::try_from(size).ok().filter(|size| *size <= PAGE_BYTES_MAX).ok_or_else(|| {
            Stop::Bad(format!("a page claims {size} {what} bytes, more than {PAGE_BYTES_MAX}"))
        })
    }

    /// The next field's number and type; `None` at the end of the structure.
    fn field(&mut self, last: i16) -> Result<Option<(i16, u8)>, Stop> {
        let byte = self.byte()?;
        if byte == 0 {
            return Ok(None);
        }
        let id = match byte >> 4 {
            0 => i16::try_from(zigzag(self.varint()?)).ok(),
            delta => last.checked_add(i16::from(delta)),
        };
        let id = id.ok_or_else(|| Stop::Bad("a page header has a field beyond all numbers".to_owned()))?;
        Ok(Some((id, byte & 0x0f)))
    }

    fn skip(&mut self, field: u8, depth: u32) -> Result<(), Stop> {
        if depth > DEPTH_MAX {
            return Err(Stop::Bad("a page header is nested too deeply".to_owned()));
        }
        match field {
            TRUE | FALSE => Ok(()),
            BYTE => self.advance(1),
            I16 | I32 | I64 => self.varint().map(|_| ()),
            DOUBLE => self.advance(8),
            BINARY => {
                let length = self.varint()?;
                self.advance(length)
            }
            LIST | SET => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                // Every element has a byte at least, so this ends with the bytes.
                (0..length).try_for_each(|_| self.skip_element(head & 0x0f, depth))
            }
            MAP => {
                let length = self.varint()?;
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
            other => Err(Stop::Bad(format!("a page header has a field of unknown type {other}"))),
        }
    }

    /// Within a collection a truth value is a byte of its own.
    fn skip_element(&mut self, element: u8, depth: u32) -> Result<(), Stop> {
        match element {
            TRUE | FALSE => self.advance(1),
            element => self.skip(element, depth + 1),
        }
    }

    fn varint(&mut self) -> Result<u64, Stop> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Stop::Bad("a page header has a number of more than 64 bits".to_owned()))
    }

    fn byte(&mut self) -> Result<u8, Stop> {
        let byte = *self.bytes.get(self.at).ok_or(Stop::Incomplete)?;
        self.at += 1;
        Ok(byte)
    }

    fn advance(&mut self, bytes: u64) -> Result<(), Stop> {
        if bytes > HEADER_BYTES_MAX as u64 {
            return Err(Stop::Bad(format!("a page header is longer than {HEADER_BYTES_MAX} bytes")));
        }
        let end = usize::try_from(bytes).ok().and_then(|bytes| self.at.checked_add(bytes));
        self.at = end.filter(|end| *end <= self.bytes.len()).ok_or(Stop::Incomplete)?;
        Ok(())
    }
}

fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests;
