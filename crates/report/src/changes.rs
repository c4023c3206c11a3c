//! Shows how one run of a country differs from another, and names the states of runs.

use crate::format::{NOTHING, align, count, number_of, table};
use publication::published::{BucketChange, BucketSide, ChangeKind, ComparedWith, Diff, RunState};
use std::fmt::Write;

/// Characters of a hash that are enough to tell runs apart.
const HASH_CHARS: usize = 12;
/// The columns of a changed bucket; from the fourth on they are numbers.
pub(crate) const CHANGE_COLUMNS: [&str; 7] =
    ["segment", "bucket", "change", "amount", "support", "total", "weight"];

/// Returns the differences between two runs.
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

/// Returns the summary of a difference, in one line.
pub(crate) fn changes_sentence(diff: &Diff) -> String {
    let changes = match amounts_changed(diff) {
        0 => "no amount changes".to_owned(),
        1 => format!("1 bucket answers differently, of {}", number_of(diff.weight, "events")),
        many => {
            format!("{} buckets answer differently, of {}", count(many), number_of(diff.weight, "events"))
        }
    };
    format!("{changes}; {} unchanged", count(diff.unchanged))
}

/// Returns the number of buckets with a different answer.
pub(crate) fn amounts_changed(diff: &Diff) -> u64 {
    diff.buckets.iter().filter(|bucket| bucket.change != ChangeKind::Counts).count() as u64
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

/// Returns the state of a run in a word or two.
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

/// Returns the first characters of a hash.
pub(crate) fn short_hash(hash: &str) -> String {
    hash.chars().take(HASH_CHARS).collect()
}

/// Returns a time from the table, cut to seconds: `2026-11-24 10:00:00`.
pub(crate) fn short_time(time: &str) -> String {
    time.chars().take("2026-11-24T10:00:00".len()).collect::<String>().replace('T', " ")
}

/// Returns the heading for the changes of a run, depending on what it is compared with.
pub(crate) fn changes_heading(compared_with: ComparedWith) -> &'static str {
    match compared_with {
        ComparedWith::Previous => "What changed against the run before",
        ComparedWith::Current => "What it would change against the run that is live",
    }
}
