//! Turns windows into Arrow arrays, one column at a time, with the readers of the crate `parquet`.
//!
//! The columns of a window begin at different rows, since pages do. So each column has its own
//! reader, which skips to the window's first row. All readers give batches of the same rows.

mod codec;

mod pages;

mod crate_pages;

mod keys;

mod texts;

mod page_claims;

mod nulls;

mod array_reader;

mod column_reader;

pub use array_reader::BATCH_ROWS;
pub use column_reader::{Batch, ColumnReader};
pub use nulls::is_not_null;
pub use texts::Texts;
