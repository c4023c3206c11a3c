//! Turns bytes from the store into windows of whole pages. Nothing else crosses from tokio to rayon.

mod budget;

mod column_pages;

mod window;

mod produce;

#[cfg(test)]
pub(crate) use column_pages::ColumnPages;
pub use column_pages::{DataPage, DictionaryPage, WindowPages};
pub use produce::{Read, produce};
pub use window::{Window, WindowColumn};
