//! What does not change during a run.

use crate::facts::FactsSink;
use crate::rejects::RejectsSink;
use segments::rules::Rules;
use segments::value::{Country, CountryKey, Field};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What does not change during a run.
#[derive(Debug)]
pub struct Task {
    /// The rules.
    pub rules: Arc<Rules>,
    /// The countries to count; `None` counts all.
    pub selection: Option<Arc<BTreeSet<CountryKey>>>,
    /// Where rejected events go, if somebody wants them.
    pub rejects: Option<RejectsSink>,
    /// Where what a profile needs goes, if this is for one; all columns are planned then.
    pub profile: Option<FactsSink>,
}

impl Task {
    /// Returns whether events of `country` are to be counted by bucket.
    pub(super) fn selects(&self, country: &Field<Country>) -> bool {
        match (country, &self.selection) {
            (Field::Value(country), Some(selection)) => selection.contains(&country.key),
            (Field::Value(_), None) => true,
            (Field::Missing | Field::Bad, _) => false,
        }
    }
}
