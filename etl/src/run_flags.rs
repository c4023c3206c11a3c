//! The flags of a run, shared by all programs that do one.

use crate::console::Format;
use crate::options::RunOptions;
use crate::rules_file;
use anyhow::Result;
use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use history::bounds::{Bounds, MEMORY_BUDGET_DEFAULT, parse_memory_budget};
use publication::publish::KEEP_DEFAULT;
use segments::reason::RejectReason;
use segments::rules::{MaxRejectRatio, Ratio, RulesFile, Thresholds};
use segments::selection::Selection;
use segments::table::TABLE_DEFAULT;
use segments::value::CountryKey;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;
use storage::Location;

/// Who pays for requests if the bucket's owner does not, as the AWS CLI names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RequestPayer {
    /// The sender of the requests.
    Requester,
}

/// The flags of a run, shared by all programs that do one.
#[derive(Debug, Clone, Args)]
pub struct RunFlags {
    /// Country to publish, in any spelling; repeatable. Without it, every country in the data.
    #[arg(long = "country", value_name = "NAME")]
    pub countries: Vec<CountryKey>,
    /// Where the history is: an s3:// or s3a:// object, prefix or glob, or a local path or glob.
    /// Hive folders (`country_code=Peru/`) become columns. Repeatable.
    #[arg(long = "s3path", value_name = "URL", required = true)]
    pub locations: Vec<Location>,
    /// You pay for listings and reads of a bucket whose owner does not.
    #[arg(long, value_name = "WHO", num_args = 0..=1, default_missing_value = "requester")]
    pub request_payer: Option<RequestPayer>,
    /// The DynamoDB table to publish to.
    #[arg(long, default_value = TABLE_DEFAULT)]
    pub table: String,
    /// Rules to use instead of the compiled-in ones.
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// The most events that a segment may reject, as a share of the selected rows, from 0 to 1; for
    /// one reason alone: `bad_voucher_amount=0.01`. Beyond it nothing is published (exit code 5).
    /// Repeatable; overrides the same limit in the rules.
    #[arg(long = "max-reject-ratio", value_name = "[REASON=]R", value_parser = MaxRejectRatio::parse)]
    pub max_reject_ratios: Vec<(Option<RejectReason>, Ratio)>,
    /// The fewest selected rows; with fewer nothing is published (exit code 5). Overrides the limit
    /// in the rules.
    #[arg(long, value_name = "N")]
    pub min_rows: Option<u64>,
    /// Also writes `<country>_customer_segment_data.json` and `<country>_counts.csv` here.
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
    /// Does everything but the write, and shows what would change in the live table, if that can be
    /// read; local input needs no AWS.
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the report on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Runs to keep for each country; older ones are deleted a day after they were superseded.
    #[arg(long, value_name = "N", default_value_t = KEEP_DEFAULT)]
    pub keep: usize,
    /// Threads that compute; by default one per core.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Memory to stay within, whatever the size of the input: 256MiB, 1GiB, or bytes. Each thread
    /// takes 32 MiB of it; if it is too little for all threads, fewer compute.
    #[arg(long, value_name = "SIZE", default_value = MEMORY_BUDGET_DEFAULT, value_parser = parse_memory_budget)]
    pub memory_budget: ByteSize,
}

impl RunFlags {
    /// Returns the options of the flags, with the rules that they name. Options that only some
    /// programs have keep their defaults.
    ///
    /// # Errors
    ///
    /// If the rules file cannot be read or is invalid.
    pub fn options(&self) -> Result<RunOptions> {
        let (threads, bounds) = threads_and_bounds(self.threads, self.memory_budget, self.is_remote());
        let RulesFile { rules, thresholds } =
            self.rules.as_deref().map_or_else(|| Ok(RulesFile::default()), rules_file::read)?;
        Ok(RunOptions {
            selection: match &self.countries[..] {
                [] => Selection::ALL,
                named => named.iter().map(|country| rules.meant_by(country).clone()).collect(),
            },
            request_payer: self.request_payer.is_some(),
            table: self.table.clone(),
            rules,
            thresholds: thresholds.overridden_by(self.thresholds()),
            export: self.export.clone(),
            dry_run: self.dry_run,
            is_compared: true,
            keep: self.keep,
            threads,
            bounds,
            ..RunOptions::new(self.locations.clone())
        })
    }

