//! Objects of the same content: on S3 those of the same size and version, since the ETag depends on
//! the content; on disk those of the same bytes, since the version is only a time.

use super::{InFolder, Object, local};
use crate::error::ObjectError;
use crate::shown;
use anyhow::{Context, Result};
use schemars::JsonSchema;
use segments::rules::{OnCopies, Rules};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use tokio::task;

/// Maximum copies to name.
const NAMED_MAX: usize = 20;

/// Objects of a run that have the content of others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Copies {
    /// How many, the first of each content not among them.
    pub number: u64,
    /// Those of them that are not read.
    pub not_read: u64,
    /// The first 20 of them, in order of URL.
    pub list: Vec<CopiedObject>,
}

/// An object that has the content of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CopiedObject {
    /// Where it is.
    pub url: String,
    /// The first of the others.
    pub copy_of: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it is read as well.
    pub is_read: bool,
}

/// The folders of an object, by the columns that the rules need. A run that reads copies once tells
/// objects apart by them.
type Folders<'a> = Vec<Option<InFolder<'a>>>;

/// Finds the copies among `objects`, which are sorted by URL, and removes those that are not to be
/// read: if copies are read once, all but the first of the same content in folders of the same
/// values. In folders of other values, the same rows are other events.
///
/// # Errors
///
/// If a local file cannot be read.
pub(super) async fn find(objects: &mut Vec<Object>, on_copies: OnCopies, rules: &Rules) -> Result<Copies> {
    let all = mem::take(objects);
    let compared = task::spawn_blocking(move || first_of_content(&all).map(|firsts| (all, firsts)));
    let (all, firsts) = compared.await.context("a thread that compares files panicked")??;
    let mut copies = Copies::default();
    let mut is_read = vec![true; all.len()];
    let columns = rules.sources();
    // The first object that is read, by content and values of folders.
    let mut read: BTreeMap<(usize, Folders<'_>), usize> = BTreeMap::new();
    for (&copy, &first) in &firsts {
        let mut copy_of = first;
        if on_copies == OnCopies::ReadOnce {
            read.entry((first, folders(&all[first], &columns)?)).or_insert(first);
            copy_of = *read.entry((first, folders(&all[copy], &columns)?)).or_insert(copy);
            is_read[copy] = copy_of == copy;
            copy_of = if is_read[copy] { first } else { copy_of };
        }
        copies.add(&all[copy], &all[copy_of], is_read[copy]);
    }
    drop(read);
    let mut is_read = is_read.into_iter();
    *objects = all;
    objects.retain(|_| is_read.next().unwrap_or(true));
    Ok(copies)
}

/// Removes from `objects`, which are sorted by URL, those that a run that reads copies once does
/// not read.
///
/// # Errors
///
/// If a local file cannot be read.
pub async fn read_once(objects: &mut Vec<Object>, rules: &Rules) -> Result<()> {
    find(objects, OnCopies::ReadOnce, rules).await.map(drop)
}

/// Returns the values that the folders of an object's path give to `columns`.
pub(super) fn folders<'a>(object: &'a Object, columns: &[&str]) -> Result<Folders<'a>, ObjectError> {
    columns.iter().map(|column| object.partition(column)).collect()
}

/// Returns the position of each object that has the content of an earlier one, with the position of
/// the first of these.
fn first_of_content(objects: &[Object]) -> Result<BTreeMap<usize, usize>, ObjectError> {
    // Empty objects are not files, and are all alike.
    let mut sorted: Vec<_> = (0..objects.len()).filter(|index| objects[*index].bytes > 0).collect();
    // The sort is stable: of equal ones, the first by URL stays first.
    sorted.sort_by(|one, other| content_key(&objects[*one]).cmp(&content_key(&objects[*other])));
    let mut firsts = BTreeMap::new();
    for group in sorted.chunk_by(|one, other| content_key(&objects[*one]) == content_key(&objects[*other])) {
        let &[first, ref others @ ..] = group else { continue };
        if others.is_empty() {
            continue;
        }
        if objects[first].is_remote() {
            firsts.extend(others.iter().map(|other| (*other, first)));
        } else {
            firsts.extend(first_of_bytes(objects, group)?);
        }
    }
    Ok(firsts)
}

/// Returns what objects of the same content have in common. On disk, other objects can have it too.
fn content_key(object: &Object) -> (bool, u64, &str) {
    let version = if object.is_remote() { object.version.trim_matches('"') } else { "" };
    (object.is_remote(), object.bytes, version)
}

/// Returns the local files that have the bytes of an earlier one in `group`, each with the first of
/// these. Files of one size mostly differ in their footers, so few are read to the end.
fn first_of_bytes(objects: &[Object], group: &[usize]) -> Result<Vec<(usize, usize)>, ObjectError> {
    let mut by_end = BTreeMap::<u64, Vec<usize>>::new();
    for &index in group {
        let mut hasher = DefaultHasher::new();
        local::last_bytes(&objects[index])?.hash(&mut hasher);
        by_end.entry(hasher.finish()).or_default().push(index);
    }
    let mut found = Vec::new();
    for group in by_end.into_values() {
        let mut firsts: Vec<usize> = Vec::new();
        'files: for index in group {
            for &first in &firsts {
                if local::is_same(&objects[first], &objects[index])? {
                    found.push((index, first));
                    continue 'files;
                }
            }
            firsts.push(index);
        }
    }
    Ok(found)
}

