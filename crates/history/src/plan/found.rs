//! Finds the columns that the rules need in a file: in its path, or among its root columns.

use super::alone::As;
use super::column::{self, ColumnKind, Leaf, Nulls};
use super::footer::{Footer, refused_by};
use super::footer_claims::Refused;
use super::names::{self, Several};
use super::roots::{Root, Schema};
use super::view;
use crate::error::FileError;
use arrow_schema::DataType;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::schema::types::Type;
use segments::rules::Rules;
use std::borrow::Cow;
use std::sync::Arc;
use storage::{Object, shown};

/// Maximum number of a file's column names shown when one is missing, and of letters in all of them.
const NAMES_MAX: usize = 50;
const NAMES_LETTERS_MAX: usize = 1_000;

/// A column that was found.
pub(super) struct FoundColumn {
    pub(super) kind: ColumnKind,
    /// Its name in messages.
    pub(super) label: String,
    pub(super) place: ColumnPlace,
}

/// Where a column was found.
pub(super) enum ColumnPlace {
    /// In the path: all rows have this text, or null.
    Path(Option<String>),
    /// Among the file's root columns, at this position.
    Root(usize, Seen),
}

/// How to read a root column.
pub(super) enum Seen {
    /// As values of this type.
    Values(As, DataType),
    /// As nulls only; messages show its type like this.
    Nulls(String),
}

/// A file with a known schema.
pub(super) struct Searched<'a> {
    pub(super) footer: &'a Footer,
    pub(super) schema: &'a Schema,
    pub(super) object: &'a Object,
    pub(super) rules: &'a Rules,
}

