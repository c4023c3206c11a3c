//! `profile`: turns arguments into output.

use super::{begin_page, paint};
use crate::cli::ProfileArgs;
use crate::console::{Format, print, print_json};
use crate::profile::{ProfileOptions, profile as profiled};
use crate::rules_file;
use crate::run_flags::threads_and_bounds;
use anyhow::Result;
use report::profile::{profile_html, profile_text};
use segments::rules::RulesFile;
use storage::{Exit, Location};

pub(crate) async fn profile(args: ProfileArgs) -> Result<Exit> {
    let page = begin_page(args.html.as_deref(), "the profile")?;
    let RulesFile { rules, .. } =
        args.rules.as_deref().map_or_else(|| Ok(RulesFile::default()), rules_file::read)?;
    let is_remote = args.locations.iter().any(Location::is_s3);
    let (threads, bounds) = threads_and_bounds(args.threads, args.memory_budget, is_remote);
    let request_payer = args.request_payer.is_some();
    let options = ProfileOptions { locations: args.locations, request_payer, rules, threads, bounds };
    let report = profiled(&options, page.as_ref()).await?;
    if let Some(mut page) = page {
        page.write(profile_html(&report)?.as_bytes())?;
        page.finish()?;
    }
    match args.format {
        Format::Json => print_json(&report)?,
        Format::Text => print(&profile_text(&report, paint()))?,
    }
    Ok(Exit::Done)
}
