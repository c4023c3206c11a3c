//! Shows what is in a history, before it is trusted: the profile as JSON, as text and as a page.

mod bins;

mod years;

mod input;

mod columns;

mod histograms;

mod written_out;

mod spelled;

mod neighbours;

mod near;

mod oddities;

mod margins;

mod report;

mod lines;

mod charts;

mod text;

mod countries_text;

mod html;

pub use bins::{Bin, Bins, Step, TimeBin, TimeBins};
pub(crate) use columns::distinct;
pub use columns::{ColumnProfile, CountryProfile, Spelling, TopValue};
pub use histograms::Histograms;
pub use html::profile_html;
pub(crate) use html::{COUNTRIES_ON_PAGE, TOP_ON_PAGE};
pub use input::ProfileInput;
pub use margins::BucketMargin;
pub use near::{NearCountries, NearCountry, NearPair};
pub use oddities::{Oddity, OddityKind};
pub use report::{ProfileReport, profile_schema};
pub use spelled::{SeveralSpellings, SpelledCountry};
pub use text::profile_text;
