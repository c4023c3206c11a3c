//! Reports as pages: a run with every amount that it counted, and a run of a country as far as the
//! table has it.

mod fates;

mod charts;

mod section;

mod run;

mod published;

pub(super) use charts::{rest_label, verdict};
pub(super) use fates::Fates;
pub(super) use published::changes_heading;
pub use published::published_html;
pub(crate) use run::write_page;
pub(crate) use section::BUCKET_COLUMNS;
