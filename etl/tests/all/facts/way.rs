//! Ways to write a history and to read it.

use super::{Event, any_file_kinds};
use crate::files::{self, Kind, Shape};
use crate::harness;
use counts::EvaluatedTable;
use history::Bounds;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeSet;
use std::path::Path;

/// Maximum events of a history that is written in many ways.
pub(crate) const EVENTS_MAX: usize = 80;
const FILES_MAX: usize = 5;

/// How a history is written and read.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    /// Types and layout of each file.
    files: Vec<([Kind; 6], Shape)>,
    /// Where the history is cut into files.
    cuts: Vec<Index>,
    threads: usize,
    bounds: Bounds,
}

/// The way of the real history: in one file, on one thread.
pub(crate) fn usual() -> Way {
    let shape = Shape::default();
    Way { files: vec![(shape.kinds, shape)], cuts: Vec::new(), threads: 1, bounds: Bounds::default() }
}

pub(crate) fn any_way() -> impl Strategy<Value = Way> {
    let file = (any_file_kinds(), files::any::any_layout(EVENTS_MAX));
    let files = prop::collection::vec(file, FILES_MAX);
    let cuts = prop::collection::vec(any::<Index>(), 0..FILES_MAX);
    let bounds = select(vec![Bounds::default(), harness::NARROW]);
    (files, cuts, 1..=4_usize, bounds).prop_map(|(files, cuts, threads, bounds)| Way {
        files,
        cuts,
        threads,
        bounds,
    })
}

/// Writes events below a folder.
pub(crate) fn write(folder: &Path, events: &[Event], way: &Way) {
    let mut cuts: Vec<usize> = way.cuts.iter().map(|cut| cut.index(events.len() + 1)).collect();
    cuts.extend([0, events.len()]);
    cuts.sort_unstable();
    for (number, (pair, (kinds, shape))) in cuts.windows(2).zip(&way.files).enumerate() {
        super::write(&folder.join(format!("{number}.parquet")), &events[pair[0]..pair[1]], *kinds, shape);
    }
}

pub(crate) fn read(folder: &Path, rules: &str, way: &Way, selection: Option<&str>) -> EvaluatedTable {
    let selection = selection.map(|country| BTreeSet::from([country.to_owned()]));
    let result =
        harness::run_within(&[folder.to_owned()], rules, selection.as_ref(), way.threads, way.bounds);
    result.expect("valid files").table
}

/// The table of a history.
pub(crate) fn table_of(events: &[Event], rules: &str, way: &Way) -> EvaluatedTable {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), events, way);
    read(folder.path(), rules, way, None)
}
