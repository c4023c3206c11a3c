//! Which segments a request asks for: one, several, or the best of some.

use super::field::{self, Wrong};
use super::given::{needed, read};
use crate::fault::{Fault, FaultCode};
use serde_json::value::RawValue;

/// Segments of one request.
pub(super) const NAMES_MAX: usize = 16;

/// The segments asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// One.
    One(String),
    /// Several: the best of them, and an answer of each.
    Several(Vec<String>),
    /// The first of these with an amount, in the order of the rules' fallback; of all, if there are
    /// none.
    Best(Vec<String>),
}

impl Asked {
    /// Reads the three fields that may say it; `None` if one of them has a fault.
    pub(super) fn read(
        segment_name: Option<&RawValue>,
        segment_names: Option<&RawValue>,
        best: Option<&RawValue>,
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        let before = faults.len();
        let names = segment_names.map(|names| self::names(names, faults));
        let is_best = best.and_then(|best| read("best", best, boolean, faults)).unwrap_or_default();
        if segment_name.is_some() {
            let others = [("segment_names", names.is_some()), ("best", is_best)];
            for (name, _) in others.into_iter().filter(|(_, is_there)| *is_there) {
                let message = format!("{name} must not stand beside segment_name");
                faults.push(Fault::at(format!("/{name}"), FaultCode::NotTogether, message));
            }
        }
        let asked = if names.is_none() && !is_best || segment_name.is_some() {
            Self::One(needed("segment_name", segment_name, field::segment_name, faults)?)
        } else if is_best {
            Self::Best(names.unwrap_or_default())
        } else {
            Self::Several(names.unwrap_or_default())
        };
        (faults.len() == before).then_some(asked)
    }

    /// Returns the names in the request, each with its place.
    pub(crate) fn names(&self) -> impl Iterator<Item = (String, &str)> {
        let (one, several) = match self {
            Self::One(name) => (Some(name), None),
            Self::Several(names) | Self::Best(names) => (None, Some(names)),
        };
        let one = one.into_iter().map(|name| ("/segment_name".to_owned(), name.as_str()));
        let several = several.into_iter().flatten().enumerate();
        one.chain(several.map(|(index, name)| (format!("/segment_names/{index}"), name.as_str())))
    }
}

/// Reads a list of different names, and adds a fault for each that is none.
fn names(value: &RawValue, faults: &mut Vec<Fault>) -> Vec<String> {
    let wrong = |code, problem: String| Fault::at("/segment_names", code, format!("segment_names {problem}"));
    let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(value.get()) else {
        faults.push(wrong(FaultCode::WrongType, "must be a list of texts".to_owned()));
        return Vec::new();
    };
    if values.is_empty() {
        faults.push(wrong(FaultCode::Empty, "must not be empty".to_owned()));
    }
    if values.len() > NAMES_MAX {
        faults.push(wrong(FaultCode::TooMany, format!("may have at most {NAMES_MAX} names")));
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        let place = format!("segment_names/{index}");
        let Some(name) = read(&place, value, field::segment_name, faults) else { continue };
        if names.contains(&name) {
            let message = format!("{name:?} is there twice");
            faults.push(Fault::at(format!("/{place}"), FaultCode::Duplicate, message));
        }
        names.push(name);
    }
    names
}

fn boolean(value: &RawValue) -> Result<bool, Wrong> {
    serde_json::from_str(value.get()).map_err(|_| (FaultCode::WrongType, "must be true or false".to_owned()))
}
