//! Checksums of pages: the CRC-32 of a page as it is stored, header left out, if its writer gave
//! one.
//! <https://parquet.apache.org/docs/file-format/data-pages/checksumming/>

use crate::stream::PageHeader;
use parquet::errors::{ParquetError, Result};

/// Holds a page, given with its header in front, to its checksum.
///
/// # Errors
///
/// If it has another.
pub(crate) fn check(header: &PageHeader, bytes: &[u8]) -> Result<()> {
    let Some(expected) = header.checksum else { return Ok(()) };
    let page = bytes.get(header.header_bytes..).unwrap_or_default();
    match libdeflater::crc32(page) {
        found if found == expected => Ok(()),
        found => Err(ParquetError::General(format!(
            "a page does not have its checksum: {expected:08x} was written, {found:08x} is found"
        ))),
    }
}
