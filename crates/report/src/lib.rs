//! All that is shown of a run, of the published table and of a history: text, JSON and its
//! schemas, pages with charts.

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
