//! `report`: from arguments to output.

use super::{begin_page, paint};
use crate::cli::ReportArgs;
use anyhow::Result;
use etl::aws::Aws;
use etl::console::{Format, print, print_json};
use etl::error::Exit;
use etl::history::{self, PublishedReport};
use etl::publish::Table;
use etl::report::{published_html, published_text};

pub(crate) async fn report(args: ReportArgs) -> Result<Exit> {
    let page = begin_page(args.html.as_deref(), "the report")?;
    let table = Table::new(&Aws::from_env().await?, &args.common.table);
    let run = history::report(&table, &args.country, args.run_id.as_deref()).await?;
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
