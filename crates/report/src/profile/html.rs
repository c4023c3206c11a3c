//! Shows a profile as a page.

use super::charts::charts;
use super::report::ProfileReport;
use super::text::summary;
use crate::html::BarChart;
use anyhow::{Context, Result};
use askama::Template;

/// Maximum number of a column's values that are shown.
pub(crate) const TOP_ON_PAGE: usize = 10;

/// Maximum number of countries with several spellings, and of pairs of countries, that are shown.
pub(crate) const COUNTRIES_ON_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage<'a> {
    report: &'a ProfileReport,
    charts: Vec<BarChart>,
}

/// Returns a profile as one page.
///
/// # Errors
///
/// If the template cannot be filled, which would be a bug in this program.
pub fn profile_html(report: &ProfileReport) -> Result<String> {
    ProfilePage { report, charts: charts(report) }.render().context("write the profile as a page")
}

impl ProfilePage<'_> {
    fn summary(&self) -> String {
        summary(self.report)
    }
}
