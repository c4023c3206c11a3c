//! Counts a sample of the files in this process and compares it with the engine's counts.

use crate::error::EngineError;
use crate::files::Planned;
use counts::partial::{CountryCounts, PartialCounts};
use segments::selection::Selection;
use std::collections::BTreeSet;
use std::fmt::Write;
use storage::Object;

/// Larger files are sampled only if all are larger: one machine would take long.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// Most differences shown.
const SHOWN_MAX: usize = 3;

/// Draws random files from an input.
#[must_use]
pub fn draw(objects: &[Object], count: usize) -> Vec<Object> {
    let mut candidates: Vec<_> = objects.iter().filter(|object| object.bytes <= FILE_BYTES_MAX).collect();
    if candidates.is_empty() {
        candidates.extend(objects.iter().min_by_key(|object| object.bytes));
    }
    let drawn = fastrand::choose_multiple(candidates, count);
    let mut drawn: Vec<_> = drawn.into_iter().cloned().collect();
    drawn.sort_unstable_by(|one, other| one.url.cmp(&other.url));
    drawn
}

/// Compares the engine's counts of the sample with this program's.
///
/// # Errors
///
/// If they differ.
pub fn compare(
    engine: &'static str,
    sample: &[Object],
    theirs: &PartialCounts,
    mut ours: PartialCounts,
    selection: &Selection,
) -> Result<(), EngineError> {
    for (key, counts) in &mut ours.countries {
        if !selection.has(key) {
            *counts =
                CountryCounts { spellings: std::mem::take(&mut counts.spellings), ..Default::default() };
        }
    }
    if *theirs == ours {
        return Ok(());
    }
    let first = sample.first().map(|object| object.url.clone()).unwrap_or_default();
    Err(EngineError::Differs { engine, files: sample.len(), first, difference: difference(theirs, &ours) })
}

fn difference(theirs: &PartialCounts, ours: &PartialCounts) -> String {
    let mut shown = Vec::new();
    for (what, theirs, ours) in [
        ("events without a country", theirs.missing_country, ours.missing_country),
        ("events of a bad country", theirs.bad_country, ours.bad_country),
    ] {
        if theirs != ours {
            shown.push(format!("{what}: {theirs} instead of {ours}"));
        }
    }
    let keys: BTreeSet<_> = theirs.countries.keys().chain(ours.countries.keys()).collect();
    for key in keys {
        let nothing = CountryCounts::default();
        let theirs = theirs.countries.get(key).unwrap_or(&nothing);
        let ours = ours.countries.get(key).unwrap_or(&nothing);
        let mut line = String::new();
        if theirs.events() != ours.events() {
            let _ = write!(line, " {} events instead of {}", theirs.events(), ours.events());
        }
        for (cell, events) in &ours.cells {
            let counted = theirs.cells.get(cell).copied().unwrap_or_default();
            if counted != *events {
                let _ = write!(line, " {cell:?} {counted} instead of {events}");
                break;
            }
        }
        for (reason, events) in &ours.rejected {
            let counted = theirs.rejected.get(reason).copied().unwrap_or_default();
            if counted != *events {
                let _ = write!(line, " {reason:?} {counted} instead of {events}");
                break;
            }
        }
        if line.is_empty() && theirs != ours {
            line.push_str(" extra counts");
        }
        if !line.is_empty() {
            shown.push(format!("{key}:{line}"));
        }
    }
    shown.truncate(SHOWN_MAX);
    shown.join("; ")
}

/// Returns the rows of the sample.
#[must_use]
pub fn rows(sample: &[Object], planned: &Planned) -> u64 {
    sample.iter().map(|object| planned.rows_of(object)).sum()
}
