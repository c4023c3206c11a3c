//! The commands: turn arguments into output and an exit code.

mod run;

mod published;

mod reproduce;

mod profile;

mod sample;

pub(crate) use profile::profile;
pub(crate) use published::{diff, lookup, report, rollback, runs, verify};
pub(crate) use reproduce::reproduce;
pub(crate) use run::run;
pub(crate) use sample::sample;

use anyhow::Result;
use report::Paint;
use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use storage::WholeFile;

/// Begins the requested page before the work, so that a location that cannot be written to is known
/// at once.
fn begin_page(file: Option<&Path>, what: &'static str) -> Result<Option<WholeFile>> {
    file.map(|file| WholeFile::create(what, file)).transpose()
}

/// Colours are for terminals only, and never if `NO_COLOR` is set: <https://no-color.org>.
fn paint() -> Paint {
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() && !is_unwanted { Paint::Colours } else { Paint::Plain }
}
