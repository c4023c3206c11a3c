//! Filters a listing as it arrives, for a location. It keeps the entries that the location means,
//! only the report's part of those that are not data, and nothing of the rest.

use super::left_out::{LeftOut, LeftOutKind};
use super::pattern::{Pattern, Relation};
use super::table_format::Tables;
use crate::object::Object;

/// The identity of a file on disk, whatever paths lead to it: device and inode.
pub(super) type FileId = (u64, u64);

/// An object of a listing.
#[derive(Debug)]
pub(super) struct Entry {
    /// The object.
    pub(super) object: Object,
    /// Which file it is; `None` on S3, where an object has only its key.
    pub(super) file: Option<FileId>,
}

/// Where a location looks, and for which names.
#[derive(Debug)]
pub(super) struct Scope {
    /// The bucket; `None` for the disk.
    pub(super) bucket: Option<String>,
    /// The keys or paths it looks for.
    pub(super) pattern: Pattern,
}

/// One of several locations, two of which may mean the same names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Among<'a> {
    scopes: &'a [Scope],
    index: usize,
}

impl<'a> Among<'a> {
    pub(super) fn new(scopes: &'a [Scope], index: usize) -> Self {
        Self { scopes, index }
    }

    pub(super) fn pattern(self) -> &'a Pattern {
        &self.scopes[self.index].pattern
    }

    /// Returns whether another location covers a name that is left out here: an earlier location
    /// does, or one that is this very name and so does not leave it out.
    fn is_elsewhere(self, name: &str) -> bool {
        let bucket = &self.scopes[self.index].bucket;
        self.scopes.iter().enumerate().any(|(index, scope)| {
            index != self.index
                && scope.bucket == *bucket
                && (scope.pattern.is_name(name)
                    || index < self.index && scope.pattern.relation(name) != Relation::Other)
        })
    }
}

/// A listing under way.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    among: Among<'a>,
    /// Bytes of a URL before the name.
    url_offset: usize,
    /// Empty objects that the next names may continue, each with whether it has exactly the name of
    /// the location. Each one continues the one before it.
    waiting: Vec<(Entry, bool)>,
    listed: Listed,
    exact: Option<Entry>,
}

/// The objects that a location means.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The objects.
    pub(super) entries: Vec<Entry>,
    /// Objects found beside them.
    pub(super) left_out: LeftOut,
    /// The same, without those that another location covers.
    pub(super) left_out_here: LeftOut,
    /// The tables where it looked.
    pub(super) tables: Tables,
    /// Requests made.
    pub(super) requests: u64,
}

impl<'a> Listing<'a> {
    /// Begins a listing of a location. A URL has `url_offset` bytes before its name.
    pub(super) fn new(among: Among<'a>, url_offset: usize) -> Self {
        Self { among, url_offset, waiting: Vec::new(), listed: Listed::default(), exact: None }
    }

