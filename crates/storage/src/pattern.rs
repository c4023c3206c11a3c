//! The keys, or paths below a folder, that a location means: by name alone.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// Characters that make a location a pattern.
const GLOB_CHARS: [char; 4] = ['*', '?', '[', '{'];

/// The keys, or paths below a folder, that a location means.
#[derive(Debug)]
pub(super) enum Pattern {
    /// The object of this name or, if there is none, everything below it.
    Exactly(String),
    /// Everything that matches.
    Glob(Box<GlobMatcher>, String),
}

/// How an entry of a listing relates to a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation<'a> {
    /// It has exactly this name.
    Exact,
    /// It matches the glob, or is below the folder; with the part of its name that the location
    /// leaves open.
    Meant(&'a str),
    /// Its name at most begins alike.
    Other,
}

impl Pattern {
    /// Parses a key or a path, with `/` between its parts. Text that is not a valid pattern can
    /// still be a name.
    pub(super) fn of(text: &str) -> Self {
        match glob(text) {
            Some(Ok(glob)) => Self::Glob(Box::new(glob.compile_matcher()), text.to_owned()),
            Some(Err(_)) | None => Self::Exactly(text.to_owned()),
        }
    }

    /// Returns the prefix of all matches.
    pub(super) fn prefix(&self) -> &str {
        match self {
            Self::Exactly(text) => text,
            Self::Glob(_, text) => &text[..text.find(GLOB_CHARS).unwrap_or(text.len())],
        }
    }

    /// Returns how an entry of this name relates to the location.
    pub(super) fn relation<'a>(&self, name: &'a str) -> Relation<'a> {
        if self.is_name(name) {
            return Relation::Exact;
        }
        let below = match self {
            Self::Exactly(literal) => below(literal, name),
            Self::Glob(glob, _) => glob.is_match(name).then(|| &name[self.prefix().len()..]),
        };
        below.map_or(Relation::Other, Relation::Meant)
    }

    /// Returns whether the location is written as exactly this name.
    pub(super) fn is_name(&self, name: &str) -> bool {
        let (Self::Exactly(literal) | Self::Glob(_, literal)) = self;
        name == literal && !name.ends_with('/')
    }
}

/// Parses text as a pattern, if it has the characters of one.
pub(super) fn glob(text: &str) -> Option<Result<Glob, globset::Error>> {
    text.contains(GLOB_CHARS).then(|| GlobBuilder::new(text).literal_separator(true).build())
}

/// Returns the part of `name` that is below the folder `literal`.
fn below<'a>(literal: &str, name: &'a str) -> Option<&'a str> {
    let rest = name.strip_prefix(literal)?;
    if literal.is_empty() || literal.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::Relation::{Exact, Meant, Other};
    use super::*;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: Relation<'_>) {
        assert_eq!(Pattern::of(pattern).relation(name), expected, "{name:?} of {pattern:?}");
    }

    #[test]
    fn objects_and_folders() {
        check("a/x", "a/x", Exact);
        check("a/x", "a/x/y", Meant("y"));
        check("a/x", "a/xy", Other);
        check("a/", "a/", Meant(""));
        check("a/", "a/b/y", Meant("b/y"));
        check("a/", "ab", Other);
        check("a", "a/x", Meant("x"));
        check("", "x", Meant("x"));
        check("", "a/y", Meant("a/y"));
        check("b", "a", Other);
        check("b", "bc", Other);
    }

    #[test]
    fn empty_parts_are_parts() {
        check("", "/x", Meant("/x"));
        check("/", "/x", Meant("x"));
        check("/", "x", Other);
        check("/x", "/x", Exact);
        check("a", "a//x", Meant("/x"));
        check("a/", "a//x", Meant("/x"));
        check("a//", "a//x", Meant("x"));
        check("a//", "a/x", Other);
        check("a//x", "a//x", Exact);
        check("a//x", "a/x", Other);
    }

    #[test]
    fn globs() {
        check("a/*.parquet", "a/x.parquet", Meant("x.parquet"));
        check("a/*.parquet", "a/b/y.parquet", Other);
        check("a/*.parquet", "a/x.txt", Other);
        check("a/**/*.parquet", "a/x.parquet", Meant("x.parquet"));
        check("a/**/*.parquet", "a/b/y.parquet", Meant("b/y.parquet"));
        check("a/**/*.parquet", "a//y.parquet", Meant("/y.parquet"));
        check("a//*.parquet", "a//y.parquet", Meant("y.parquet"));
        check("a//*.parquet", "a/y.parquet", Other);
        check("/*", "/y", Meant("y"));
        check("a/part-{1,2}", "a/part-1", Meant("1"));
        check("a/part-{1,2}", "a/part-3", Other);
        check("a/[xy]?", "a/x1", Meant("x1"));
        check("a/[xy]?", "a/z1", Other);
        check("a/[xy]?", "a/y", Other);
    }

    #[test]
    fn a_key_may_hold_the_characters_of_a_glob() {
        check("a/[x]", "a/[x]", Exact);
        check("a/[x]", "a/x", Meant("x"));
        assert_eq!(Pattern::of("a/[x]").prefix(), "a/");
        // This is not a valid pattern, but may be a key.
        check("a/[x", "a/[x", Exact);
        check("a/[x", "a/x", Other);
    }
}
