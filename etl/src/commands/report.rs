//! `report`: from arguments to output.

use super::{begin_page, paint, published};
use crate::cli::ReportArgs;
use anyhow::Result;
use etl::console::{Format, print, print_json};
use etl::error::Exit;
use etl::history::{self, PublishedReport};
use etl::report::{published_html, published_text};

pub(crate) async fn report(args: ReportArgs) -> Result<Exit> {
    let page = begin_page(args.html.as_deref(), "the report")?;
    let (table, country) = published(&args.common.table, &args.country).await?;
    let run = history::report(&table, &country, args.run_id.as_deref()).await?;
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
