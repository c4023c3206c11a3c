//! Objects beside the data that are not data. Names and sizes alone identify them. They are counted,
//! and only a few are named, so nothing here grows with their number.

use crate::shown;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Maximum objects to name.
const NAMED_MAX: usize = 20;
/// The suffix of a folder's name in the markers that some tools write, EMR's among them.
const FOLDER_MARK: &str = "_$folder$";
/// The name that Redshift and others give to the list of the files they wrote.
const MANIFEST: &str = "manifest";

/// Why an object is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutKind {
    /// A part of its path begins with `_` or `.`, as Hadoop has it: `_SUCCESS`, `.part-0.crc`.
    Hidden,
    /// An empty object that stands for a folder.
    FolderMarker,
    /// `*.crc`, `*.md5`, `*.sha256`
    Checksum,
    /// `*.json`, `*.txt`, `*.md`, `manifest`
    Note,
    /// `*.tmp`, `*.inprogress`
    Unfinished,
    /// Another path to a file that is read.
    SameFile,
}

impl LeftOutKind {
    /// Returns why an object of `bytes` is left out, by its name and the part of it that is `below`
    /// the location; `None` if it is data.
    pub(super) fn of(name: &str, below: &str, bytes: u64) -> Option<Self> {
        let file = name.rsplit('/').next().unwrap_or(name);
        let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            _ if bytes == 0 && (name.ends_with('/') || name.ends_with(FOLDER_MARK)) => {
                Some(Self::FolderMarker)
            }
            _ if is_hidden(below) => Some(Self::Hidden),
            Some("crc" | "md5" | "sha256") => Some(Self::Checksum),
            Some("json" | "txt" | "md") => Some(Self::Note),
            Some("tmp" | "inprogress") => Some(Self::Unfinished),
            _ if file.eq_ignore_ascii_case(MANIFEST) => Some(Self::Note),
            _ => None,
        }
    }

    /// Returns the words for one of them, and for several.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Hidden => ("hidden", "hidden"),
            Self::FolderMarker => ("marker of a folder", "markers of folders"),
            Self::Checksum => ("checksum", "checksums"),
            Self::Note => ("note", "notes"),
            Self::Unfinished => ("unfinished", "unfinished"),
            Self::SameFile => ("other path of a file that is read", "other paths of files that are read"),
        }
    }
}

/// Returns whether any part of a path is hidden; `_name=value` is a column.
fn is_hidden(below: &str) -> bool {
    below.split('/').any(|part| part.starts_with(['_', '.']) && !part.contains('='))
}

/// What was found beside data and left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LeftOut {
    /// How many.
    pub number: u64,
    /// How many of each kind.
    pub kinds: BTreeMap<LeftOutKind, u64>,
    /// The first 20 of them, in order of URL.
    pub list: BTreeSet<LeftOutObject>,
}

/// An object that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LeftOutObject {
    /// Where it is.
    pub url: String,
    /// Why.
    pub kind: LeftOutKind,
}

impl LeftOut {
    /// Counts an object that is left out.
    pub(super) fn add(&mut self, kind: LeftOutKind, url: &str) {
        self.number += 1;
        *self.kinds.entry(kind).or_default() += 1;
        let is_named =
            self.list.len() < NAMED_MAX || self.list.last().is_some_and(|last| url < last.url.as_str());
        if is_named {
            self.list.insert(LeftOutObject { url: url.to_owned(), kind });
        }
        self.truncate();
    }

    /// Adds what was left out elsewhere.
    pub(super) fn merge(&mut self, other: Self) {
        self.number += other.number;
        for (kind, number) in other.kinds {
            *self.kinds.entry(kind).or_default() += number;
        }
        self.list.extend(other.list);
        self.truncate();
    }

    fn truncate(&mut self) {
        while self.list.len() > NAMED_MAX {
            self.list.pop_last();
        }
    }
}

