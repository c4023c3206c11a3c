//! Shows runs, the published table and histories: as text, JSON with its schemas, and pages with
//! charts.

mod format;

mod schema;

mod terminal;

mod inputs;

mod buckets;

mod changes;

mod distribution;

mod html;

mod country;

pub mod plan;

pub mod run;

pub mod published;

pub mod profile;

pub use changes::diff_text;
pub use terminal::Paint;
