//! The pages of a column chunk: their headers and checksums.

mod checksum;

mod header;

pub use crate::thrift::Stop;
pub use checksum::{append_checked, check as check_checksum};
pub use header::{PageDetails, PageHeader, PageKind, read as read_header};

/// Returns the header of `bytes` if they are exactly one page, including its header, and the page
/// stays within the bounds.
pub(crate) fn whole(bytes: &[u8]) -> Option<PageHeader> {
    let header = read_header(bytes).ok()?;
    (header.header_bytes + header.page_bytes == bytes.len()).then_some(header)
}
