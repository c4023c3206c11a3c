//! Bytes off the store, as windows of whole pages: this is all that crosses from tokio to rayon.

mod limits;

mod budget;

mod page_header;

mod column_pages;

mod window;

mod produce;

#[cfg(test)]
pub(crate) use column_pages::ColumnPages;
pub use column_pages::{DataPage, DictionaryPage, WindowPages};
pub(crate) use limits::budget_for_footer;
pub use limits::{Limits, MEMORY_BUDGET_DEFAULT, MEMORY_BUDGET_WITH_REJECTS_MIN, parse_memory_budget};
pub use page_header::{PageHeader, PageKind, Stop, read as read_page_header};
pub use produce::{Read, produce};
pub use window::Window;

/// Returns the header of `bytes` if they are one page, header included, that claims no more than a
/// page may.
pub(crate) fn whole_page(bytes: &[u8]) -> Option<PageHeader> {
    let header = page_header::read(bytes).ok()?;
    (header.header_bytes + header.page_bytes == bytes.len()).then_some(header)
}
