//! `--export DIR`: the proof of concept's file and the counts, for each country.

use anyhow::{Context, Result};
use counts::EvaluatedTable;
use segments::mode::Mode;
use segments::table::{Count, CountryTable};
use segments::value::Amount;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Characters that a file name must not hold, on any system that these files may be copied to.
const NOT_IN_NAMES: &str = "/\\%:*?\"<>|";

/// Writes `<country>_customer_segment_data.json` and `<country>_counts.csv` for each country.
///
/// # Errors
///
/// If the folder cannot be made or written to.
pub fn export(table: &EvaluatedTable, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot write {}", folder.display()))?;
    for country in &table.countries {
        let name = file_name(&country.shown);
        write(
            &folder.join(format!("{name}_customer_segment_data.json")),
            &answers(country, table.min_support)?,
        )?;
        write(&folder.join(format!("{name}_counts.csv")), &counts(country)?)?;
    }
    Ok(())
}

/// Percent-encodes characters that a file name must not hold, and a leading dot, which would hide
/// the file.
fn file_name(country: &str) -> String {
    let mut name = String::with_capacity(country.len());
    for (at, character) in country.char_indices() {
        if NOT_IN_NAMES.contains(character) || (at == 0 && character == '.') {
            // Writing to a `String` cannot fail; all of these are ASCII.
            let _ = write!(name, "%{:02X}", u32::from(character));
        } else {
            name.push(character);
        }
    }
    name
}

/// Writes completely or not at all: to a temporary file, which is then renamed.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_added_extension("part");
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Segment -> bucket -> amount, including `Unknown`. Buckets without an amount are left out: empty
/// ones, and those with fewer events than the rules require.
fn answers(country: &CountryTable, min_support: Option<u64>) -> Result<Vec<u8>> {
    let mut amounts: BTreeMap<(&str, &str), Vec<(Amount, u64)>> = BTreeMap::new();
    for Count { segment, bucket, amount, events } in &country.counts {
        amounts.entry((segment, bucket)).or_default().push((*amount, *events));
    }
    let mut answers: BTreeMap<&str, BTreeMap<&str, Amount>> =
        country.segments.keys().map(|segment| (segment.as_str(), BTreeMap::new())).collect();
    for ((segment, bucket), counts) in amounts {
        if let Some(amount) = Mode::of(counts).held_to(min_support).voucher_amount {
            answers.entry(segment).or_default().insert(bucket, amount);
        }
    }
    let mut json = serde_json::to_vec_pretty(&answers)?;
    json.push(b'\n');
    Ok(json)
}

fn counts(country: &CountryTable) -> Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["segment", "bucket", "voucher_amount", "count"])?;
    for Count { segment, bucket, amount, events } in &country.counts {
        csv.write_record([segment, bucket, &amount.to_string(), &events.to_string()])?;
    }
    Ok(csv.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (country, name) in [
            ("Peru", "Peru"),
            ("Costa Rica", "Costa Rica"),
            ("Türkiye", "Türkiye"),
            ("a/b", "a%2Fb"),
            ("..", "%2E."),
            ("100%", "100%25"),
        ] {
            assert_eq!(file_name(country), name);
            assert_eq!(percent_encoding::percent_decode_str(name).decode_utf8_lossy(), country);
        }
    }
}
