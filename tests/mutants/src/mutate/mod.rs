//! Changes of valid files.

mod change;

mod odd;

mod pages;

mod header;

mod schema;

mod footer;

mod bytes;

mod mutator;

mod column;

pub use column::with_column;
pub use mutator::{Mutant, Mutator};
pub use pages::nulls;
pub(crate) use pages::set_rows;
