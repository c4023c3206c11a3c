//! The commands about what was published, and the profile: from arguments to output and exit code.

mod profile;

mod report;

pub(crate) use profile::profile;
pub(crate) use report::report;

use crate::cli::{DiffArgs, RollbackArgs, RunsArgs, VerifyArgs};
use anyhow::{Result, anyhow};
use etl::console::{Format, complain, print, print_json};
use etl::error::Exit;
use etl::history;
use etl::lookup::published_key;
use etl::publish::Table;
use etl::report::{diff_text, rolled_back_text, runs_text, verified_text};
use etl::terminal::Paint;
use segments::value::CountryKey;
use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use storage::{Aws, WholeFile};

pub(crate) async fn runs(args: RunsArgs) -> Result<Exit> {
    let (table, country) = published(&args.common.table, &args.country).await?;
    let runs = history::runs(&table, &country).await?;
    match args.common.format {
        Format::Json => print_json(&runs)?,
        Format::Text => print(&runs_text(&runs))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn diff(args: DiffArgs) -> Result<Exit> {
    let (table, country) = published(&args.common.table, &args.country).await?;
    let diff = history::diff(&table, &country, args.before.as_deref(), args.after.as_deref()).await?;
    match args.common.format {
        Format::Json => print_json(&diff)?,
        Format::Text => print(&diff_text(&diff.country, &diff.diff))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn rollback(args: RollbackArgs) -> Result<Exit> {
    let (table, country) = published(&args.common.table, &args.country).await?;
    let rolled_back = history::rollback(&table, &country, args.to.as_deref()).await?;
    match args.common.format {
        Format::Json => print_json(&rolled_back)?,
        Format::Text => print(&rolled_back_text(&rolled_back))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn verify(args: VerifyArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.common.table);
    let mut countries = Vec::new();
    for name in &args.countries {
        countries.push(published_key(&table, name).await?);
    }
    let verified = history::verify(&table, &countries).await?;
    match args.common.format {
        Format::Json => print_json(&verified)?,
        Format::Text => print(&verified_text(&verified))?,
    }
    for country in &verified.countries {
        for problem in &country.problems {
            complain(&anyhow!("{}: {problem}", country.country));
        }
    }
    Ok(if verified.is_clean { Exit::Done } else { Exit::Other })
}

/// Returns the table of that name, and the key under which what is asked for as `name` is published in it.
async fn published(table: &str, name: &CountryKey) -> Result<(Table, CountryKey)> {
    let table = Table::new(&Aws::from_env().await?, table);
    let key = published_key(&table, name).await?;
    Ok((table, key))
}

/// A page that is asked for; begun before the work, so that a place that cannot be written to is
/// known at once.
fn begin_page(file: Option<&Path>, what: &'static str) -> Result<Option<WholeFile>> {
    file.map(|file| WholeFile::create(what, file)).transpose()
}

/// Colours are for a terminal, and for nobody who set `NO_COLOR`: <https://no-color.org>.
fn paint() -> Paint {
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() && !is_unwanted { Paint::Colours } else { Paint::Plain }
}
