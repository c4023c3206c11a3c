//! `run`: turns arguments into output.

use crate::RunOptions;
use crate::cli::RunArgs;
use crate::console::{Format, print, show_run};
use anyhow::Result;
use counts::rejects::memory;
use report::plan::plan_text;
use storage::Exit;

pub(crate) async fn run(args: RunArgs) -> Result<Exit> {
    let RunArgs { flags, report, rejects, explain, on_bad_file, state } = args;
    let mut options = RunOptions {
        report,
        rejects,
        on_bad_file: on_bad_file.into(),
        state,
        explain: explain.then_some(match flags.format {
            Format::Json => |_| Ok(()),
            Format::Text => |plan| print(&plan_text(plan)),
        }),
        ..flags.options()?
    };
    if options.rejects.is_some() && flags.is_remote() {
        options.bounds = options.bounds.with_reserved(memory(options.threads));
    }
    let result = crate::run(&options).await?;
    show_run(&result, flags.format)
}
