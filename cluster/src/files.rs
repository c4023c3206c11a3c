//! The files of an input, grouped by how their columns are stored.

use crate::readable;
use crate::sql::{Form, PathTexts, Source, SourceColumn, Table};
use anyhow::Result;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::TryStreamExt;
use history::Bounds;
use history::plan::{Column, ColumnKind, ColumnSource, FilePlan, Planner};
use history::stream::Read;
use segments::rules::Rules;
use segments::selection::Selection;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use storage::{Object, Store};

/// Files that are stored alike.
#[derive(Debug)]
pub struct Files {
    /// How to read them.
    pub source: Source,
    /// Their columns outside the path.
    pub schema: SchemaRef,
    /// The files of each table of the source, by table name.
    pub objects: BTreeMap<String, Vec<Arc<Object>>>,
}

/// An input after reading its footers.
#[derive(Debug, Default)]
pub struct Planned {
    /// By their common form, as text.
    groups: BTreeMap<String, Group>,
    /// Rows in the footers.
    pub read: Read,
    rows: BTreeMap<String, u64>,
}

/// Files that are stored alike, but for the texts in their paths.
#[derive(Debug)]
struct Group {
    columns: Vec<SourceColumn>,
    schema: SchemaRef,
    objects: BTreeMap<PathTexts, Vec<Arc<Object>>>,
}

impl Planned {
    /// Reads the footer of every object in this process. The footers tell the engine types and places,
    /// and their rows must equal its counts.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is not parquet, lacks a column, or would be misread by the engine.
    pub async fn read(store: &Store, rules: &Rules, objects: &[Object]) -> Result<Self> {
        let planner = Planner {
            store,
            rules,
            is_all_columns: false,
            selection: &Selection::ALL,
            bounds: Bounds::default(),
            consumer: &(),
        };
        let mut input = Self::default();
        let mut plans = pin!(planner.plans(objects.to_vec()));
        while let Some(plan) = plans.try_next().await? {
            readable::check(&plan)?;
            input.add(&plan);
        }
        Ok(input)
    }

    fn add(&mut self, plan: &FilePlan) {
        self.read.footer_rows += plan.rows;
        self.rows.insert(plan.object.url.clone(), plan.rows);
        let columns: Vec<_> = plan.columns.iter().map(SourceColumn::of).collect();
        let fields =
            plan.columns.iter().zip(&columns).filter_map(|(column, source)| field(column, &source.form));
        let schema = Schema::new(fields.collect::<Vec<_>>());
        let paths = plan.columns.iter().filter_map(path_text).collect();
        let group = self.groups.entry(format!("{columns:?} {schema:?}"));
        let objects = BTreeMap::new();
        let group = group.or_insert_with(|| Group { columns, schema: Arc::new(schema), objects });
        group.objects.entry(paths).or_default().push(Arc::clone(&plan.object));
    }

    /// Returns the rows of a file.
    #[must_use]
    pub fn rows_of(&self, object: &Object) -> u64 {
        self.rows.get(&object.url).copied().unwrap_or_default()
    }

    /// Returns the groups, with each file in a table; sampled files are in tables of their own.
    #[must_use]
    pub fn files(self, is_sampled: impl Fn(&Object) -> bool) -> Vec<Files> {
        let groups = self.groups.into_values().enumerate();
        groups.map(|(at, group)| group.files(&format!("source_{at}"), &is_sampled)).collect()
    }
}

impl Group {
    fn files(self, name: &str, is_sampled: impl Fn(&Object) -> bool) -> Files {
        let mut tables = Vec::new();
        let mut objects_of = BTreeMap::new();
        for (paths, objects) in self.objects {
            let (sampled, others): (Vec<_>, Vec<_>) =
                objects.into_iter().partition(|object| is_sampled(object));
            for (is_sampled, objects) in [(true, sampled), (false, others)] {
                if !objects.is_empty() {
                    let table = format!("{name}_files_{}", tables.len());
                    tables.push(Table { name: table.clone(), paths: paths.clone(), is_sampled });
                    objects_of.insert(table, objects);
                }
            }
        }
        let source = Source { name: name.to_owned(), columns: self.columns, tables };
        Files { source, schema: self.schema, objects: objects_of }
    }
}

/// Returns a column's text in the path, if it is there.
fn path_text(column: &Column) -> Option<(ColumnKind, Option<String>)> {
    match &column.source {
        ColumnSource::Path(text) => Some((column.kind, text.clone())),
        ColumnSource::Leaf(_) => None,
    }
}

/// Returns the field to read a column as; dictionaries become text views.
fn field(column: &Column, form: &Form) -> Option<Field> {
    let ColumnSource::Leaf(leaf) = &column.source else { return None };
    let is_of_bytes = leaf.nulls.as_ref().is_some_and(|nulls| nulls.found.starts_with("FixedSizeBinary"));
    let data_type = match form {
        Form::Text => DataType::Utf8View,
        Form::Bytes => DataType::BinaryView,
        // Nearly every type casts to text; other types are not read.
        Form::Nulls => {
            if is_of_bytes {
                DataType::BinaryView
            } else {
                DataType::Utf8View
            }
        }
        Form::Path => return None,
        Form::Integer | Form::Float(_) | Form::Decimal | Form::Ticks(_) => leaf.rows.data_type.clone(),
    };
    Some(Field::new(&leaf.name, data_type, true))
}
