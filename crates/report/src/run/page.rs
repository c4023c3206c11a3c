//! Shows a run as a page: `run --report FILE`.

use super::report::{CountryReport, RunReport};
use super::text::{engine_line, rows_line, skipped_lines, state_line, status};
use crate::changes::{amounts_changed, short_time};
use crate::country::{Changes, Fates, Section};
use crate::distribution::Distribution;
use crate::format::{NOTHING, bytes, count, line, number_of};
use crate::inputs::{copies_line, files, left_out_line};
use anyhow::{Context, Result};
use askama::Template;
use counts::EvaluatedTable;
use publication::publish::Publication;
use publication::started_at;
use segments::table::CountryTable;
use std::cmp::Reverse;
use storage::WholeFile;

/// Maximum number of countries that are shown with charts; those with the most events are chosen.
const COUNTRIES_IN_FULL_MAX: usize = 100;

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage<'a> {
    report: &'a RunReport,
    fates: Fates,
    countries: Vec<CountryLine>,
    sections: Vec<Section>,
}

/// A country in the table of all countries.
struct CountryLine {
    /// The anchor of its section, if it has one.
    anchor: Option<String>,
    country: String,
    events: u64,
    status: &'static str,
    /// Buckets with an amount, out of all.
    served: String,
    /// Buckets whose amount changes, and their events.
    changed: [String; 2],
}

/// Writes a run as a page, and gives the file its final name.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write_page(mut file: WholeFile, report: &RunReport, table: &EvaluatedTable) -> Result<()> {
    let page = RunPage::of(report, table).render().context("write the report as a page")?;
    file.write(page.as_bytes())?;
    file.finish()
}

impl<'a> RunPage<'a> {
    fn of(report: &'a RunReport, table: &EvaluatedTable) -> Self {
        let all: Vec<_> = table.countries.iter().zip(&report.countries).enumerate().collect();
        let mut in_full: Vec<_> =
            all.iter().map(|(place, (country, _))| (Reverse(country.events), *place)).collect();
        in_full.sort_unstable();
        in_full.truncate(COUNTRIES_IN_FULL_MAX);
        let is_in_full = |place: usize| in_full.iter().any(|(_, full)| *full == place);
        let sections = all.iter().filter(|(place, _)| is_in_full(*place));
        Self {
            report,
            fates: Fates::of(&report.segments),
            countries: all
                .iter()
                .map(|(place, (country, reported))| {
                    CountryLine::of(is_in_full(*place).then_some(*place), country, reported)
                })
                .collect(),
            sections: sections
                .map(|(place, (country, reported))| {
                    section(*place, country, reported, table.min_support, all.len() > 1)
                })
                .collect(),
        }
    }

    fn summary(&self) -> String {
        rows_line(self.report)
    }

    /// Returns facts about the run, most important first.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let report = self.report;
        let timings = &report.timings_ms;
        let mut facts = vec![
            ("run", report.run_id.clone()),
            (
                "began",
                started_at(&report.run_id)
                    .map_or(NOTHING.to_owned(), |time| format!("{} UTC", short_time(&time))),
            ),
            ("program", format!("voucher-etl {}", report.version)),
            ("read", files(&report.inputs)),
        ];
        facts.extend(left_out_line(&report.left_out).map(|text| ("beside data", line(&text))));
        facts.extend(report.engine.as_ref().map(|engine| ("engine", line(&engine_line(engine)))));
        facts.extend(report.state.as_ref().map(|state| ("state", line(&state_line(state)))));
        facts.extend(report.rejects.as_ref().map(|rejects| {
            ("rejects", line(&format!("{} lines in {}", count(rejects.events), rejects.path)))
        }));
        facts.extend(report.min_support.map(|min| ("fewest events of a bucket", count(min))));
        facts.extend([
            ("result_hash", report.result_hash.clone()),
            ("rules_hash", report.rules_hash.clone()),
            (
                "time",
                format!(
                    "{} ms: resolve {}, fold {}, evaluate {}, publish {}",
                    count(timings.total),
                    count(timings.resolve),
                    count(timings.fold),
                    count(timings.evaluate),
                    count(timings.publish)
                ),
            ),
        ]);
        facts.extend(report.peak_rss_bytes.map(|peak| ("memory at most", bytes(peak))));
        facts
    }

    /// Returns warnings, shown before everything else.
    fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<_> = self
            .report
            .limits
            .exceeded
            .iter()
            .map(|limit| format!("Limit exceeded: {limit}. Nothing was published."))
            .collect();
        warnings.extend(copies_line(&self.report.copies).map(|text| line(&text)));
        let skipped = &self.report.skipped_files;
        if skipped.number > 0 {
            warnings.extend(skipped_lines(skipped).lines().map(line));
        }
        if !self.report.kept_countries.is_empty() {
            warnings.push(line(&format!(
                "Not in the input, unchanged in the table: {}",
                self.report.kept_countries.join(", ")
            )));
        }
        warnings
    }

    fn left_out(&self) -> usize {
        self.countries.len() - self.sections.len()
    }
}

impl CountryLine {
    fn of(place: Option<usize>, country: &CountryTable, reported: &CountryReport) -> Self {
        let served = country.rows.iter().filter(|row| row.mode.voucher_amount.is_some()).count() as u64;
        let changed = reported.changes.as_ref().map_or([NOTHING.to_owned(), NOTHING.to_owned()], |diff| {
            [count(amounts_changed(diff)), count(diff.weight)]
        });
        Self {
            anchor: place.map(|place| format!("country-{place}")),
            country: line(&country.shown),
            events: country.events,
            status: status(reported.publication),
            served: format!("{} of {}", count(served), count(country.rows.len() as u64)),
            changed,
        }
    }
}

fn section(
    place: usize,
    country: &CountryTable,
    reported: &CountryReport,
    min_support: Option<u64>,
    is_one_of_many: bool,
) -> Section {
    let heading = match reported.publication {
        Publication::Published => "What it changed against the run that was live",
        _ => "What it would change against the run that is live",
    };
    let changes = match &reported.changes {
        Some(diff) => Changes::with(heading, diff),
        None => Changes::without(
            heading,
            "There was nothing live to compare with, or it could not be read.".to_owned(),
        ),
    };
    let said = format!("{}; {}.", number_of(country.events, "events"), status(reported.publication));
    let fates = is_one_of_many.then(|| Fates::of(&country.segments));
    let distributions = Distribution::all_counted(&country.rows, &country.counts);
    Section::of(place, (&country.shown, said), &distributions, min_support, (fates, changes))
}

#[cfg(test)]
mod tests;
