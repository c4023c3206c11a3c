//! `reproduce`: turns arguments into output.

use crate::cli::ReproduceArgs;
use crate::console::{Format, complain, print, print_json};
use crate::reproduce::ReproduceOptions;
use crate::run_flags::threads_default;
use anyhow::{Result, anyhow};
use history::Bounds;
use report::published::{ReproduceReport, reproduced_text};
use storage::Exit;

pub(crate) async fn reproduce(args: ReproduceArgs) -> Result<Exit> {
    let options = ReproduceOptions {
        country: args.country,
        run_id: args.run_id,
        table: args.table,
        locations: args.locations,
        request_payer: args.request_payer.is_some(),
        threads: threads_default(),
        bounds: Bounds::default(),
    };
    let reproduced = crate::reproduce::reproduce(&options).await?;
    match args.format {
        Format::Json => print_json(&ReproduceReport::from(&reproduced))?,
        Format::Text => print(&reproduced_text(&reproduced))?,
    }
    let Some(difference) = &reproduced.difference else { return Ok(Exit::Done) };
    let run_id = &reproduced.manifest.run_id;
    complain(&anyhow!("run {run_id} of {} is not reproduced: {difference}", reproduced.country));
    Ok(Exit::Other)
}
