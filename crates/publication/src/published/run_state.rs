//! What a run is to its country now.

use schemars::JsonSchema;
use segments::table::{Manifest, Pointer};
use serde::Serialize;

/// What a run is; of several that apply, the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It is served.
    Current,
    /// Its items are being deleted.
    Collecting,
    /// It was served before the current one: `rollback` goes to it.
    Previous,
    /// It was rolled back from.
    RolledBack,
    /// Another run took its place.
    Superseded,
    /// It is being written, or never got as far as to be served.
    NeverCurrent,
}

impl RunState {
    /// Returns the state of a run, by its manifest and its country's pointer.
    #[must_use]
    pub fn of(manifest: &Manifest, pointer: Option<&Pointer>) -> Self {
        let names = |run_id: Option<&String>| run_id == Some(&manifest.run_id);
        if names(pointer.map(|pointer| &pointer.run_id)) {
            Self::Current
        } else if manifest.collecting_at.is_some() {
            Self::Collecting
        } else if names(pointer.and_then(|pointer| pointer.previous_run_id.as_ref())) {
            Self::Previous
        } else if manifest.is_rolled_back() {
            Self::RolledBack
        } else if manifest.published_at.is_some()
            // Older manifests record only when they were superseded.
            || (manifest.run.is_none() && manifest.superseded_at.is_some())
        {
            Self::Superseded
        } else {
            Self::NeverCurrent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{manifest, pointer};

    #[test]
    fn of_several_the_first() {
        let at = |hour: &str| Some(format!("2026-11-24T{hour}:00:00Z"));
        let published = Manifest { published_at: at("09"), ..manifest("6") };
        let superseded = Manifest { superseded_at: at("10"), ..published.clone() };
        let rolled_back = Manifest { rolled_back_at: at("10"), ..superseded.clone() };
        let again = Manifest { superseded_at: at("11"), ..rolled_back.clone() };
        let collecting = Manifest { collecting_at: at("12"), ..rolled_back.clone() };
        let older = Manifest { run: None, published_at: None, ..superseded.clone() };
        let marked = Manifest { published_at: None, ..superseded.clone() };
        let named =
            |run_id: &str, manifest: &Manifest| Manifest { run_id: run_id.to_owned(), ..manifest.clone() };
        for (manifest, expected) in [
            (manifest("6"), RunState::NeverCurrent),
            (marked, RunState::NeverCurrent),
            (manifest("9"), RunState::NeverCurrent),
            (published, RunState::Superseded),
            (superseded.clone(), RunState::Superseded),
            (older, RunState::Superseded),
            (rolled_back.clone(), RunState::RolledBack),
            (again, RunState::Superseded),
            (collecting.clone(), RunState::Collecting),
            (named("5", &rolled_back), RunState::Previous),
            (named("5", &collecting), RunState::Collecting),
            (named("7", &superseded), RunState::Current),
        ] {
            assert_eq!(RunState::of(&manifest, Some(&pointer())), expected, "{manifest:#?}");
        }
        assert_eq!(RunState::of(&manifest("7"), None), RunState::NeverCurrent);
    }
}
