//! The files of an input, gathered by how their columns are stored.

use crate::sql::{Form, Source, SourceColumn};
use anyhow::Result;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use etl::bad_files::BadFiles;
use etl::plan::{Column, ColumnSource, FilePlan, Planner};
use etl::source::{Object, Store};
use etl::stream::{Limits, Read};
use futures::TryStreamExt;
use segments::rules::Rules;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

/// Files that are read by one plan.
#[derive(Debug)]
pub struct Files {
    /// How they are read.
    pub source: Source,
    /// Their columns that are not in the path.
    pub schema: SchemaRef,
    /// The files.
    pub objects: Vec<Arc<Object>>,
}

/// An input whose footers were read.
#[derive(Debug, Default)]
pub struct Planned {
    /// By what they have in common, as text.
    groups: BTreeMap<String, Group>,
    /// What the footers promise.
    pub read: Read,
    rows: BTreeMap<String, u64>,
}

/// Files that are stored alike.
#[derive(Debug)]
struct Group {
    columns: Vec<SourceColumn>,
    schema: SchemaRef,
    objects: Vec<Arc<Object>>,
}

impl Planned {
    /// Reads the footer of every object, here: the engine is told what is where and of which type,
    /// and its counts are held against the rows that were promised.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is no parquet, or lacks a column.
    pub async fn read(store: &Store, rules: &Rules, objects: &[Object]) -> Result<Self> {
        let planner = Planner {
            store,
            rules,
            is_all_columns: false,
            selection: None,
            limits: Limits::default(),
            bad_files: &BadFiles::default(),
        };
        let mut input = Self::default();
        let mut plans = pin!(planner.plans(objects.to_vec()));
        while let Some(plan) = plans.try_next().await? {
            input.add(&plan);
        }
        Ok(input)
    }

    fn add(&mut self, plan: &FilePlan) {
        self.read.footer_rows += plan.rows;
        self.rows.insert(plan.object.url.clone(), plan.rows);
        let columns: Vec<_> = plan.columns.iter().map(SourceColumn::of).collect();
        let schema = Schema::new(plan.columns.iter().filter_map(field).collect::<Vec<_>>());
        let group = self.groups.entry(format!("{columns:?} {schema:?}"));
        let group = group.or_insert_with(|| Group { columns, schema: Arc::new(schema), objects: Vec::new() });
        group.objects.push(Arc::clone(&plan.object));
    }

    /// Returns the rows of a file.
    #[must_use]
    pub fn rows_of(&self, object: &Object) -> u64 {
        self.rows.get(&object.url).copied().unwrap_or_default()
    }

    /// Returns the files, each in a group; those for which `is_sampled` holds apart from the others.
    #[must_use]
    pub fn files(self, is_sampled: impl Fn(&Object) -> bool) -> Vec<Files> {
        let mut files = Vec::new();
        for Group { columns, schema, objects } in self.groups.into_values() {
            let (sampled, others): (Vec<_>, Vec<_>) =
                objects.into_iter().partition(|object| is_sampled(object));
            for (is_sampled, objects) in [(true, sampled), (false, others)] {
                if objects.is_empty() {
                    continue;
                }
                let table = format!("files_{}", files.len());
                let source = Source { table, columns: columns.clone(), is_sampled };
                files.push(Files { source, schema: Arc::clone(&schema), objects });
            }
        }
        files
    }
}

/// Returns the field that a column is read as; text without its dictionary, as views.
fn field(column: &Column) -> Option<Field> {
    let ColumnSource::Leaf(leaf) = &column.source else { return None };
    let data_type = match (&leaf.rows.data_type, Form::of(column)) {
        (DataType::Null, _) => return None,
        (_, Form::Text) => DataType::Utf8View,
        (other, _) => other.clone(),
    };
    Some(Field::new(column.kind.name(), data_type, true))
}
