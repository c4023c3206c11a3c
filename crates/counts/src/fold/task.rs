//! What does not change during a run.

use crate::facts::FactsSink;
use crate::rejects::RejectsSink;
use segments::rules::Rules;
use segments::selection::Selection;
use segments::value::{Country, Field};
use std::sync::Arc;

/// What is wanted of rows beside their counts.
#[derive(Debug)]
pub enum Observed {
    /// Nothing.
    Nothing,
    /// Rejected events, sent here.
    Rejects(RejectsSink),
    /// The facts of a profile, left here; all columns are planned then.
    Facts(FactsSink),
}

/// What does not change during a run.
#[derive(Debug)]
pub struct Task {
    /// The rules.
    pub rules: Arc<Rules>,
    /// The countries to count.
    pub selection: Selection,
    /// What is wanted beside the counts.
    pub wanted: Observed,
}

impl Task {
    /// Returns whether events of `country` are to be counted by bucket.
    pub(super) fn selects(&self, country: &Field<Country>) -> bool {
        matches!(country, Field::Value(country) if self.selection.has(&country.key))
    }
}
