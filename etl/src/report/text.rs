//! The report as tables for a terminal, or a log, of any width.

use super::history_text::diff_text;
use super::json::{EngineReport, RunReport, SkippedFiles};
use crate::evaluate;
use crate::lookup::Published;
use crate::publish::Publication;
use crate::reproduce::Reproduced;
use crate::state::StateReport;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use segments::mode::{Mode, NoAmount};
use segments::table::{BucketRow, Inputs, SegmentCounts};
use std::collections::BTreeMap;
use std::fmt::Write;
use storage::{Copies, LeftOut};

pub(crate) const NOTHING: &str = "–";

/// Returns the report of a run.
#[must_use]
pub fn run_text(report: &RunReport, table: &evaluate::Table) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "Run {} · {}", report.run_id, files(&report.inputs));
    let _ = writeln!(text, "{}", rows_line(report));
    for line in left_out_line(&report.left_out).into_iter().chain(copies_line(&report.copies)) {
        let _ = writeln!(text, "{line}");
    }
    if let Some(state) = &report.state {
        let _ = writeln!(text, "{}", state_line(state));
    }
    if let Some(engine) = &report.engine {
        let _ = writeln!(text, "{}", engine_line(engine));
    }
    if report.skipped_files.number > 0 {
        let _ = writeln!(text, "{}", skipped_lines(&report.skipped_files));
    }
    let _ = writeln!(text, "{}", segments_table(&report.segments));
    for exceeded in &report.limits.exceeded {
        let _ = writeln!(text, "Limit exceeded: {exceeded}");
    }
    if let Some(rejects) = &report.rejects {
        let _ = writeln!(text, "Rejects: {} lines in {}", count(rejects.events), rejects.path);
    }
    for (country, reported) in table.countries.iter().zip(&report.countries) {
        let _ = writeln!(text, "\n{} · {}", country.shown, status(reported.publication));
        let _ = writeln!(text, "{}", buckets_table(&country.rows, table.min_support));
        match &reported.changes {
            Some(diff) => {
                let is = if reported.publication == Publication::Published { "was" } else { "is" };
                let _ = write!(text, "\nAgainst what {is} live: {}", diff_text(&country.shown, diff));
            }
            None if reported.publication == Publication::DryRun => {
                let _ = writeln!(text, "There is nothing live to compare with");
            }
            None => {}
        }
    }
    if !report.kept_countries.is_empty() {
        let _ = writeln!(
            text,
            "\nNot in the input, unchanged in the table: {}",
            report.kept_countries.join(", ")
        );
    }
    let timings = &report.timings_ms;
    let memory = report.peak_rss_bytes.map(|peak| format!(", {} of memory", bytes(peak))).unwrap_or_default();
    let _ = writeln!(text, "\nresult_hash {}", report.result_hash);
    let _ = writeln!(
        text,
        "{} ms: resolve {}, fold {}, evaluate {}, publish {}{memory}",
        timings.total, timings.resolve, timings.fold, timings.evaluate, timings.publish
    );
    text
}

/// Returns the published table of a country.
#[must_use]
pub fn lookup_text(published: &Published) -> String {
    let pointer = &published.pointer;
    format!(
        "{} · run {} of {}, version {}\n{}\nresult_hash {}\n",
        pointer.country,
        pointer.run_id,
        pointer.published_at,
        pointer.version,
        buckets_table(&published.rows, published.min_support),
        published.result_hash,
    )
}

/// Returns what came of counting a run again.
#[must_use]
pub fn reproduced_text(reproduced: &Reproduced) -> String {
    let manifest = &reproduced.manifest;
    format!(
        "{} · run {} · {}, unchanged\n{}\nresult_hash {} {}\n",
        reproduced.country,
        manifest.run_id,
        files(&manifest.inputs),
        buckets_table(&reproduced.rows, reproduced.min_support),
        reproduced.result_hash,
        if reproduced.difference.is_none() { "reproduced" } else { "not reproduced" },
    )
}

pub(crate) fn files(inputs: &Inputs) -> String {
    format!("{}, {}", number_of(inputs.number, "files"), bytes(inputs.bytes))
}

/// Returns what became of the rows, in a line.
pub(crate) fn rows_line(report: &RunReport) -> String {
    let mut text = String::new();
    let rows = &report.rows;
    let _ = write!(text, "{} rows: {} selected", count(rows.footer), count(rows.selected));
    for (number, what) in [
        (rows.other_country, "of other countries"),
        (rows.no_country, "without a country"),
        (rows.pruned, "pruned"),
    ] {
        if number > 0 {
            let _ = write!(text, ", {} {what}", count(number));
        }
    }
    if report.pruned_files > 0 {
        let _ = write!(text, "; {} files of other countries not read", count(report.pruned_files));
    }
    text
}

