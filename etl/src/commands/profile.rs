//! `profile`: from arguments to output.

use crate::cli::{Format, ProfileArgs};
use crate::{print, print_json, read_rules, threads_default};
use anyhow::{Context, Result};
use etl::error::Exit;
use etl::profile::{self, Paint, ProfileOptions};
use etl::source::Location;
use etl::stream::Limits;
use segments::rules::RulesFile;
use std::io::{self, IsTerminal};
use std::{env, fs};

pub(crate) async fn profile(args: ProfileArgs) -> Result<Exit> {
    let asked = args.threads.map_or_else(threads_default, Into::into);
    let threads = Limits::threads_within(args.memory_budget, asked);
    let RulesFile { rules, .. } =
        args.rules.as_deref().map_or_else(|| Ok(RulesFile::default()), read_rules)?;
    let is_remote = args.locations.iter().any(Location::is_s3);
    let limits = Limits::within(args.memory_budget, threads, is_remote);
    let options = ProfileOptions { locations: args.locations, rules, threads, limits };
    let report = profile::profile(&options).await?;
    if let Some(file) = &args.html {
        let page = profile::profile_html(&report)?;
        fs::write(file, page).with_context(|| format!("write {}", file.display()))?;
    }
    match args.format {
        Format::Json => print_json(&report)?,
        Format::Text => print(&profile::profile_text(&report, paint()))?,
    }
    Ok(Exit::Done)
}

/// Colours are for a terminal, and for nobody who set `NO_COLOR`: <https://no-color.org>.
fn paint() -> Paint {
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() && !is_unwanted { Paint::Colours } else { Paint::Plain }
}
