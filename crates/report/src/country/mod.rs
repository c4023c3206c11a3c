//! The section of a page about one country, and what text reports share with it.

mod fates;

mod charts;

mod section;

pub(crate) use charts::{rest_label, verdict};
pub(crate) use fates::Fates;
pub(crate) use section::{BUCKET_COLUMNS, Changes, Section};
