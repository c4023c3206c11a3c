//! The commands about what was published, and the profile: from arguments to output and exit code.

mod profile;

pub(crate) use profile::profile;

use crate::cli::{DiffArgs, Format, RollbackArgs, RunsArgs, VerifyArgs};
use crate::{complain, print, print_json};
use anyhow::{Result, anyhow};
use etl::aws::Aws;
use etl::error::Exit;
use etl::publish::Table;
use etl::{history, report};

pub(crate) async fn runs(args: RunsArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.common.table);
    let runs = history::runs(&table, &args.country).await?;
    match args.common.format {
        Format::Json => print_json(&runs)?,
        Format::Text => print(&report::runs_text(&runs))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn diff(args: DiffArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.common.table);
    let diff = history::diff(&table, &args.country, args.before.as_deref(), args.after.as_deref()).await?;
    match args.common.format {
        Format::Json => print_json(&diff)?,
        Format::Text => print(&report::diff_text(&diff.country, &diff.diff))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn rollback(args: RollbackArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.common.table);
    let rolled_back = history::rollback(&table, &args.country, args.to.as_deref()).await?;
    match args.common.format {
        Format::Json => print_json(&rolled_back)?,
        Format::Text => print(&report::rolled_back_text(&rolled_back))?,
    }
    Ok(Exit::Done)
}

pub(crate) async fn verify(args: VerifyArgs) -> Result<Exit> {
    let table = Table::new(&Aws::from_env().await?, &args.common.table);
    let verified = history::verify(&table, &args.countries).await?;
    match args.common.format {
        Format::Json => print_json(&verified)?,
        Format::Text => print(&report::verified_text(&verified))?,
    }
    for country in &verified.countries {
        for problem in &country.problems {
            complain(&anyhow!("{}: {problem}", country.country));
        }
    }
    Ok(if verified.is_clean { Exit::Done } else { Exit::Other })
}
