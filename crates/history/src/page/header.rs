//! The sizes in a page's header, read and bounded before anything is allocated for the page.
//!
//! The crate `parquet` keeps its own reader of this to itself. Here are only the fields that
//! decide where pages end and which rows they hold; the decoder reads the header again, and finds
//! the same in it, since every field has the type that the format gives it.
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>

use crate::thrift::shape::PAGE_HEADER;
use crate::thrift::{Compact, FALSE, I32, STRUCT, Stop, TRUE, zigzag};

/// Bytes of a header: it may carry the smallest and largest value of its page.
const HEADER_BYTES_MAX: usize = 16 << 20;
/// Bytes of one page, compressed or not. Writers aim at 1 MiB; some put a whole chunk in a page.
const PAGE_BYTES_MAX: u32 = 256 << 20;
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
    /// The CRC-32 of the page as it is stored, if the writer gave one.
    pub checksum: Option<u32>,
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

/// Reads the header at the start of `bytes`.
///
/// # Errors
///
/// If it is not complete, or beyond our bounds.
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
    let (mut structures, mut details) = (0, None);
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
                details = Some((id, details_of(reader)?));
            }
            (_, field) => reader.skip(field, 0)?,
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
            let rows = u64::try_from(rows).map_err(|_| Stop::Bad(format!("a page claims {rows} values")))?;
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
        header_bytes: reader.position(),
        page_bytes: bytes(compressed)?,
        uncompressed_bytes: bytes(uncompressed)?,
        checksum,
        details: details.map(|(_, details)| details),
    })
}

/// The numbers and truth values of a structure, by field; the rest of it is skipped.
fn details_of(reader: &mut Compact<'_>) -> Result<[Option<i64>; DETAILS], Stop> {
    let mut details = [None; DETAILS];
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        let detail = usize::try_from(id).ok().and_then(|id| details.get_mut(id.checked_sub(1)?));
        match (detail, field) {
            (Some(detail), I32) => *detail = Some(zigzag(reader.varint()?)),
            (Some(detail), TRUE | FALSE) => *detail = Some(i64::from(field == TRUE)),
            (_, field) => reader.skip(field, 1)?,
        }
    }
    Ok(details)
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
