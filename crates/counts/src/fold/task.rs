//! The constants of a run.

use crate::facts::FactsSink;
use crate::rejects::RejectsSink;
use segments::rules::Rules;
use segments::selection::Selection;
use segments::value::{Country, Field};
use std::sync::Arc;

/// What to collect from rows besides their counts.
#[derive(Debug)]
pub enum Observed {
    /// Nothing.
    Nothing,
    /// Rejected events, sent to this sink.
    Rejects(RejectsSink),
    /// The facts of a profile, left in this sink; then all columns are planned.
    Facts(FactsSink),
}

/// The constants of a run.
#[derive(Debug)]
pub struct Task {
    /// The rules.
    pub rules: Arc<Rules>,
    /// The countries to count.
    pub selection: Selection,
    /// What to collect besides the counts.
    pub observed: Observed,
}

impl Task {
    /// Returns whether events of `country` are counted by bucket.
    pub(super) fn selects(&self, country: &Field<Country>) -> bool {
        matches!(country, Field::Value(country) if self.selection.has(&country.key))
    }
}