    /// Returns whether any input is on S3.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.locations.iter().any(Location::is_s3)
    }

    fn thresholds(&self) -> Thresholds {
        Thresholds {
            max_reject_ratio: self.max_reject_ratios.iter().copied().collect(),
            min_rows: self.min_rows,
            copies: None,
        }
    }
}

/// Returns how many threads compute within a memory budget, and the bounds of their pipeline.
#[must_use]
pub fn threads_and_bounds(
    asked: Option<NonZeroUsize>,
    memory_budget: ByteSize,
    is_remote: bool,
) -> (usize, Bounds) {
    let asked = asked.map_or_else(threads_default, Into::into);
    let threads = Bounds::threads_within(memory_budget, asked);
    if threads < asked {
        tracing::info!(threads, asked, "fewer threads compute: --memory-budget has room for no more");
    }
    (threads, Bounds::within(memory_budget, threads, is_remote))
}

/// Returns the default number of threads that compute: one per core.
#[must_use]
pub fn threads_default() -> usize {
    available_parallelism().map_or(1, Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        run: RunFlags,
    }

    fn parsed(flags: &str) -> RunFlags {
        let line = format!("program --s3path a{flags}");
        Program::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{line}: {error}")).run
    }

    #[test]
    fn thresholds_by_flags() {
        for (flags, overall, reasons, min_rows) in [
            ("", None, 0, None),
            (" --max-reject-ratio 0.05", Some("0.05"), 0, None),
            (" --max-reject-ratio 0.05 --max-reject-ratio 0.1", Some("0.1"), 0, None),
            (" --max-reject-ratio bad_country=0 --max-reject-ratio=missing_country=1", None, 2, None),
            (" --max-reject-ratio=bad_country=0 --max-reject-ratio 0 --min-rows 7", Some("0"), 1, Some(7)),
        ] {
            let thresholds = parsed(flags).options().expect("default rules").thresholds;
            let found = thresholds.max_reject_ratio;
            assert_eq!(found.overall.map(|ratio| ratio.to_string()).as_deref(), overall, "{flags}");
            assert_eq!((found.by_reason.len(), thresholds.min_rows), (reasons, min_rows), "{flags}");
        }
    }

    #[test]
    fn nothing_but_the_input_is_needed() {
        let options = parsed("").options().expect("default rules");
        assert_eq!((options.selection, options.dry_run, options.keep), (Selection::ALL, false, KEEP_DEFAULT));
        let options = parsed(" --country Peru --country peru --dry-run --keep 0").options();
        let options = options.expect("default rules");
        let peru = "peru".parse().expect("a country");
        assert_eq!(
            (options.selection, options.dry_run, options.keep),
            ([peru].into_iter().collect(), true, 0)
        );
    }

    #[test]
    fn who_pays() {
        for (flags, expected) in [
            ("", false),
            (" --request-payer", true),
            (" --request-payer --dry-run", true),
            (" --request-payer requester", true),
            (" --request-payer=requester --dry-run", true),
        ] {
            assert_eq!(parsed(flags).options().expect("default rules").request_payer, expected, "{flags}");
        }
        let line = ["program", "--s3path", "a", "--request-payer", "owner"];
        assert!(Program::try_parse_from(line).is_err());
    }

    #[test]
    fn threads_have_room_in_the_memory() {
        let options = parsed(" --threads 16 --memory-budget 128MiB").options().expect("default rules");
        assert!(options.threads < 16, "{}", options.threads);
        let options = parsed(" --threads 3 --memory-budget 1GiB").options().expect("default rules");
        assert_eq!(options.threads, 3);
    }
}
