//! What was published, as tables.

use super::text::{NOTHING, align, bytes, count, number_of, table};
use crate::history::{
    BucketChange, BucketSide, ChangeKind, Diff, RolledBack, RunEntry, RunState, RunsReport, Verdict, Verified,
};
use std::fmt::Write;

/// Characters of a hash that tell runs apart.
const HASH_CHARS: usize = 12;
/// What is said of a bucket that changes; from the fourth on these are numbers.
pub(crate) const CHANGE_COLUMNS: [&str; 7] =
    ["segment", "bucket", "change", "amount", "support", "total", "weight"];

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

/// Returns how a run differs from another.
#[must_use]
pub fn diff_text(country: &str, diff: &Diff) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{country} · run {} -> {}", diff.before.run_id, diff.after.run_id);
    if diff.before.rules_hash != diff.after.rules_hash {
        let hashes = [&diff.before, &diff.after].map(|run| short_hash(&run.rules_hash));
        let _ = writeln!(text, "other rules: {} -> {}", hashes[0], hashes[1]);
    }
    if !diff.buckets.is_empty() {
        let mut buckets = table(&CHANGE_COLUMNS);
        for bucket in &diff.buckets {
            buckets.add_row(change_row(bucket));
        }
        align(&mut buckets, 3..7);
        let _ = writeln!(text, "{buckets}");
    }
    let _ = writeln!(text, "{}", changes_sentence(diff));
    text
}

/// Returns what a difference comes to, in a line.
pub(crate) fn changes_sentence(diff: &Diff) -> String {
    let changes = match amounts_changed(diff) {
        0 => "no amount changes".to_owned(),
        1 => format!("1 bucket answers otherwise, of {}", number_of(diff.weight, "events")),
        many => format!("{} buckets answer otherwise, of {}", count(many), number_of(diff.weight, "events")),
    };
    format!("{changes}; {} unchanged", count(diff.unchanged))
}

/// Returns how many buckets answer otherwise.
pub(crate) fn amounts_changed(diff: &Diff) -> u64 {
    diff.buckets.iter().filter(|bucket| bucket.change != ChangeKind::Counts).count() as u64
}

/// Returns what a rollback came to.
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

/// Returns what came of holding items against manifests.
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

/// Returns a change in the order of [`CHANGE_COLUMNS`].
pub(crate) fn change_row(bucket: &BucketChange) -> [String; 7] {
    let shown =
        |show: fn(BucketSide) -> String| match [bucket.before, bucket.after].map(|side| side.map(show)) {
            [Some(before), Some(after)] if before == after => after,
            sides => sides.map(|side| side.unwrap_or(NOTHING.to_owned())).join(" -> "),
        };
    let change = match bucket.change {
        ChangeKind::Amount => "amount",
        ChangeKind::Counts => "counts",
        ChangeKind::Appeared => "new bucket",
        ChangeKind::Gone => "bucket is gone",
    };
    [
        bucket.segment.clone(),
        bucket.bucket.clone(),
        change.to_owned(),
        shown(|side| side.voucher_amount.map_or("none".to_owned(), |amount| amount.to_string())),
        shown(|side| count(side.support)),
        shown(|side| count(side.total)),
        count(bucket.weight),
    ]
}

fn state(run: &RunEntry) -> String {
    let name = state_name(run.state);
    let is_both = run.state == RunState::Previous && run.is_rolled_back;
    if is_both { format!("{name}, rolled back") } else { name.to_owned() }
}

pub(crate) fn state_name(state: RunState) -> &'static str {
    match state {
        RunState::Current => "current",
        RunState::Collecting => "collecting",
        RunState::Previous => "previous",
        RunState::RolledBack => "rolled back",
        RunState::Superseded => "superseded",
        RunState::NeverCurrent => "never current",
    }
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

/// Events that the segments rejected; the fewest and the most where they differ.
fn rejected(run: &RunEntry) -> String {
    let events = || run.segments.values().map(|segment| segment.rejected.values().sum::<u64>());
    let (least, most) = (events().min().unwrap_or_default(), events().max().unwrap_or_default());
    if least == most { count(most) } else { format!("{}-{}", count(least), count(most)) }
}

/// Returns the first characters of a hash.
fn short_hash(hash: &str) -> String {
    hash.chars().take(HASH_CHARS).collect()
}

/// Returns a time of the table to the second: `2026-11-24 10:00:00`.
pub(crate) fn short_time(time: &str) -> String {
    time.chars().take("2026-11-24T10:00:00".len()).collect::<String>().replace('T', " ")
}
