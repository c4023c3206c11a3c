//! Shows the report of a run as tables, for a terminal of any width or a log.

use super::report::{EngineReport, RunReport, SkippedFiles};
use crate::buckets::buckets_table;
use crate::changes::diff_text;
use crate::format::{NOTHING, align, bytes, count, number_of, table};
use crate::inputs::{copies_line, files, left_out_line};
use comfy_table::Table;
use counts::EvaluatedTable;
use counts::state::StateReport;
use publication::publish::Publication;
use segments::table::SegmentCounts;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Returns the report of a run.
#[must_use]
pub fn run_text(report: &RunReport, table: &EvaluatedTable) -> String {
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

/// Returns the outcomes of the rows, in one line.
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
            count(counts.rejected.values().sum::<u64>()),
            if reasons.is_empty() { NOTHING.to_owned() } else { reasons.join(", ") },
        ]);
    }
    align(&mut table, 1..4);
    table
}
