//! Output of `runs`, `rollback` and `verify`, as tables.

use crate::changes::{short_hash, short_time, state_name};
use crate::format::{NOTHING, align, bytes, count, table};
use publication::published::{RolledBack, RunEntry, RunState, RunsReport, Verdict, Verified};

/// Returns the runs of a country.
#[must_use]
pub fn runs_text(report: &RunsReport) -> String {
    let mut runs = table(&[
        "run",
        "began",
        "current from",
        "state",
        "events",
        "rejected",
        "result_hash",
        "rules",
        "files",
        "read",
    ]);
    for run in &report.runs {
        let time = |time: &Option<String>| time.as_deref().map_or(NOTHING.to_owned(), short_time);
        runs.add_row([
            run.run_id.clone(),
            time(&run.started_at),
            time(&run.published_at),
            state(run),
            count(run.rows),
            rejected(run),
            short_hash(&run.result_hash),
            short_hash(&run.rules_hash),
            count(run.inputs.number),
            bytes(run.inputs.bytes),
        ]);
    }
    align(&mut runs, 4..6);
    align(&mut runs, 8..10);
    format!("{} · version {}\n{runs}\n", report.country, report.version)
}

/// Returns the result of a rollback.
#[must_use]
pub fn rolled_back_text(rolled_back: &RolledBack) -> String {
    let RolledBack { country, run_id, version, published_at, .. } = rolled_back;
    match &rolled_back.rolled_back_from {
        Some(from) => {
            format!("{country} · run {run_id} is current again, version {version}; rolled back from {from}\n")
        }
        None => format!(
            "{country} · run {run_id} is current already, since {published_at}, version {version}; nothing was written\n"
        ),
    }
}

/// Returns the result of checking items against manifests.
#[must_use]
pub fn verified_text(verified: &Verified) -> String {
    let mut runs = table(&["country", "run", "state", "items", "missing", "extra", "result_hash", "verdict"]);
    for country in &verified.countries {
        let mut name = country.country.as_str();
        for run in &country.runs {
            runs.add_row([
                name.to_owned(),
                run.run_id.clone(),
                state_name(run.state).to_owned(),
                count(run.items),
                count(run.missing.len() as u64),
                count(run.extra.len() as u64),
                short_hash(run.result_hash.as_ref().unwrap_or(&run.published_result_hash)),
                verdict(run.verdict).to_owned(),
            ]);
            name = "";
        }
    }
    align(&mut runs, 3..6);
    let problems: usize = verified.countries.iter().map(|country| country.problems.len()).sum();
    let of = match verified.countries.len() {
        1 => "1 country".to_owned(),
        many => format!("{many} countries"),
    };
    let outcome = match problems {
        0 => "nothing differs".to_owned(),
        1 => "1 thing differs".to_owned(),
        many => format!("{many} things differ"),
    };
    format!("{runs}\n{of} in table {}: {outcome}\n", verified.table)
}

fn state(run: &RunEntry) -> String {
    let name = state_name(run.state);
    let is_both = run.state == RunState::Previous && run.is_rolled_back;
    if is_both { format!("{name}, rolled back") } else { name.to_owned() }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Whole => "whole",
        Verdict::Differs => "differs",
        Verdict::Unfinished => "unfinished",
        Verdict::Collecting => "being deleted",
        Verdict::Unchecked => "not checked: its rules are not known",
    }
}

/// Events that the segments rejected; the fewest and the most if they differ.
fn rejected(run: &RunEntry) -> String {
    let events = || run.segments.values().map(|segment| segment.rejected.values().sum::<u64>());
    let (least, most) = (events().min().unwrap_or_default(), events().max().unwrap_or_default());
    if least == most { count(most) } else { format!("{}-{}", count(least), count(most)) }
}
