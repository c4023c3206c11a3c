//! `profile`: from arguments to output.

use super::{begin_page, paint};
use crate::cli::ProfileArgs;
use anyhow::Result;
use etl::console::{Format, print, print_json};
use etl::error::Exit;
use etl::profile::{self, ProfileOptions};
use etl::rules_file;
use etl::run_flags::threads_default;
use etl::source::Location;
use etl::stream::Limits;
use segments::rules::RulesFile;

pub(crate) async fn profile(args: ProfileArgs) -> Result<Exit> {
    let page = begin_page(args.html.as_deref(), "the profile")?;
    let asked = args.threads.map_or_else(threads_default, Into::into);
    let threads = Limits::threads_within(args.memory_budget, asked);
    let RulesFile { rules, .. } =
        args.rules.as_deref().map_or_else(|| Ok(RulesFile::default()), rules_file::read)?;
    let is_remote = args.locations.iter().any(Location::is_s3);
    let limits = Limits::within(args.memory_budget, threads, is_remote);
    let options = ProfileOptions { locations: args.locations, rules, threads, limits };
    let report = profile::profile(&options, page.as_ref()).await?;
    if let Some(mut page) = page {
        page.write(profile::profile_html(&report)?.as_bytes())?;
        page.finish()?;
    }
    match args.format {
        Format::Json => print_json(&report)?,
        Format::Text => print(&profile::profile_text(&report, paint()))?,
    }
    Ok(Exit::Done)
}
