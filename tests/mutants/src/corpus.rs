//! Seed corpora for the targets of `tests/fuzz/`: parts of the valid files.

use crate::base;
use crate::file::{File, Page};
use crate::named;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The ETL's default rules.
const RULES: &str = include_str!("../../../crates/segments/rules.toml");
/// The request of the API's documentation.
const BODY: &str = r#"{"customer_id": 123, "country_code": "Peru", "last_order_ts": "2018-05-03 00:00:00", "first_order_ts": "2017-05-03 00:00:00", "total_orders": 15, "segment_name": "frequent_segment"}"#;
/// Longer files made by hand are left out: they hold nothing that a short seed could not.
const NAMED_BYTES_MAX: usize = 4 << 10;

/// Writes a folder for each target.
///
/// # Errors
///
/// If writing fails.
pub fn write(folder: &Path) -> Result<()> {
    let add = |target: &str, name: &str, bytes: &[u8]| {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).context("make a folder of a corpus")?;
        fs::write(folder.join(name), bytes).context("write to a corpus")
    };
    for (number, base) in base::all().into_iter().enumerate() {
        let file = File::read(&base.bytes);
        add("footer", &format!("base-{number}"), &file.footer.write())?;
        for (column, pages) in file.groups.first().into_iter().flatten().enumerate() {
            let bytes: Vec<u8> = pages.iter().flat_map(Page::bytes).collect();
            let which = [u8::try_from(number)?, u8::try_from(column)?];
            add("column", &format!("base-{number}-{column}"), &[&which[..], &bytes].concat())?;
            if let Some(page) = pages.first() {
                add("page", &format!("base-{number}-{column}"), &page.header.write())?;
            }
        }
    }
    for (number, named) in named::all().into_iter().enumerate() {
        if named.bytes.len() <= NAMED_BYTES_MAX {
            add("footer", &format!("named-{number}"), footer(&named.bytes))?;
        }
    }
    add("rules", "default", RULES.as_bytes())?;
    add("body", "example", BODY.as_bytes())
}

/// Returns the footer of a file, cut to the file if its length lies.
fn footer(bytes: &[u8]) -> &[u8] {
    let end = bytes.len().saturating_sub(8);
    let length = bytes[end..].first_chunk::<4>().map_or(0, |length| u32::from_le_bytes(*length));
    let start = end.saturating_sub(usize::try_from(length).unwrap_or(usize::MAX));
    &bytes[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_something_to_begin_with() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path()).expect("written");
        for target in ["footer", "page", "column", "rules", "body"] {
            let files = fs::read_dir(folder.path().join(target)).expect("a folder for each");
            assert!(files.count() > 0, "{target}");
        }
    }
}
