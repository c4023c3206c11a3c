//! Shows what is published: tables of countries, runs, and how they differ.

mod lookup;

mod runs;

mod text;

mod page;

pub use lookup::{ReproduceReport, Reproduced, lookup_text, reproduced_text};
pub use page::published_html;
pub use runs::{rolled_back_text, runs_text, verified_text};
pub use text::{published_schema, published_text};
