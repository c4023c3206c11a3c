//! The properties of a model: what must always hold, and what must be reachable.

pub mod always;

pub mod reachable;

use crate::model::Model;
use stateright::Property;

/// Returns the properties of a model.
pub(crate) fn all(model: &Model) -> Vec<Property<Model>> {
    let mut all = always::all();
    all.extend(reachable::all(model));
    all
}
