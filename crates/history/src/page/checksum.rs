//! Checksums of pages: the CRC-32 of a page as stored, without its header, if the writer gave one.
//! <https://parquet.apache.org/docs/file-format/data-pages/checksumming/>

use super::header::PageHeader;
use crate::thrift::{Compact, Stop};
use parquet::errors::{ParquetError, Result};

/// The number of the field before the checksum in a page header.
const FIELD_BEFORE: i16 = 3;
/// The head of the checksum field: a 32-bit number in the field after the previous one.
const NEXT_I32: u8 = 0x15;

/// Checks a page, with its header in front, against its checksum.
///
/// # Errors
///
/// If they differ.
pub fn check(header: &PageHeader, bytes: &[u8]) -> Result<()> {
    let Some(expected) = header.checksum else { return Ok(()) };
    let page = bytes.get(header.header_bytes..).unwrap_or_default();
    match libdeflater::crc32(page) {
        found if found == expected => Ok(()),
        found => Err(ParquetError::General(format!(
            "a page does not have its checksum: {expected:08x} was written, {found:08x} is found"
        ))),
    }
}

/// Appends a page whose header has no checksum, and adds one after the sizes.
///
/// # Errors
///
/// If `page` does not begin with a header, or its header already has a checksum.
pub fn append_checked(page: &[u8], header_bytes: usize, to: &mut Vec<u8>) -> std::result::Result<(), Stop> {
    let mut reader = Compact::new(page);
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        reader.skip(field, 0)?;
        if id == FIELD_BEFORE {
            break;
        }
    }
    let at = reader.position();
    // Fields are numbered by the distance to the one before: the next one is now a step nearer.
    let next = page.get(at).and_then(|next| next.checked_sub(0x10));
    let next = next.ok_or_else(|| Stop::Bad("a page header ends at its sizes".to_owned()))?;
    to.extend_from_slice(&page[..at]);
    to.push(NEXT_I32);
    let checksum = i64::from(libdeflater::crc32(&page[header_bytes..]).cast_signed());
    let mut zigzag = ((checksum << 1) ^ (checksum >> 63)).cast_unsigned();
    while zigzag >= 0x80 {
        to.push(zigzag.to_le_bytes()[0] | 0x80);
        zigzag >>= 7;
    }
    to.push(zigzag.to_le_bytes()[0]);
    to.push(next);
    to.extend_from_slice(&page[at + 1..]);
    Ok(())
}
