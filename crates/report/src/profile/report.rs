//! A profile as `profile --format json` prints it.

use super::columns::{ColumnProfile, CountryProfile};
use super::histograms::Histograms;
use super::input::ProfileInput;
use super::margins::BucketMargin;
use super::near::{Near, NearCountries};
use super::oddities::Oddity;
use super::spelled::SeveralSpellings;
use crate::schema::schema_of;
use chrono::{DateTime, Datelike, Utc};
use schemars::JsonSchema;
use segments::table::Inputs;
use serde::Serialize;
use std::time::Instant;

/// A history, as it is profiled.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProfileReport {
    /// The program's version.
    pub version: &'static str,
    /// When the profile was begun.
    pub profiled_at: String,
    /// The hash of the rules whose buckets are looked at.
    pub rules_hash: String,
    /// What was read.
    pub inputs: Inputs,
    /// All rows; each is an event.
    pub rows: u64,
    /// What is odd, that of the most events first.
    pub oddities: Vec<Oddity>,
    /// The columns.
    pub columns: Vec<ColumnProfile>,
    /// The countries, that of the most events first.
    pub countries: Vec<CountryProfile>,
    /// The countries that several spellings were taken for.
    pub several_spellings: SeveralSpellings,
    /// Countries whose keys differ by one letter.
    pub near_countries: NearCountries,
    /// The histograms.
    pub histograms: Histograms,
    /// The buckets, the closest first.
    pub buckets: Vec<BucketMargin>,
    /// How long it took.
    pub total_ms: u64,
    /// The most memory that was used, where the system tells.
    pub peak_rss_bytes: Option<u64>,
}

impl ProfileReport {
    /// Returns the profile of everything found since `start`; `peak_rss_bytes` is the peak memory use.
    #[must_use]
    pub fn of(
        found: &ProfileInput<'_>,
        inputs: Inputs,
        profiled_at: DateTime<Utc>,
        start: Instant,
        peak_rss_bytes: Option<u64>,
    ) -> Self {
        let near = Near::of(found.counts);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            profiled_at: publication::timestamp(profiled_at),
            rules_hash: found.rules.hash(),
            inputs,
            rows: found.facts.rows,
            oddities: Oddity::all(found, &near, profiled_at.year()),
            columns: ColumnProfile::all(found),
            countries: CountryProfile::all(found),
            several_spellings: SeveralSpellings::of(found),
            near_countries: near.report(),
            histograms: Histograms::of(found.facts),
            buckets: BucketMargin::all(found.table),
            total_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            peak_rss_bytes,
        }
    }
}

/// Returns the schema of `profile --format json`, draft 2020-12. The copy in the repository is
/// `etl/profile.schema.json`.
///
/// # Panics
///
/// Never: a schema is JSON.
#[must_use]
pub fn profile_schema() -> String {
    schema_of::<ProfileReport>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::check;

    #[test]
    fn what_is_checked_in_is_what_the_types_say() {
        check(&profile_schema(), include_str!("../../../../etl/profile.schema.json"));
    }
}
