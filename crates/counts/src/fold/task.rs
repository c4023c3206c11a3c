//! What does not change during a run.

use crate::facts::FactsSink;
use crate::rejects::RejectsSink;
use segments::rules::Rules;
use segments::selection::Selection;
use segments::value::{Country, Field};
use std::sync::Arc;

/// What does not change during a run.
#[derive(Debug)]
pub struct Task {
    /// The rules.
    pub rules: Arc<Rules>,
    /// The countries to count.
    pub selection: Selection,
    /// Where rejected events go, if somebody wants them.
    pub rejects: Option<RejectsSink>,
    /// Where what a profile needs goes, if this is for one; all columns are planned then.
    pub profile: Option<FactsSink>,
}

impl Task {
    /// Returns whether events of `country` are to be counted by bucket.
    pub(super) fn selects(&self, country: &Field<Country>) -> bool {
        matches!(country, Field::Value(country) if self.selection.has(&country.key))
    }
}
