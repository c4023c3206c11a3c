//! Shows a published run of a country as a page: `report --html FILE`.

use crate::changes::{changes_heading, short_time, state_name};
use crate::country::{Changes, Fates, Section};
use crate::distribution::Distribution;
use crate::format::{NOTHING, count, line, number_of};
use crate::inputs::files;
use anyhow::{Context, Result};
use askama::Template;
use publication::published::PublishedRun;

#[derive(Template)]
#[template(path = "published.html")]
struct PublishedPage<'a> {
    run: &'a PublishedRun,
    country: String,
    section: Section,
}

/// Returns a published run of a country as one page.
///
/// # Errors
///
/// If the template cannot be filled, which would be a bug in this program.
pub fn published_html(run: &PublishedRun) -> Result<String> {
    PublishedPage::of(run).render().context("write the report as a page")
}

impl<'a> PublishedPage<'a> {
    fn of(run: &'a PublishedRun) -> Self {
        let heading = changes_heading(run.compared_with);
        let changes = match &run.changes {
            Ok(diff) => Changes::with(heading, diff),
            Err(why) => {
                Changes::without(heading, format!("There is nothing to compare with: {}.", line(why)))
            }
        };
        let distributions: Vec<_> = run.rows.iter().map(Distribution::published).collect();
        let said = format!("{}; {}.", number_of(run.manifest.rows, "events"), state_name(run.state));
        let fates = Fates::of(&run.manifest.segments);
        Self {
            country: line(&run.country),
            section: Section::of(
                0,
                (&run.country, said),
                &distributions,
                run.min_support,
                (Some(fates), changes),
            ),
            run,
        }
    }

    /// Returns facts about the run, most important first.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let manifest = &self.run.manifest;
        let time =
            |time: &Option<String>| time.as_deref().map(|time| format!("{} UTC", line(&short_time(time))));
        let began = time(&self.run.started_at);
        let mut facts = vec![
            ("run", line(&manifest.run_id)),
            ("is", state_name(self.run.state).to_owned()),
            ("began", began.unwrap_or(NOTHING.to_owned())),
        ];
        for (what, at) in [
            ("became current", &self.run.published_at),
            ("superseded", &manifest.superseded_at),
            ("rolled back from", &manifest.rolled_back_at),
        ] {
            facts.extend(time(at).map(|time| (what, time)));
        }
        facts.extend(
            manifest.run.as_ref().map(|run| ("program", format!("voucher-etl {}", line(&run.version)))),
        );
        facts.push(("read", files(&manifest.inputs)));
        facts.extend(self.run.min_support.map(|min| ("fewest events of a bucket", count(min))));
        facts.extend([
            ("result_hash", line(&manifest.result_hash)),
            ("rules_hash", line(&manifest.rules_hash)),
        ]);
        facts
    }
}
