//! Looks for tables in the folders above locations: files in a table are not read.

use crate::S3;
use crate::error::ObjectError;
use crate::location::Location;
use crate::table_format::{DELTA_LOG, HUDI_TIMELINE, ICEBERG_METADATA, TableFormat};
use futures::{StreamExt, stream};
use std::collections::BTreeSet;
use std::path::Path;

/// Maximum folders above a location to look at: a table's files are in one folder for each partition column.
const FOLDERS_ABOVE_MAX: usize = 8;
/// Lookups under way at a time.
const LOOKUPS_UNDER_WAY_MAX: usize = 8;
/// Maximum names to read from a folder that may hold Iceberg's metadata: a page of a listing.
const METADATA_NAMES_MAX: u16 = 1_000;
/// The prefix of Hudi's names.
const HUDI_PREFIX: &str = ".hoodie";

/// Returns the folders above everything that begins with `prefix`, nearest first, each with a `/`
/// at its end; the last may be the bucket itself.
fn folders_above(prefix: &str) -> impl Iterator<Item = &str> {
    let above = prefix.strip_suffix('/').unwrap_or(prefix);
    let folders = above.rmatch_indices('/').map(|(at, _)| &prefix[..=at]);
    let bucket = (!prefix.is_empty()).then_some("");
    folders.chain(bucket).take(FOLDERS_ABOVE_MAX)
}

/// Looks for tables in the folders above locations, in each folder once.
#[derive(Debug, Default)]
pub(crate) struct Above {
    /// Buckets and folders that are not tables.
    clean: BTreeSet<(String, String)>,
    /// Requests made.
    pub(crate) requests: u64,
}

impl Above {
    /// Looks at the folders above all keys that begin with `prefix`. It skips a folder that it may
    /// not list.
    ///
    /// # Errors
    ///
    /// If one of them is a table.
    pub(crate) async fn check(
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

/// Returns the format of the table that a folder on S3 is, if it is one and may be listed, and the
/// number of requests made.
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
    // Names of metadata begin with a number in most catalogs, and with `v` in a plain folder. Names
    // of manifests, which may be many more, begin with any hexadecimal digit or with `snap`.
    let prefix = format!("{folder}{ICEBERG_METADATA}");
    let by_letter = format!("{prefix}v");
    let (any, by_letter) = tokio::join!(
        s3.names(bucket, &prefix, METADATA_NAMES_MAX),
        s3.names(bucket, &by_letter, METADATA_NAMES_MAX)
    );
    let is_iceberg = any.iter().chain(&by_letter).any(|name| TableFormat::of_name(name).is_some());
    (is_iceberg.then_some(TableFormat::Iceberg), 5)
}

/// Looks at the folders above a local file or folder, along the path and along the path it resolves to.
///
/// # Errors
///
/// If one of them is a table.
pub(crate) fn check_above(location: &Location, path: &Path) -> Result<(), ObjectError> {
    let canonical = path.canonicalize().ok();
    let paths = std::iter::once(path).chain(canonical.as_deref().filter(|canonical| *canonical != path));
    for folder in paths.flat_map(|path| path.ancestors().skip(1).take(FOLDERS_ABOVE_MAX)) {
        let names = names_of(&folder.join(ICEBERG_METADATA));
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

/// Returns the names in a folder; none if it does not exist or cannot be read.
fn names_of(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Returns the error for a location that is in a table or holds files of one.
pub(crate) fn refused(location: &Location, format: TableFormat, root: String) -> ObjectError {
    ObjectError::Table { location: location.to_string(), format, root }
}

#[cfg(test)]
mod tests;
