//! Tables that an engine keeps as files and a log: Delta Lake, Apache Iceberg, Apache Hudi. Which of
//! the files are live stands in the log, which is not read yet, so such a table is refused by name.
//!
//! Where one lies is told by names alone, those below a location and those of the folders above it.

use super::{Location, S3, local};
use crate::error::ObjectError;
use futures::{StreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// Folders above a location that are looked at: a table's files lie in a folder for each column that
/// it is partitioned by.
const FOLDERS_ABOVE_MAX: usize = 8;
/// Tables of one listing that are remembered.
const TABLES_MAX: usize = 10_000;
/// Folders that are looked at at a time.
const LOOKUPS_UNDER_WAY_MAX: usize = 8;
/// Names of a folder that may hold Iceberg's metadata, of which some are looked at: as many as a
/// page of a listing has.
const METADATA_NAMES_MAX: u16 = 1_000;

const DELTA_LOG: &str = "_delta_log/";
const HUDI_TIMELINE: &str = ".hoodie/";
/// What its names begin with.
const HUDI_PREFIX: &str = ".hoodie";
/// What it writes into each partition's folder.
const HUDI_PARTITION: &str = ".hoodie_partition_metadata";
const ICEBERG_METADATA: &str = "metadata/";
const ICEBERG_EXTENSIONS: [&str; 2] = [".metadata.json", ".metadata.json.gz"];

/// Who keeps a table.
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
    /// Returns the table that a name belongs to the log of: its format, and its folder with the `/`
    /// at its end, if it is not the whole bucket.
    fn of_name(name: &str) -> Option<(Self, &str)> {
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

/// Returns what stands before the first folder of this name.
fn before_folder<'a>(name: &'a str, folder: &str) -> Option<&'a str> {
    let mut found = name.match_indices(folder).map(|(at, _)| &name[..at]);
    found.find(|before| before.is_empty() || before.ends_with('/'))
}

/// The tables that a listing passes by, by their folders.
#[derive(Debug, Default)]
pub(super) struct Tables(BTreeMap<String, TableFormat>);

impl Tables {
    /// Takes note of a name of the listing.
    pub(super) fn see(&mut self, name: &str) {
        if let Some((format, root)) = TableFormat::of_name(name)
            && self.0.len() < TABLES_MAX
            && !self.0.contains_key(root)
        {
            self.0.insert(root.to_owned(), format);
        }
    }

    /// Returns the table that one of these names lies in, with its folder.
    pub(super) fn holding<'a>(
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

/// Returns the folders above what begins with `prefix`, nearest first, each with the `/` at its end;
/// the last may be the bucket itself.
fn folders_above(prefix: &str) -> impl Iterator<Item = &str> {
    let above = prefix.strip_suffix('/').unwrap_or(prefix);
    let folders = above.rmatch_indices('/').map(|(at, _)| &prefix[..=at]);
    let bucket = (!prefix.is_empty()).then_some("");
    folders.chain(bucket).take(FOLDERS_ABOVE_MAX)
}

/// What looks for tables in the folders above locations, in each folder once.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// Buckets and folders that are no tables.
    clean: BTreeSet<(String, String)>,
    /// Requests that it took.
    pub(super) requests: u64,
}

impl Above {
    /// Looks at the folders above all keys that begin with `prefix`. One that may not be listed is
    /// passed over.
    ///
    /// # Errors
    ///
    /// If one of them is a table.
    pub(super) async fn check(
        &mut self,
        s3: &S3,
        location: &Location,
        bucket: &str,
        prefix: &str,
    ) -> Result<(), ObjectError> {
        let unknown = folders_above(prefix).map(|folder| (bucket.to_owned(), folder.to_owned()));
        let unknown: Vec<_> = unknown.filter(|folder| !self.clean.contains(folder)).collect();
        let looked: Vec<_> = stream::iter(&unknown)
            .map(|(bucket, folder)| format_of_folder(s3, bucket, folder))
            .buffered(LOOKUPS_UNDER_WAY_MAX)
            .collect()
            .await;
        self.requests += looked.iter().map(|(_, requests)| requests).sum::<u64>();
        for ((bucket, folder), (format, _)) in unknown.into_iter().zip(looked) {
            if let Some(format) = format {
                return Err(refused(location, format, format!("s3://{bucket}/{folder}")));
            }
            self.clean.insert((bucket, folder));
        }
        Ok(())
    }
}

/// Returns whose table a folder on S3 is, if it is one and may be listed, and how many requests that
/// took.
async fn format_of_folder(s3: &S3, bucket: &str, folder: &str) -> (Option<TableFormat>, u64) {
    let first = |below: &str| {
        let prefix = format!("{folder}{below}");
        async move { s3.names(bucket, &prefix, 1).await }
    };
    let (delta, hudi, metadata) = tokio::join!(first(DELTA_LOG), first(HUDI_PREFIX), first(ICEBERG_METADATA));
    let found =
        [delta, hudi].concat().iter().find_map(|name| TableFormat::of_name(name)).map(|(format, _)| format);
    if found.is_some() || metadata.is_empty() {
        return (found, 3);
    }
    // Metadata begins with a number in most catalogs, and with `v` in a plain folder; manifests,
    // of which there may be many more, begin with any hexadecimal digit, or with `snap`.
    let prefix = format!("{folder}{ICEBERG_METADATA}");
    let by_letter = format!("{prefix}v");
    let (any, by_letter) = tokio::join!(
        s3.names(bucket, &prefix, METADATA_NAMES_MAX),
        s3.names(bucket, &by_letter, METADATA_NAMES_MAX)
    );
    let is_iceberg = any.iter().chain(&by_letter).any(|name| TableFormat::of_name(name).is_some());
    (is_iceberg.then_some(TableFormat::Iceberg), 5)
}

/// Looks at the folders above a local file or folder, along the path and where it leads.
///
/// # Errors
///
/// If one of them is a table.
pub(super) fn check_above(location: &Location, path: &Path) -> Result<(), ObjectError> {
    let canonical = path.canonicalize().ok();
    let paths = std::iter::once(path).chain(canonical.as_deref().filter(|canonical| *canonical != path));
    for folder in paths.flat_map(|path| path.ancestors().skip(1).take(FOLDERS_ABOVE_MAX)) {
        let names = local::names_of(&folder.join(ICEBERG_METADATA));
        let format = if folder.join(DELTA_LOG).is_dir() {
            Some(TableFormat::Delta)
        } else if folder.join(HUDI_TIMELINE).is_dir() {
            Some(TableFormat::Hudi)
        } else {
            let is_metadata =
                |name: &String| TableFormat::of_name(&format!("{ICEBERG_METADATA}{name}")).is_some();
            names.iter().any(is_metadata).then_some(TableFormat::Iceberg)
        };
        if let Some(format) = format {
            return Err(refused(location, format, format!("{}/", folder.display())));
        }
    }
    Ok(())
}

/// Returns why a location that holds files of a table, or lies in it, is not read.
pub(super) fn refused(location: &Location, format: TableFormat, root: String) -> ObjectError {
    ObjectError::Table { location: location.to_string(), format, root }
}

#[cfg(test)]
mod tests;
