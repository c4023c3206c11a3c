//! Resolves locations to objects: one listing for each, which also gives size and version, and a
//! look at the folders above.

use super::bucket::bucket_url;
use super::copies::{self, Copies, folders};
use super::left_out::{LeftOut, LeftOutKind};
use super::listing::{Among, Entry, FileId, Listed, Listing, Scope};
use super::pattern::{Pattern, glob};
use super::tables_above::{Above, refused};
use super::{Location, Object, Store, hive, local};
use crate::error::ObjectError;
use anyhow::Result;
use segments::rules::{OnCopies, Rules};
use segments::selection::Selection;
use segments::value::{Country, Field};
use std::collections::{BTreeSet, HashMap};

/// Which of the objects at some locations are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The rules. Names of folders may hold some of the columns they need.
    pub rules: &'a Rules,
    /// The selected countries.
    pub selection: &'a Selection,
    /// What to do about objects with the content of others.
    pub on_copies: OnCopies,
}

/// The input of a run.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The files to read, sorted by URL, each once.
    pub objects: Vec<Object>,
    /// Files left out because their path names a country that is not selected.
    pub pruned: u64,
    /// The countries that their paths name.
    pub pruned_countries: BTreeSet<Country>,
    /// Objects found beside the data.
    pub left_out: LeftOut,
    /// Files with the content of others.
    pub copies: Copies,
    /// Requests made to list.
    pub list_requests: u64,
}

/// Looks up the objects at `locations` and leaves out those not wanted: files whose path names
/// another country, and copies that are not to be read.
///
/// # Errors
///
/// As [`list`]; or if a file to be compared cannot be read.
pub async fn resolve(store: &Store, locations: &[Location], wanted: Wanted<'_>) -> Result<Resolved> {
    let listed = list(store, locations, wanted.rules).await?;
    let (left_out, list_requests) = (listed.left_out, listed.list_requests);
    let mut resolved = Resolved::of(listed.objects, wanted.rules, wanted.selection)?;
    let copies = copies::find(&mut resolved.objects, wanted.on_copies, wanted.rules).await?;
    if left_out.number > 0 {
        tracing::info!("left out beside data: {left_out}");
    }
    if copies.number > 0 {
        tracing::warn!("files of the same content: {copies}");
    }
    Ok(Resolved { left_out, copies, list_requests, ..resolved })
}

/// Looks up the objects at `locations`, of all countries.
///
/// # Errors
///
/// If a location has no objects, cannot be listed, or holds a table that only an engine can read;
/// or if two paths lead to one file and their folders disagree about its rows.
pub async fn list(store: &Store, locations: &[Location], rules: &Rules) -> Result<Resolved> {
    let scopes = locations.iter().map(scope).collect::<Result<Vec<_>>>()?;
    let mut found = Vec::new();
    let mut resolved = Resolved::default();
    let mut above = Above::default();
    for (index, location) in locations.iter().enumerate() {
        let among = Among::new(&scopes, index);
        let listed = match location {
            Location::Local { path } => local::list(location, path, among)?,
            Location::S3 { bucket, .. } => {
                let (s3, offset) = (store.s3()?, bucket_url(bucket).len());
                let listed = s3.list(bucket, Listing::new(among, offset)).await?;
                above.check(s3, location, bucket, among.pattern().prefix()).await?;
                listed
            }
        };
        if listed.entries.is_empty() {
            return Err(nothing(location, &listed.left_out).into());
        }
        check_tables(location, &listed)?;
        resolved.list_requests += listed.requests;
        resolved.left_out.merge(listed.left_out_here);
        found.extend(listed.entries);
    }
    resolved.list_requests += above.requests;
    found.sort_unstable_by(|one, other| one.object.url.cmp(&other.object.url));
    found.dedup_by(|one, other| one.object.url == other.object.url);
    resolved.objects = each_file_once(found, rules, &mut resolved.left_out)?;
    Ok(resolved)
}

impl Resolved {
    /// Returns the input that `objects` make, without those whose path names a country outside
    /// `selection`. Each object is there once, sorted by URL.
    ///
    /// # Errors
    ///
    /// If the folders of a path disagree.
    pub fn of(
        objects: impl IntoIterator<Item = Object>,
        rules: &Rules,
        selection: &Selection,
    ) -> Result<Self, ObjectError> {
        let mut resolved = Self::default();
        for object in objects {
            let country = hive::country(&object, rules)?;
            if hive::is_selected(country.as_ref(), selection) {
                resolved.objects.push(object);
            } else {
                resolved.pruned += 1;
                resolved.pruned_countries.extend(country.and_then(Field::value));
            }
        }
        Ok(resolved)
    }
}

fn scope(location: &Location) -> Result<Scope> {
    Ok(match location {
        Location::Local { path } => Scope { bucket: None, pattern: local::pattern(path)? },
        Location::S3 { bucket, key } => Scope { bucket: Some(bucket.clone()), pattern: Pattern::of(key) },
    })
}

/// Keeps the first of several paths to one file: symbolic and hard links, and folders that are
/// mounted twice.
fn each_file_once(
    entries: Vec<Entry>,
    rules: &Rules,
    left_out: &mut LeftOut,
) -> Result<Vec<Object>, ObjectError> {
    let columns = rules.sources();
    let mut objects: Vec<Object> = Vec::with_capacity(entries.len());
    let mut by_file: HashMap<FileId, usize> = HashMap::new();
    for Entry { object, file } in entries {
        if let Some(&first) = file.and_then(|file| by_file.get(&file)) {
            let first: &Object = &objects[first];
            if folders(first, &columns)? != folders(&object, &columns)? {
                return Err(ObjectError::OneFile { first: first.url.clone(), other: object.url });
            }
            left_out.add(LeftOutKind::SameFile, &object.url);
            continue;
        }
        if let Some(file) = file {
            by_file.insert(file, objects.len());
        }
        objects.push(object);
    }
    Ok(objects)
}

/// Refuses a location if one of its files is in a table that was listed.
fn check_tables(location: &Location, listed: &Listed) -> Result<(), ObjectError> {
    let before = match location {
        Location::Local { .. } => String::new(),
        Location::S3 { bucket, .. } => bucket_url(bucket),
    };
    let names = listed.entries.iter().map(|entry| &entry.object.url[before.len()..]);
    match listed.tables.holding(names) {
        None => Ok(()),
        Some((format, root)) => Err(refused(location, format, format!("{before}{root}"))),
    }
}

fn nothing(location: &Location, left_out: &LeftOut) -> ObjectError {
    let text = match location {
        Location::Local { path } => path.to_string_lossy(),
        Location::S3 { key, .. } => key.into(),
    };
    let hint = match (location, glob(&text)) {
        _ if left_out.number > 0 => format!("everything there is left out, as it is not data: {left_out}"),
        (_, Some(Err(error))) => {
            format!("nothing has this name, and it is not a valid pattern: {}", error.kind())
        }
        (Location::Local { .. }, _) => "there is no such file or folder, or it holds no data file".to_owned(),
        (Location::S3 { .. }, Some(Ok(_))) => "no key matches".to_owned(),
        (Location::S3 { .. }, None) => {
            "no object has this key, and none is below it; for keys that begin like this add '*'".to_owned()
        }
    };
    ObjectError::Nothing { location: location.to_string(), hint }
}

#[cfg(test)]
mod tests;
