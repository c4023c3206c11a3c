//! The commands for published tables: `lookup`, `runs`, `diff`, `report`, `rollback`, `verify`.

use super::{begin_page, paint};
use crate::cli::{DiffArgs, LookupArgs, ReportArgs, RollbackArgs, RunsArgs, VerifyArgs};
use crate::console::{Format, complain, print, print_json};
use anyhow::{Result, anyhow};
use publication::Table;
use publication::lookup::{self, LookupReport, published_key};
use publication::published::{self, PublishedReport};
use report::diff_text;
use report::published::{
    lookup_text, published_html, published_text, rolled_back_text, runs_text, verified_text,
};
use segments::value::CountryKey;
use storage::{Aws, Exit};

pub(crate) async fn lookup(args: LookupArgs) -> Result<Exit> {
    let (table, country) = published(&args.table, &args.country).await?;
    let published = lookup::lookup(&table, &country).await?;
    match args.format {
        Format::Json => print_json(&LookupReport::from(&published))?,
        Format::Text => print(&lookup_text(&published))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn report(args: ReportArgs) -> Result<Exit> {
    let page = begin_page(args.html.as_deref(), "the report")?;
    let (table, country) = published(&args.common.table, &args.country).await?;
    let run = published::report(&table, &country, args.run_id.as_deref()).await?;
    if let Some(mut page) = page {
        page.write(published_html(&run)?.as_bytes())?;
        page.finish()?;
    }
    match args.common.format {
        Format::Json => print_json(&PublishedReport::from(&run))?,
        Format::Text => print(&published_text(&run, paint()))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn runs(args: RunsArgs) -> Result<Exit> {
    let (table, country) = published(&args.common.table, &args.country).await?;
    let runs = published::runs(&table, &country).await?;
    match args.common.format {
        Format::Json => print_json(&runs)?,
        Format::Text => print(&runs_text(&runs))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn diff(args: DiffArgs) -> Result<Exit> {
    let (table, country) = published(&args.common.table, &args.country).await?;
    let diff = published::diff(&table, &country, args.before.as_deref(), args.after.as_deref()).await?;
    match args.common.format {
        Format::Json => print_json(&diff)?,
        Format::Text => print(&diff_text(&diff.country, &diff.diff))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn rollback(args: RollbackArgs) -> Result<Exit> {
    let (table, country) = published(&args.common.table, &args.country).await?;
    let rolled_back = published::rollback(&table, &country, args.to.as_deref()).await?;
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
    let verified = published::verify(&table, &countries).await?;
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

/// Returns the table with this name, and the key under which it publishes the country `name`.
async fn published(table: &str, name: &CountryKey) -> Result<(Table, CountryKey)> {
    let table = Table::new(&Aws::from_env().await?, table);
    let key = published_key(&table, name).await?;
    Ok((table, key))
}