/// Returns what was found beside data, in a line.
pub(crate) fn left_out_line(left_out: &LeftOut) -> Option<String> {
    (left_out.number > 0).then(|| format!("Left out beside data: {left_out}"))
}

/// Returns which files have the content of others, in a line.
pub(crate) fn copies_line(copies: &Copies) -> Option<String> {
    (copies.number > 0).then(|| format!("Files of the same content: {copies}"))
}

pub(crate) fn state_line(state: &StateReport) -> String {
    let kept = if state.is_incomplete { "not all of their counts kept" } else { "their counts kept" };
    format!(
        "State {}: {} files known, not read; {} files counted, {kept}",
        state.place,
        count(state.recalled_files),
        count(state.kept_files)
    )
}

pub(crate) fn engine_line(engine: &EngineReport) -> String {
    let scheduler = engine.scheduler.as_ref().map(|scheduler| format!(" at {scheduler}"));
    format!(
        "Counted by {} {}{}; {}, {}, counted here as well",
        engine.name,
        engine.version,
        scheduler.unwrap_or_default(),
        number_of(engine.verified_files, "files"),
        number_of(engine.verified_rows, "rows")
    )
}

pub(crate) fn skipped_lines(skipped: &SkippedFiles) -> String {
    let mut text = format!("Left out, because they cannot be read: {}", number_of(skipped.number, "files"));
    for file in &skipped.list {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n  {}", file.problem);
    }
    let others = skipped.number - skipped.list.len() as u64;
    if others > 0 {
        let _ = write!(text, "\n  and {} more", count(others));
    }
    text
}

pub(crate) fn status(publication: Publication) -> &'static str {
    match publication {
        Publication::Published => "published",
        Publication::DryRun => "not published: dry run",
        Publication::Stopped => "not published: a limit is exceeded",
        Publication::Superseded => "not published: a newer run is there",
        Publication::Failed => "not published: it failed",
        Publication::NotAttempted => "not published: not attempted after a failure",
    }
}

fn segments_table(segments: &BTreeMap<String, SegmentCounts>) -> Table {
    let mut table = table(&["segment", "counted", "unclassified", "rejected", "reasons"]);
    for (name, counts) in segments {
        let reasons: Vec<_> =
            counts.rejected.iter().map(|(reason, events)| format!("{reason} {}", count(*events))).collect();
        table.add_row([
            name.clone(),
            count(counts.counted),
            count(counts.unclassified),
            count(counts.rejected.values().sum()),
            if reasons.is_empty() { NOTHING.to_owned() } else { reasons.join(", ") },
        ]);
    }
    align(&mut table, 1..4);
    table
}

fn buckets_table(rows: &[BucketRow], min_support: Option<u64>) -> Table {
    let mut table =
        table(&["segment", "bucket", "amount", "support", "total", "share", "runner-up", "its support"]);
    let mut last = "";
    for row in rows {
        let Mode { voucher_amount, support, total, runner_up } = row.mode;
        let amount = |amount: Option<segments::value::Amount>| {
            amount.map_or(NOTHING.to_owned(), |amount| amount.to_string())
        };
        let amount_or_why = match (row.mode.no_amount(), min_support) {
            (Some(NoAmount::LowSupport), Some(min)) => format!("{NOTHING} (below {})", count(min)),
            _ => amount(voucher_amount),
        };
        let segment = if row.segment == last { "" } else { &row.segment };
        let share =
            if total == 0 { NOTHING.to_owned() } else { format!("{:.1} %", 100.0 * row.mode.share()) };
        table.add_row([
            segment.to_owned(),
            row.bucket.clone(),
            amount_or_why,
            count(support),
            count(total),
            share,
            amount(runner_up.map(|(amount, _)| amount)),
            runner_up.map_or(NOTHING.to_owned(), |(_, events)| count(events)),
        ]);
        last = &row.segment;
    }
    align(&mut table, 2..8);
    table
}

pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    table
}

pub(crate) fn align(table: &mut Table, columns: std::ops::Range<usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Returns a number with its thousands apart.
pub(crate) fn count(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

/// Returns a number and what it is of, a plural in `s`, whose singular one of them is.
pub(crate) fn number_of(number: u64, things: &str) -> String {
    let things = if number == 1 { things.trim_end_matches('s') } else { things };
    format!("{} {things}", count(number))
}

pub(crate) fn bytes(number: u64) -> String {
    indicatif::HumanBytes(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn one_thing_is_no_things() {
        for (number, things, expected) in [
            (0, "events", "0 events"),
            (1, "events", "1 event"),
            (1, "files", "1 file"),
            (2_000, "files", "2,000 files"),
        ] {
            assert_eq!(number_of(number, things), expected);
        }
    }
}
