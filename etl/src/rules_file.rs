//! Reads the rules of a run from a file.

use crate::error::InputError;
use anyhow::Result;
use segments::rules::RulesFile;
use std::path::Path;
use std::{fs, io};

/// Maximum bytes of a rules file: far more than rules that can be published.
const RULES_BYTES_MAX: u64 = 1 << 20;

/// Reads a file of rules and limits.
///
/// # Errors
///
/// If it cannot be read, or is not a valid rules file.
pub fn read(file: &Path) -> Result<RulesFile> {
    let shown = file.display().to_string();
    let unreadable = |source| storage::ObjectError::Unreadable { place: shown.clone(), source };
    if fs::metadata(file).map_err(unreadable)?.len() > RULES_BYTES_MAX {
        let too_large = io::Error::other(format!("rules have at most {RULES_BYTES_MAX} bytes"));
        return Err(unreadable(too_large).into());
    }
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let rules = RulesFile::from_toml(&text, &shown);
    rules.map_err(|source| InputError::Rules { file: shown.clone(), source }.into())
}
