//! The rules: which customers count as alike, and what dirty values mean.
//!
//! A [`Rules`] is always valid. It is read from TOML ([`Rules::from_toml`]) or from the canonical
//! form in a publication ([`Rules::from_canonical`]); both check everything.

mod measure;

mod segment;

mod cleaning;

mod columns;

mod countries;

mod fallback;

mod split;

mod ratio;

mod thresholds;

mod laws;

mod toml;

mod canonical;

pub use self::toml::{RulesError, RulesFile};
pub use canonical::CanonicalError;
pub use cleaning::{Cleaning, EventBeforeOrder, MissingValue};
pub use columns::{COLUMNS, Epoch, SourceColumn, column_key};
pub use fallback::Fallback;
pub use measure::{Measure, OrderDate};
pub use ratio::Ratio;
pub use segment::{Bucket, Segment};
pub use split::{COUNTRY_WIDE, COUNTRY_WIDE_BUCKET, Split};
pub use thresholds::{MaxRejectRatio, OnCopies, Thresholds};

use crate::value::{Country, CountryKey, Field};
use columns::Columns;
use countries::Countries;
use fallback::FallbackOrder;
use serde::{Deserialize, Serialize};

/// The default rules of a run.
pub const RULES_DEFAULT: &str = include_str!("../../rules.toml");
/// The bucket of unclassified events in exports; no bucket or segment may have this name.
pub const UNKNOWN: &str = "Unknown";

/// Segments, sorted by name; cleaning; names of columns and countries; fallback; and the number of
/// events an answer needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    // Fields are in alphabetical order, here and in every type below: the canonical form is the
    // JSON of this struct.
    cleaning: Cleaning,
    // Left out if empty, so that rules without it keep the hash they always had.
    #[serde(default, skip_serializing_if = "Columns::is_empty")]
    columns: Columns,
    // Left out likewise.
    #[serde(default, skip_serializing_if = "Countries::is_empty")]
    countries: Countries,
    #[serde(default, skip_serializing_if = "FallbackOrder::is_empty")]
    fallback: FallbackOrder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_support: Option<u64>,
    segments: Vec<Segment>,
}

impl Rules {
    /// Returns the segments, sorted by name.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Returns how missing values and impossible dates are treated.
    #[must_use]
    pub fn cleaning(&self) -> &Cleaning {
        &self.cleaning
    }

    /// Returns where to look next, in order, if a customer's bucket has no answer; empty unless the
    /// rules have a fallback.
    #[must_use]
    pub fn fallback(&self) -> &[Fallback] {
        &self.fallback.order
    }

    /// Returns how many counted events a bucket needs for its amount to be served; `None` for no minimum.
    #[must_use]
    pub fn min_support(&self) -> Option<u64> {
        self.min_support
    }

    /// Returns the splits by which a country's events are counted: the segments, then the whole
    /// country if a fallback may end there.
    pub fn splits(&self) -> impl Iterator<Item = Split<'_>> {
        let country_wide = self.fallback().contains(&Fallback::Country).then_some(Split::CountryWide);
        self.segments.iter().map(Split::Segment).chain(country_wide)
    }

    /// Returns the segment with this name.
    #[must_use]
    pub fn segment(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.name() == name)
    }

    /// Returns the names that an input gives to the columns these rules need.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        self.columns().into_iter().map(|column| self.source_of(column).0).collect()
    }

    /// Returns the name that a history gives to `column`, one of [`COLUMNS`], and the unit of an
    /// integer in it that is a time.
    #[must_use]
    pub fn source_of<'a>(&'a self, column: &'a str) -> (&'a str, Option<Epoch>) {
        self.columns.get(column).map_or((column, None), |source| (&source.name, source.epoch))
    }

    /// Returns the country that the text of a country column names.
    ///
    /// ```
    /// use segments::rules::{RULES_DEFAULT, Rules};
    /// use segments::value::Field;
    ///
    /// let text = format!("{RULES_DEFAULT}\n[countries]\n\"turkey\" = \"Türkiye\"");
    /// let rules = Rules::from_toml(&text, "rules.toml").expect("valid");
    /// let Field::Value(country) = rules.read_country("TURKEY ") else { panic!("a country") };
    /// assert_eq!((country.key.as_str(), country.spelling.as_str()), ("turkiye", "Türkiye"));
    /// ```
    #[must_use]
    pub fn read_country(&self, text: &str) -> Field<Country> {
        match Country::read_by(text, self.cleaning.missing_country_texts()) {
            Field::Value(country) => {
                Field::Value(self.countries.get(&country.key).cloned().unwrap_or(country))
            }
            other => other,
        }
    }

    /// Returns the key that `key` means: another country's if it is a further name.
    #[must_use]
    pub fn meant_by<'a>(&'a self, key: &'a CountryKey) -> &'a CountryKey {
        self.countries.get(key).map_or(key, |country| &country.key)
    }

    /// Returns the further names of countries, as keys in order, with the countries they mean. A
    /// name may stand for itself, to set the spelling of its country.
    pub fn further_names(&self) -> impl Iterator<Item = (&CountryKey, &Country)> {
        self.countries.iter()
    }

    /// Returns the names of the columns that an input must have for these rules.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        let mut columns = vec!["country_code", "voucher_amount"];
        for segment in &self.segments {
            for column in segment.measure().columns() {
                if !columns.contains(column) {
                    columns.push(column);
                }
            }
        }
        columns
    }
}
