//! Man pages and shell completions of `voucher-etl` and `voucher-api`, from the very files that
//! define their command lines.
//!
//! A crate of its own, so that neither program depends on what writes about it.

#[path = "../../../api/src/cli.rs"]
mod api_cli;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::fs;
use std::io;
use std::path::Path;

/// The shells that get completions, all that `clap_complete` knows and people use here.
pub const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell];

/// Returns the command lines that are described.
#[must_use]
pub fn programs() -> [Command; 2] {
    // Named here, since clap's default name is that of the crate that compiles it.
    [etl::cli::Cli::command().name("voucher-etl"), api_cli::Cli::command().name("voucher-api")]
}

/// Writes `PROGRAM/man/man1/*.1`, a page for each command, and `PROGRAM/completions/*` below a folder.
///
/// # Errors
///
/// If a file cannot be written.
pub fn write(folder: &Path) -> io::Result<()> {
    for program in programs() {
        let name = program.get_name().to_owned();
        let pages = folder.join(&name).join("man/man1");
        fs::create_dir_all(&pages)?;
        clap_mangen::generate_to(program.clone(), &pages)?;
        let completions = folder.join(&name).join("completions");
        fs::create_dir_all(&completions)?;
        for shell in SHELLS {
            clap_complete::generate_to(shell, &mut program.clone(), &name, &completions)?;
        }
    }
    Ok(())
}
