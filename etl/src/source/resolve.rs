//! Locations to objects: one listing each, which gives size and version as well.

use super::{Location, Object, Place, Store, hive, local};
use crate::error::InputError;
use anyhow::Result;
use globset::{Glob, GlobBuilder, GlobMatcher};
use segments::value::{Country, CountryKey, Field};
use std::collections::BTreeSet;

/// Characters that make a location a pattern.
const GLOB_CHARS: [char; 4] = ['*', '?', '[', '{'];

/// The input of a run.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The files to read, in order of URL, each once.
    pub objects: Vec<Object>,
    /// Files left out because their path names a country that is not selected.
    pub pruned: u64,
    /// The countries named by the paths of those.
    pub pruned_countries: BTreeSet<Country>,
    /// Requests that listing took.
    pub list_requests: u64,
}

/// Looks up what is at `locations` and leaves out files whose path names a country that is not
/// in `selection` (`None` selects all).
///
/// # Errors
///
/// If there is nothing at one of them, or it cannot be listed.
pub async fn resolve(
    store: &Store,
    locations: &[Location],
    selection: Option<&BTreeSet<CountryKey>>,
) -> Result<Resolved> {
    let mut found = Vec::new();
    let mut list_requests = 0;
    for location in locations {
        let (objects, requests) = match location {
            Location::Local { path } => (local::list(path)?, 0),
            Location::S3 { bucket, key } => store.s3()?.list(bucket, key).await?,
        };
        if objects.is_empty() {
            return Err(nothing(location).into());
        }
        list_requests += requests;
        found.extend(objects);
    }
    found.sort_unstable_by(|one, other| one.url.cmp(&other.url));
    found.dedup_by(|one, other| one.url == other.url);
    Ok(Resolved { list_requests, ..Resolved::of(found, selection) })
}

impl Resolved {
    /// Returns the input that `objects` are, each there once and in order of URL: without those
    /// whose path names a country that is not in `selection`.
    pub(crate) fn of(
        objects: impl IntoIterator<Item = Object>,
        selection: Option<&BTreeSet<CountryKey>>,
    ) -> Self {
        let mut resolved = Self::default();
        for object in objects {
            let country = hive::country(&object.partitions);
            if hive::is_selected(country.as_ref(), selection) {
                resolved.objects.push(object);
            } else {
                resolved.pruned += 1;
                resolved.pruned_countries.extend(country.and_then(Field::value));
            }
        }
        resolved
    }
}

fn nothing(location: &Location) -> InputError {
    let text = match location {
        Location::Local { path } => path.to_string_lossy(),
        Location::S3 { key, .. } => key.into(),
    };
    let hint = match (location, glob(&text)) {
        (_, Some(Err(error))) => {
            format!("nothing has this name, and it is no valid pattern: {}", error.kind())
        }
        (Location::Local { .. }, _) => "there is no such file or folder, or it holds no data file".to_owned(),
        (Location::S3 { .. }, Some(Ok(_))) => "no key matches".to_owned(),
        (Location::S3 { .. }, None) => {
            "no object has this key, and none is below it; for keys that begin like this add '*'".to_owned()
        }
    };
    InputError::Nothing { location: location.to_string(), hint }
}

/// Reads a text as a pattern, if it has the characters of one.
fn glob(text: &str) -> Option<Result<Glob, globset::Error>> {
    text.contains(GLOB_CHARS).then(|| GlobBuilder::new(text).literal_separator(true).build())
}

/// Which keys, or paths below a folder, a location means.
pub(super) enum Pattern {
    /// The object of this name or, if there is none, all below it.
    Exactly(String),
    /// All that match.
    Glob(Box<GlobMatcher>, String),
}

impl Pattern {
    /// Understands a key or a path, with `/` between its parts. What is no valid pattern can still
    /// be a name.
    pub(super) fn of(text: &str) -> Self {
        match glob(text) {
            Some(Ok(glob)) => Self::Glob(Box::new(glob.compile_matcher()), text.to_owned()),
            Some(Err(_)) | None => Self::Exactly(text.to_owned()),
        }
    }

    /// Returns what every match begins with.
    pub(super) fn prefix(&self) -> &str {
        match self {
            Self::Exactly(text) => text,
            Self::Glob(_, text) => &text[..text.find(GLOB_CHARS).unwrap_or(text.len())],
        }
    }