    /// Returns which names to look for.
    pub(super) fn pattern(&self) -> &'a Pattern {
        self.among.pattern()
    }

    /// Counts a request.
    #[cfg(feature = "s3")]
    pub(super) fn requested(&mut self) {
        self.listed.requests += 1;
    }

    /// Takes the next name. Returns whether [`Self::add`] wants its entry.
    pub(super) fn see(&mut self, name: &str) -> bool {
        self.listed.tables.see(name);
        self.mark_folders(name);
        self.pattern().relation(name) != Relation::Other
    }

    /// Takes the entry of the name that was seen last.
    pub(super) fn add(&mut self, entry: Entry) {
        let (name, bytes) = (&entry.object.url[self.url_offset..], entry.object.bytes);
        let is_exact = match self.pattern().relation(name) {
            Relation::Other => return,
            Relation::Exact => true,
            Relation::Meant(below) => {
                if let Some(kind) = LeftOutKind::of(name, below, bytes) {
                    self.leave_out(kind, &entry);
                    return;
                }
                false
            }
        };
        if bytes == 0 {
            self.waiting.push((entry, is_exact));
        } else {
            self.keep(entry, is_exact);
        }
    }

    /// Returns the entry of exactly the name if there is one, else all others that are meant.
    pub(super) fn finish(mut self) -> Listed {
        while let Some((entry, is_exact)) = self.waiting.pop() {
            self.keep(entry, is_exact);
        }
        if let Some(exact) = self.exact {
            let Listed { tables, requests, .. } = self.listed;
            return Listed { entries: vec![exact], tables, requests, ..Listed::default() };
        }
        self.listed
    }

    /// Leaves out empty objects that `name` continues: they stand for folders. S3 lists by name, so
    /// once a name does not begin like an object, no later name does.
    fn mark_folders(&mut self, name: &str) {
        for (entry, is_exact) in std::mem::take(&mut self.waiting) {
            let waiting = &entry.object.url[self.url_offset..];
            match name.strip_prefix(waiting) {
                Some(rest) if rest.starts_with('/') => self.leave_out(LeftOutKind::FolderMarker, &entry),
                Some(_) => self.waiting.push((entry, is_exact)),
                None => self.keep(entry, is_exact),
            }
        }
    }

    fn keep(&mut self, entry: Entry, is_exact: bool) {
        if is_exact {
            self.exact = Some(entry);
        } else {
            self.listed.entries.push(entry);
        }
    }

    fn leave_out(&mut self, kind: LeftOutKind, entry: &Entry) {
        let url = &entry.object.url;
        self.listed.left_out.add(kind, url);
        if !self.among.is_elsewhere(&url[self.url_offset..]) {
            self.listed.left_out_here.add(kind, url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LeftOutKind::{Checksum, FolderMarker, Hidden, Note};
    use super::*;
    use crate::object::tests::object;

    /// Lists `keys` for one of several locations; a key that ends in a blank is an empty object.
    fn listed(patterns: &[&str], index: usize, keys: &[&str]) -> Listed {
        let scope = |text: &&str| Scope { bucket: Some("b".to_owned()), pattern: Pattern::of(text) };
        let scopes: Vec<_> = patterns.iter().map(scope).collect();
        let mut listing = Listing::new(Among::new(&scopes, index), 0);
        for key in keys {
            let name = key.trim_end();
            if listing.see(name) {
                let bytes = if name == *key { 9 } else { 0 };
                listing.add(Entry { object: object(name, bytes, "v"), file: None });
            }
        }
        listing.finish()
    }

    #[track_caller]
    fn check(pattern: &str, keys: &[&str], expected: &[&str], left_out: &[(LeftOutKind, &str)]) {
        let listed = listed(&[pattern], 0, keys);
        let mut urls: Vec<_> = listed.entries.iter().map(|entry| entry.object.url.as_str()).collect();
        urls.sort_unstable();
        assert_eq!(urls, expected, "{pattern:?}");
        let found: Vec<_> =
            listed.left_out.list.iter().map(|object| (object.kind, object.url.as_str())).collect();
        assert_eq!(found, left_out, "{pattern:?}");
        assert_eq!(listed.left_out, listed.left_out_here);
    }

    #[test]
    fn an_object_is_meant_before_what_is_below_it() {
        check("a/x", &["a/x", "a/x/_y", "a/x/y", "a/xy"], &["a/x"], &[]);
        check("a/x", &["a/x/y", "a/xy"], &["a/x/y"], &[]);
        check("a/[x]", &["a/[x]", "a/x"], &["a/[x]"], &[]);
    }

    #[test]
    fn what_is_no_data_is_left_out_unless_named() {
        check(
            "a",
            &["a/ ", "a/.x.crc", "a/_SUCCESS ", "a/_tmp/x", "a/x", "a/x.md5"],
            &["a/x"],
            &[
                (FolderMarker, "a/"),
                (Hidden, "a/.x.crc"),
                (Hidden, "a/_SUCCESS"),
                (Hidden, "a/_tmp/x"),
                (Checksum, "a/x.md5"),
            ],
        );
        check(
            "a/*",
            &["a/_SUCCESS", "a/x", "a/x.json"],
            &["a/x"],
            &[(Hidden, "a/_SUCCESS"), (Note, "a/x.json")],
        );
        for name in ["a/_SUCCESS", "a/x.json", "a/x.crc", "a/manifest", "a/b_$folder$ "] {
            check(name.trim_end(), &[name], &[name.trim_end()], &[]);
        }
        check("a", &["a/_country=Peru/x"], &["a/_country=Peru/x"], &[]);
        check("a/_tmp", &["a/_tmp/x"], &["a/_tmp/x"], &[]);
    }

    #[test]
    fn empty_objects_that_others_continue_are_folders() {
        // Names that go on with other letters come between an object and what is below it.
        check(
            "a",
            &["a/b ", "a/b!", "a/b-1", "a/b/x"],
            &["a/b!", "a/b-1", "a/b/x"],
            &[(FolderMarker, "a/b")],
        );
        check(
            "a",
            &["a ", "a/b ", "a/b/c ", "a/b/c/x"],
            &["a/b/c/x"],
            &[(FolderMarker, "a"), (FolderMarker, "a/b"), (FolderMarker, "a/b/c")],
        );
        check("a", &["a/b ", "a/b.x", "a/bc"], &["a/b", "a/b.x", "a/bc"], &[]);
        check("a", &["a/b", "a/b/x"], &["a/b", "a/b/x"], &[]);
        check("a", &["a/b ", "a/b/_SUCCESS "], &[], &[(FolderMarker, "a/b"), (Hidden, "a/b/_SUCCESS")]);
        // The folder's own name, and a glob that matches only the marker.
        check("a/b", &["a/b ", "a/b/x"], &["a/b/x"], &[(FolderMarker, "a/b")]);
        check("a/*", &["a/b ", "a/b/x", "a/y"], &["a/y"], &[(FolderMarker, "a/b")]);
        check("a/b", &["a/b "], &["a/b"], &[]);
        check("a/b/", &["a/b/", "a/b/x"], &["a/b/", "a/b/x"], &[]);
    }

    #[test]
    fn what_two_locations_leave_out_is_counted_once() {
        let keys = &["a/_x", "a/b/_y", "a/b/z.txt"];
        let counted = |patterns: &[&str]| -> Vec<u64> {
            (0..patterns.len()).map(|index| listed(patterns, index, keys).left_out_here.number).collect()
        };
        assert_eq!(counted(&["a/", "a/b/"]), [3, 0]);
        assert_eq!(counted(&["a/b/", "a/"]), [2, 1]);
        assert_eq!(counted(&["a/", "a/", "a/b/z.txt"]), [2, 0, 0]);
        assert_eq!(listed(&["a/", "a/b/"], 1, keys).left_out.number, 2);
    }
}