/// `2 hidden, 1 checksum (s3://b/_SUCCESS, …)`, on one line.
impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |(kind, number): (&LeftOutKind, &u64)| {
            let (one, several) = kind.words();
            format!("{number} {}", if *number == 1 { one } else { several })
        };
        let kinds: Vec<_> = self.kinds.iter().map(kind).collect();
        let names: Vec<_> = self.list.iter().map(|object| shown(&object.url)).collect();
        let others = self.number - self.list.len() as u64;
        let others = if others > 0 { format!(", and {others} more") } else { String::new() };
        write!(formatter, "{} ({}{others})", kinds.join(", "), names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::LeftOutKind::{Checksum, FolderMarker, Hidden, Note, Unfinished};
    use super::*;

    #[test]
    fn kinds_by_name_and_size() {
        for (name, bytes, expected) in [
            ("a/part-0.parquet", 0, None),
            ("a/part-0", 1, None),
            ("a/_SUCCESS", 0, Some(Hidden)),
            ("a/_SUCCESS", 9, Some(Hidden)),
            ("a/.part-0.parquet.crc", 9, Some(Hidden)),
            ("_tmp/x.parquet", 9, Some(Hidden)),
            ("a/.hidden/x.parquet", 9, Some(Hidden)),
            ("_country=Peru/x.parquet", 9, None),
            ("a/b_/x.parquet", 9, None),
            ("a//x.parquet", 9, None),
            ("/x.parquet", 9, None),
            ("a/", 0, Some(FolderMarker)),
            ("a/", 1, None),
            ("a//", 0, Some(FolderMarker)),
            ("", 0, None),
            ("year=2018_$folder$", 0, Some(FolderMarker)),
            ("year=2018_$folder$", 1, None),
            ("year=2018_$FOLDER$", 0, None),
            ("a/x.parquet.crc", 9, Some(Checksum)),
            ("a/x.MD5", 9, Some(Checksum)),
            ("a/x.parquet.sha256", 0, Some(Checksum)),
            ("a/x.sha512", 9, None),
            ("a/x.json", 9, Some(Note)),
            ("a/x.Json", 9, Some(Note)),
            ("a/x.jsonl", 9, None),
            ("a/README.md", 9, Some(Note)),
            ("a/x.txt", 9, Some(Note)),
            ("a/xtxt", 9, None),
            ("a.txt/x", 9, None),
            ("a/manifest", 9, Some(Note)),
            ("manifest", 9, Some(Note)),
            ("a/x_manifest", 9, None),
            ("manifest/x", 9, None),
            ("a/x.parquet.tmp", 9, Some(Unfinished)),
            ("a/x.inprogress", 0, Some(Unfinished)),
            ("a/x.parquet.inprogress.1", 9, None),
        ] {
            assert_eq!(LeftOutKind::of(name, name, bytes), expected, "{name} of {bytes} bytes");
        }
        assert_eq!(LeftOutKind::of("_tmp/x", "x", 9), None, "what the location names is not hidden");
    }

    #[test]
    fn all_are_counted_and_the_first_are_named() {
        let mut left_out = LeftOut::default();
        for number in (0..50).rev() {
            left_out.add(if number % 2 == 0 { Hidden } else { Checksum }, &format!("u{number:02}"));
        }
        let mut other = LeftOut::default();
        other.add(Note, "u005");
        left_out.merge(other);
        assert_eq!(left_out.number, 51);
        assert_eq!(left_out.kinds, BTreeMap::from([(Hidden, 25), (Checksum, 25), (Note, 1)]));
        let urls: Vec<_> = left_out.list.iter().map(|object| object.url.as_str()).collect();
        assert_eq!((urls.len(), urls[0], urls[1], urls[19]), (20, "u00", "u005", "u18"));
        let text = left_out.to_string();
        assert!(text.starts_with("25 hidden, 25 checksums, 1 note (u00, u005, u01, "), "{text}");
        assert!(text.ends_with("u18, and 31 more)"), "{text}");
    }
}