impl Searched<'_> {
    /// Finds the columns that the rules need in the path or the schema; the path wins, as in Hive
    /// and Spark. With `is_all`, also finds columns that the rules do not need; a missing one is
    /// null in every row.
    ///
    /// # Errors
    ///
    /// If columns are missing, or one has a type that is not allowed.
    pub(super) fn find(&self, is_all: bool, bytes_left: &mut u64) -> anyhow::Result<Vec<FoundColumn>> {
        let needed = ColumnKind::needed(self.rules);
        let names = self.schema.names(&self.footer.bytes);
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for kind in ColumnKind::ALL.into_iter().filter(|kind| is_all || needed.contains(kind)) {
            let label = column::label(kind, self.rules);
            let in_path = self.object.partition(column::source_name(kind, self.rules))?;
            let place = if let Some(value) = in_path {
                ColumnPlace::Path(value.text().map(ToOwned::to_owned))
            } else if let Some(root) = self.in_schema(kind, &label, &names)? {
                ColumnPlace::Root(root, self.seen(kind, &label, root, &names, bytes_left)?)
            } else if needed.contains(&kind) {
                missing.push(label);
                continue;
            } else {
                ColumnPlace::Path(None)
            };
            found.push(FoundColumn { kind, label, place });
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let (column, is) = if missing.len() == 1 { ("column", "is") } else { ("columns", "are") };
        let columns = format!("{column} {} {is}", missing.join(", "));
        let (url, found) = (self.object.url.clone(), names_of(&names));
        Err(FileError::MissingColumn { columns, url, found }.into())
    }

    fn in_schema(
        &self,
        kind: ColumnKind,
        label: &str,
        names: &[Cow<'_, str>],
    ) -> Result<Option<usize>, FileError> {
        let wanted = column::source_name(kind, self.rules);
        let position = names::position(names.iter().map(AsRef::as_ref), wanted);
        position.map_err(|several| self.several(kind, label, several))
    }

    fn several(&self, kind: ColumnKind, label: &str, several: Several) -> FileError {
        match several {
            Several::Same => {
                column::wrong_type(kind, label, self.object, "two columns of that name".to_owned())
            }
            Several::Alike(first, second) => FileError::SeveralColumns {
                column: label.to_owned(),
                url: self.object.url.clone(),
                first: shown(&first).into_owned(),
                second: shown(&second).into_owned(),
            },
        }
    }

    /// Decides how to read a root column. If we do not read its type, it must be nullable.
    fn seen(
        &self,
        kind: ColumnKind,
        label: &str,
        index: usize,
        names: &[Cow<'_, str>],
        bytes_left: &mut u64,
    ) -> Result<Seen, FileError> {
        let root = &self.schema.roots[index];
        let nulls = |found: String| {
            let found = shown(&found).into_owned();
            if root.element.is_nullable() && !root.leaves.is_empty() {
                Ok(Seen::Nulls(found))
            } else {
                Err(column::wrong_type(kind, label, self.object, found))
            }
        };
        if !root.element.is_flat() {
            return nulls("a nested type".to_owned());
        }
        let seen_as = if root.element.is_text() { As::Text } else { As::Itself };
        let metadata = match self.footer.alone(&root.element, seen_as, &[], 0, bytes_left) {
            Ok(metadata) => metadata,
            Err(Refused::Nonsense(problem)) => return nulls(problem),
            Err(refused) => return Err(refused_by(self.object, refused)),
        };
        let alone = root_of(&metadata);
        let plain = match view::plain_type(alone) {
            Ok(plain) => plain,
            Err(problem) => return nulls(problem),
        };
        let is_epoch = column::epoch(kind, self.rules).is_some();
        let embedded = || {
            let bytes = &self.footer.bytes[self.schema.arrow.clone()?];
            view::embedded_type(names.iter().map(AsRef::as_ref), index, alone, bytes)
        };
        let embedded = (plain == DataType::Int64).then(embedded).flatten();
        let data_type = embedded.filter(|embedded| kind.accepts(embedded, is_epoch)).unwrap_or(plain);
        if kind.accepts(&data_type, is_epoch) {
            Ok(Seen::Values(seen_as, data_type))
        } else {
            nulls(data_type.to_string())
        }
    }
}

impl FoundColumn {
    /// Returns the position of the file's column of values to read for it. For a nested column this
    /// is the first: its levels show as well as any other's whether all is null.
    pub(super) fn leaf(&self, schema: &Schema) -> Option<usize> {
        match &self.place {
            ColumnPlace::Path(_) => None,
            ColumnPlace::Root(root, _) => Some(schema.roots[*root].leaves.start),
        }
    }
}

impl Searched<'_> {
    /// Returns how to read a root column, given what the crate decoded of it.
    ///
    /// # Errors
    ///
    /// If we do not read its type; the message is that type.
    pub(super) fn leaf(
        &self,
        kind: ColumnKind,
        root: &Root,
        seen: Seen,
        metadata: &ParquetMetaData,
    ) -> Result<Leaf, String> {
        let name = &self.footer.bytes[root.element.name.clone()];
        let name = String::from_utf8_lossy(name).into_owned();
        let alone = root_of(metadata);
        match seen {
            Seen::Values(_, data_type) => {
                let mut chunks = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
                let has_dictionary = chunks.any(|chunk| chunk.dictionary_page_offset().is_some());
                let leaf = Leaf::of_values(kind, name, alone, &data_type, has_dictionary)?;
                let is_utf8 = root.element.is_utf8();
                Ok(Leaf { is_utf8, epoch: column::epoch(kind, self.rules), ..leaf })
            }
            Seen::Nulls(found) => Leaf::of_nulls(name, alone, Nulls { levels: root.levels, found }),
        }
    }
}

/// The only root column of a footer that was written for it.
fn root_of(metadata: &ParquetMetaData) -> &Arc<Type> {
    &metadata.file_metadata().schema_descr().root_schema().get_fields()[0]
}

/// The names of a file's columns in one line; if there are many, only the first.
fn names_of(names: &[Cow<'_, str>]) -> String {
    let shown: Vec<_> = names.iter().take(NAMES_MAX).map(|name| format!("\"{}\"", shown(name))).collect();
    let mut found = if shown.is_empty() { "no columns".to_owned() } else { shown.join(", ") };
    if found.chars().count() > NAMES_LETTERS_MAX || names.len() > NAMES_MAX {
        found = found.chars().take(NAMES_LETTERS_MAX).collect();
        found.push_str(" \u{2026}");
    }
    found
}