impl Copies {
    fn add(&mut self, copy: &Object, of: &Object, is_read: bool) {
        self.number += 1;
        self.not_read += u64::from(!is_read);
        if self.list.len() < NAMED_MAX {
            let (url, copy_of) = (copy.url.clone(), of.url.clone());
            self.list.push(CopiedObject { url, copy_of, bytes: copy.bytes, is_read });
        }
    }
}

/// `2, 1 of them not read again (s3://b/y is s3://b/x, …)`, on one line.
impl fmt::Display for Copies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.list.iter().map(|copy| format!("{} is {}", shown(&copy.url), shown(&copy.copy_of)));
        let names = names.collect::<Vec<_>>().join(", ");
        let others = self.number - self.list.len() as u64;
        let others = if others > 0 { format!(", and {others} more") } else { String::new() };
        let read = match self.not_read {
            0 => "all counted".to_owned(),
            not_read if not_read == self.number => "none read again".to_owned(),
            not_read => format!("{not_read} of them not read again"),
        };
        write!(formatter, "{}, {read} ({names}{others})", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Place;
    use crate::object::tests::object;
    use std::fs;

    /// Finds the copies of objects, each given as a URL, a size and a version. Returns the objects
    /// that are read, and the copies with their originals.
    async fn found(
        objects: &[(&str, u64, &str)],
        on_copies: OnCopies,
    ) -> (Vec<String>, Vec<(String, String, bool)>) {
        let mut all: Vec<_> =
            objects.iter().map(|(url, bytes, version)| object(url, *bytes, version)).collect();
        let copies = find(&mut all, on_copies, &Rules::default()).await.expect("one folder each");
        assert_eq!(copies.number, copies.list.len() as u64);
        assert_eq!(copies.not_read, (objects.len() - all.len()) as u64);
        let copy = |copy: CopiedObject| (copy.url, copy.copy_of, copy.is_read);
        (all.into_iter().map(|object| object.url).collect(), copies.list.into_iter().map(copy).collect())
    }

    #[tokio::test]
    async fn size_and_version_say_the_content() {
        let objects = [
            ("a", 9, "\"1\""),
            ("b", 9, "\"2\""),
            ("c", 8, "\"1\""),
            ("d", 9, "\"1\""),
            ("e", 9, "\"12-3\""),
            ("f", 9, "\"12-3\""),
            ("g", 0, "\"0\""),
            ("h", 0, "\"0\""),
        ];
        let copy = |url: &str, of: &str, is_read| (url.to_owned(), of.to_owned(), is_read);
        for on_copies in [OnCopies::Warn, OnCopies::Fail] {
            let (read, copies) = found(&objects, on_copies).await;
            assert_eq!(read, ["a", "b", "c", "d", "e", "f", "g", "h"]);
            assert_eq!(copies, [copy("d", "a", true), copy("f", "e", true)]);
        }
        let (read, copies) = found(&objects, OnCopies::ReadOnce).await;
        assert_eq!(read, ["a", "b", "c", "e", "g", "h"]);
        assert_eq!(copies, [copy("d", "a", false), copy("f", "e", false)]);
    }

    #[tokio::test]
    async fn in_other_folders_the_same_rows_are_other_events() {
        let objects = [
            ("country_code=Chile/x", 9, "1"),
            ("country_code=Chile/year=2018/y", 9, "1"),
            ("country_code=Peru/x", 9, "1"),
            ("country_code=Peru/y", 9, "1"),
            ("x", 9, "1"),
        ];
        let copy = |url: &str, of: &str, is_read| (url.to_owned(), of.to_owned(), is_read);
        let (read, copies) = found(&objects, OnCopies::ReadOnce).await;
        assert_eq!(read, ["country_code=Chile/x", "country_code=Peru/x", "x"]);
        assert_eq!(
            copies,
            [
                copy("country_code=Chile/year=2018/y", "country_code=Chile/x", false),
                copy("country_code=Peru/x", "country_code=Chile/x", true),
                copy("country_code=Peru/y", "country_code=Peru/x", false),
                copy("x", "country_code=Chile/x", true),
            ]
        );
        assert_eq!(found(&objects, OnCopies::Warn).await.1.len(), 4);
    }

    #[tokio::test]
    async fn local_files_are_copies_by_their_bytes() {
        let root = tempfile::tempdir().expect("a folder");
        let long = vec![1; 10_000];
        let mut early = long.clone();
        early[0] = 2;
        let files = [("a", &long[..]), ("b", &early), ("c", &long), ("d", &early), ("e", &long[1..])];
        let mut objects = Vec::new();
        for (name, bytes) in files {
            let url = root.path().join(name).display().to_string();
            fs::write(&url, bytes).expect("written");
            // All have the same time: it says nothing about their contents.
            objects.push(Object::new(url.clone(), bytes.len() as u64, "2018".to_owned(), &url, Place::Local));
        }
        let copies = find(&mut objects, OnCopies::ReadOnce, &Rules::default()).await.expect("read");
        let ends = |copy: &CopiedObject| {
            (copy.url.ends_with("/c") && copy.copy_of.ends_with("/a"))
                || (copy.url.ends_with("/d") && copy.copy_of.ends_with("/b"))
        };
        assert!(copies.number == 2 && copies.list.iter().all(ends), "{copies}");
        assert_eq!(objects.len(), 3);
    }
}
