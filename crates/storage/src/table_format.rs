//! Tables that an engine keeps as files and a log: Delta Lake, Apache Iceberg, Apache Hudi. The log
//! says which files are live. It is not read yet, so such a table is refused by name.
//!
//! Names alone tell where a table is.

use std::collections::BTreeMap;
use std::fmt;

/// Maximum tables to remember of one listing.
const TABLES_MAX: usize = 10_000;

pub(crate) const DELTA_LOG: &str = "_delta_log/";
pub(crate) const HUDI_TIMELINE: &str = ".hoodie/";
/// The file that Hudi writes into each partition's folder.
const HUDI_PARTITION: &str = ".hoodie_partition_metadata";
pub(crate) const ICEBERG_METADATA: &str = "metadata/";
const ICEBERG_EXTENSIONS: [&str; 2] = [".metadata.json", ".metadata.json.gz"];

/// The format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// Delta Lake: `_delta_log/`
    Delta,
    /// Apache Iceberg: `metadata/*.metadata.json`
    Iceberg,
    /// Apache Hudi: `.hoodie/`
    Hudi,
}

impl fmt::Display for TableFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Delta => "Delta Lake",
            Self::Iceberg => "Apache Iceberg",
            Self::Hudi => "Apache Hudi",
        })
    }
}

impl TableFormat {
    /// Returns the table to whose log a name belongs: its format, and its folder, which ends in `/`
    /// unless it is the whole bucket.
    pub(crate) fn of_name(name: &str) -> Option<(Self, &str)> {
        for (format, log) in [(Self::Delta, DELTA_LOG), (Self::Hudi, HUDI_TIMELINE)] {
            if let Some(root) = before_folder(name, log) {
                return Some((format, root));
            }
        }
        let (folder, file) = name.split_at(name.rfind('/').map_or(0, |slash| slash + 1));
        if file == HUDI_PARTITION {
            return Some((Self::Hudi, folder));
        }
        let is_metadata = ICEBERG_EXTENSIONS.iter().any(|extension| file.ends_with(extension));
        let root = folder.strip_suffix(ICEBERG_METADATA).filter(|_| is_metadata)?;
        (root.is_empty() || root.ends_with('/')).then_some((Self::Iceberg, root))
    }
}

/// Returns the part before the first folder of this name.
fn before_folder<'a>(name: &'a str, folder: &str) -> Option<&'a str> {
    let mut found = name.match_indices(folder).map(|(at, _)| &name[..at]);
    found.find(|before| before.is_empty() || before.ends_with('/'))
}

/// The tables that a listing comes across, by their folders.
#[derive(Debug, Default)]
pub(crate) struct Tables(BTreeMap<String, TableFormat>);

impl Tables {
    /// Takes a name of the listing.
    pub(crate) fn see(&mut self, name: &str) {
        if let Some((format, root)) = TableFormat::of_name(name)
            && self.0.len() < TABLES_MAX
            && !self.0.contains_key(root)
        {
            self.0.insert(root.to_owned(), format);
        }
    }

    /// Returns the table that one of these names is in, with its folder.
    pub(crate) fn holding<'a>(
        &self,
        mut names: impl Iterator<Item = &'a str>,
    ) -> Option<(TableFormat, &str)> {
        if self.0.is_empty() {
            return None;
        }
        let holding = |name: &'a str| {
            let folders = name.match_indices('/').map(|(at, _)| &name[..=at]);
            std::iter::once("").chain(folders).find_map(|folder| self.0.get_key_value(folder))
        };
        names.find_map(holding).map(|(root, format)| (*format, root.as_str()))
    }
}

#[cfg(test)]
mod tests;
