//! The exit codes of the programs.

use std::process::ExitCode;

/// The exit codes, as `docs/configuration.md` explains them; 2, usage, is clap's.
///
/// Each of our errors states its code, as a constant or by a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Any other failure.
    Other = 1,
    /// The input is missing or malformed.
    Input = 3,
    /// AWS refused or could not be reached.
    Aws = 4,
    /// A threshold stopped publication.
    Threshold = 5,
    /// Another run became current meanwhile.
    Superseded = 6,
    /// Interrupted by a signal.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
