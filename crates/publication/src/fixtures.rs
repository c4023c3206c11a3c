//! A pointer and manifests for tests.

use segments::table::{Inputs, Manifest, Pointer, RowCounts, RunFacts};
use std::collections::BTreeMap;

/// Run 7 is current by a rollback, 5 was current before, 8 is the newest that ever was.
pub(crate) fn pointer() -> Pointer {
    Pointer {
        run_id: "7".to_owned(),
        previous_run_id: Some("5".to_owned()),
        newest_run_id: "8".to_owned(),
        version: 9,
        published_at: String::new(),
        country: "Peru".to_owned(),
        rules: String::new(),
        rules_hash: String::new(),
        rolled_back_from: None,
    }
}

/// A run that was never current.
pub(crate) fn manifest(run_id: &str) -> Manifest {
    let facts = RunFacts {
        version: String::new(),
        started_at: String::new(),
        result_hash: String::new(),
        rows: RowCounts::default(),
        pruned_files: 0,
    };
    Manifest {
        run_id: run_id.to_owned(),
        rows: 0,
        segments: BTreeMap::new(),
        result_hash: String::new(),
        rules_hash: String::new(),
        item_count: 0,
        inputs: Inputs::of(Vec::new()),
        country: None,
        rules: None,
        run: Some(facts),
        published_at: None,
        superseded_at: None,
        rolled_back_at: None,
        collecting_at: None,
    }
}
