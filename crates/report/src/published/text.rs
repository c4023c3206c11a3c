//! Shows a published run of a country on a terminal: `report`.

use crate::changes::{changes_heading, diff_text, short_time, state_name};
use crate::country::{Fates, rest_label, verdict};
use crate::distribution::{AmountEvents, Distribution, Rank};
use crate::format::{NOTHING, align, count, number_of, share, table};
use crate::inputs::files;
use crate::schema::schema_of;
use crate::terminal::{BAR_LETTERS, Paint, drawn};
use comfy_table::Table;
use publication::published::{PublishedReport, PublishedRun};
use std::fmt::Write;
use storage::shown;

/// A bar of a bucket: its label, its events, and its rank.
type Line = (String, u64, Rank);

/// Returns a published run as text.
#[must_use]
pub fn published_text(run: &PublishedRun, paint: Paint) -> String {
    let manifest = &run.manifest;
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let title = format!("{} · run {} · {}", shown(&run.country), manifest.run_id, state_name(run.state));
    let _ = writeln!(text, "{}", paint.heading(&title));
    let time = |time: Option<&str>| time.map_or(NOTHING.to_owned(), short_time);
    let _ = writeln!(
        text,
        "{} of {}; began {}, current from {}",
        number_of(manifest.rows, "events"),
        files(&manifest.inputs),
        time(run.started_at.as_deref()),
        time(run.published_at.as_deref()),
    );

    let _ = writeln!(text, "\n{}", paint.heading("What became of the events"));
    let _ = writeln!(text, "{}", fates_table(&Fates::of(&manifest.segments)));

    let _ = writeln!(text, "\n{}", paint.heading("What customers are sent"));
    let _ =
        writeln!(text, "Of a bucket only the mode, the runner-up and the sum of all others are published");
    text.push_str(&buckets(run, paint));

    let _ = writeln!(text, "\n{}", paint.heading(changes_heading(run.compared_with)));
    match &run.changes {
        Ok(diff) => text.push_str(&diff_text(&shown(&run.country), diff)),
        Err(why) => {
            let _ = writeln!(text, "There is nothing to compare with: {}", shown(why));
        }
    }
    let _ = writeln!(text, "\nresult_hash {}\nrules_hash {}", manifest.result_hash, manifest.rules_hash);
    text
}

fn fates_table(fates: &Fates) -> Table {
    let header: Vec<_> = ["events"].into_iter().chain(fates.segments.iter().map(String::as_str)).collect();
    let mut rows = table(&header);
    for fate in &fates.rows {
        rows.add_row([fate.what.clone()].into_iter().chain(fates.shown(fate)));
    }
    rows.add_row(["all".to_owned()].into_iter().chain(fates.shown_all()));
    align(&mut rows, 1..header.len());
    rows
}

/// Returns the buckets, each with its bars. All bars of a report have the same scale: the bucket.
fn buckets(run: &PublishedRun, paint: Paint) -> String {
    let lines: Vec<_> = run.rows.iter().map(|row| lines(&Distribution::published(row))).collect();
    let width = |text: &str| text.chars().count();
    let all = || lines.iter().flatten();
    let labels = all().map(|(label, ..)| width(label)).max().unwrap_or_default();
    let numbers = all().map(|(_, events, _)| width(&count(*events))).max().unwrap_or_default();
    let mut text = String::new();
    let mut last = "";
    for (row, lines) in run.rows.iter().zip(&lines) {
        if row.segment != last {
            let _ = writeln!(text, "\n{}", shown(&row.segment));
            last = &row.segment;
        }
        let _ = writeln!(text, "  {} · {}", shown(&row.bucket), verdict(&row.mode, run.min_support));
        for (label, events, rank) in lines {
            let number = count(*events);
            let share = share(events, row.mode.total);
            let bar = painted(&drawn(*events, row.mode.total, BAR_LETTERS), *rank, paint);
            let _ = writeln!(text, "    {label:>labels$}  {number:>numbers$}  {share:>7}  {bar}");
        }
    }
    text
}

fn lines(bucket: &Distribution) -> Vec<Line> {
    let label = |part: &AmountEvents| part.amount.map_or("withheld".to_owned(), |amount| amount.to_string());
    let mut lines: Vec<_> = bucket.parts.iter().map(|part| (label(part), part.events, part.rank)).collect();
    if bucket.rest.events > 0 {
        lines.push((rest_label(bucket.rest), bucket.rest.events, Rank::Other));
    }
    lines
}

fn painted(bar: &str, rank: Rank, paint: Paint) -> String {
    match rank {
        Rank::Mode => paint.bar(bar),
        Rank::RunnerUp => paint.odd(bar),
        Rank::Withheld | Rank::Other | Rank::NeverServed => paint.quiet(bar),
    }
}

/// Returns the schema of `report --format json`, draft 2020-12. The copy in the repository is
/// `etl/report.schema.json`.
///
/// # Panics
///
/// Never: a schema is JSON.
#[must_use]
pub fn published_schema() -> String {
    schema_of::<PublishedReport>()
}

#[cfg(test)]
mod tests;