    /// Returns what an entry of this name is to the location.
    pub(super) fn relation(&self, name: &str) -> Relation {
        let (Self::Exactly(literal) | Self::Glob(_, literal)) = self;
        if name == literal && !name.ends_with('/') {
            return Relation::Exact;
        }
        let is_meant = match self {
            Self::Exactly(literal) => below(literal, name).is_some_and(|below| !is_hidden(below)),
            Self::Glob(glob, _) => glob.is_match(name) && !is_hidden(&name[self.prefix().len()..]),
        };
        if is_meant { Relation::Meant } else { Relation::Other }
    }

    /// Keeps the entries that are meant, see [`Selection`].
    pub(super) fn select<T>(&self, entries: Vec<(String, T)>) -> Vec<T> {
        let mut selection = Selection::default();
        for (name, entry) in entries {
            selection.add(self.relation(&name), entry);
        }
        selection.finish()
    }
}

/// What an entry of a listing is to a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// It has exactly this name.
    Exact,
    /// It matches the glob, or lies below the folder and is not hidden.
    Meant,
    /// It only begins alike.
    Other,
}

/// The entries that a location means, as they are listed: those that it does not mean are not kept.
#[derive(Debug)]
pub(super) struct Selection<T> {
    exact: Option<T>,
    meant: Vec<T>,
}

impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self { exact: None, meant: Vec::new() }
    }
}

impl<T> Selection<T> {
    pub(super) fn add(&mut self, relation: Relation, entry: T) {
        match relation {
            Relation::Exact => self.exact = Some(entry),
            Relation::Meant => self.meant.push(entry),
            Relation::Other => {}
        }
    }

    /// Returns the entry of exactly the name if there is one; else all others that are meant.
    pub(super) fn finish(self) -> Vec<T> {
        self.exact.map_or(self.meant, |exact| vec![exact])
    }
}

/// Returns what of `name` is below the folder `literal`.
fn below<'a>(literal: &str, name: &'a str) -> Option<&'a str> {
    let rest = name.strip_prefix(literal)?;
    if literal.is_empty() || literal.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

/// Returns whether any part of a path is hidden, as Hadoop has it (`_SUCCESS`, `.crc`), or is the
/// marker of a folder, which some consoles write as an empty object.
fn is_hidden(below: &str) -> bool {
    below.split('/').any(|part| part.is_empty() || part.starts_with(['_', '.']) && !part.contains('='))
}

pub(super) fn object(url: String, bytes: u64, version: String, path: &str, place: Place) -> Object {
    Object { url, bytes, version, partitions: hive::partitions(path), place }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, keys: &[&str], expected: &[&str]) {
        let entries = keys.iter().map(|key| ((*key).to_owned(), *key)).collect();
        let selected = Pattern::of(pattern).select(entries);
        assert_eq!(selected, expected, "{pattern:?}");
    }

    #[test]
    fn objects_and_folders() {
        check("a/x", &["a/x", "a/x/y", "a/xy"], &["a/x"]);
        check("a/x", &["a/x/y", "a/xy"], &["a/x/y"]);
        check("a/", &["a/", "a/x", "a/b/y", "ab"], &["a/x", "a/b/y"]);
        check("a", &["a", "a/x"], &["a"]);
        check("", &["x", "a/y"], &["x", "a/y"]);
        check("b", &["a", "bc"], &[]);
    }

    #[test]
    fn hidden_files_are_left_out_unless_named() {
        check("a", &["a/_SUCCESS", "a/.x.crc", "a/_tmp/x", "a/x", "a/b/"], &["a/x"]);
        check("a/_SUCCESS", &["a/_SUCCESS"], &["a/_SUCCESS"]);
        check("a/*", &["a/_SUCCESS", "a/x"], &["a/x"]);
        check("a", &["a/_country=Peru/x"], &["a/_country=Peru/x"]);
    }

    #[test]
    fn globs() {
        check("a/*.parquet", &["a/x.parquet", "a/b/y.parquet", "a/x.txt"], &["a/x.parquet"]);
        check("a/**/*.parquet", &["a/x.parquet", "a/b/y.parquet"], &["a/x.parquet", "a/b/y.parquet"]);
        check("a/part-{1,2}", &["a/part-1", "a/part-3", "a/part-2"], &["a/part-1", "a/part-2"]);
        check("a/[xy]?", &["a/x1", "a/z1", "a/y"], &["a/x1"]);
    }

    #[test]
    fn a_key_may_hold_the_characters_of_a_glob() {
        check("a/[x]", &["a/[x]", "a/x"], &["a/[x]"]);
        assert_eq!(Pattern::of("a/[x]").prefix(), "a/");
        // This is no pattern, but may be a key.
        check("a/[x", &["a/[x", "a/x"], &["a/[x"]);
        check("a/[x", &["a/x"], &[]);
    }
}
