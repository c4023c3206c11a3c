//! The arguments of the commands on published runs.

use crate::console::Format;
use clap::Args;
use segments::table::TABLE_DEFAULT;
use segments::value::CountryKey;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl diff --country Peru
  voucher-etl diff --country Peru 01a20d29-b6c6-736e-a0e0-e5330a50dd2e
  voucher-etl diff --country Peru 01a20d29-b6c6-736e-a0e0-e5330a50dd2e 01a21024-d798-7e6e-8df2-1f47ef6acab7")]
pub(crate) struct DiffArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    /// The run to compare with; by default the previous one.
    #[arg(value_name = "RUN")]
    pub(crate) before: Option<String>,
    /// The run to compare; by default the current one.
    #[arg(value_name = "RUN")]
    pub(crate) after: Option<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct RollbackArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    /// The run to make current again; by default the previous one.
    #[arg(long = "to", value_name = "RUN")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  voucher-etl report --country Peru
  voucher-etl report --country Peru --html peru.html
  voucher-etl report --country Peru --run 01a20d29-b6c6-736e-a0e0-e5330a50dd2e --format json")]
pub(crate) struct ReportArgs {
    /// The country, in any spelling.
    #[arg(long, value_name = "NAME")]
    pub(crate) country: CountryKey,
    /// The run; by default the current one.
    #[arg(long = "run", value_name = "ID")]
    pub(crate) run_id: Option<String>,
    /// Also writes the report here, as a self-contained page with charts.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The country, in any spelling; repeatable. Without it, every published country.
    #[arg(long = "country", value_name = "NAME")]
    pub(crate) countries: Vec<CountryKey>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The DynamoDB table.
    #[arg(long, default_value = TABLE_DEFAULT)]
    pub(crate) table: String,
    /// Format of the output on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
