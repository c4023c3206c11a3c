//! From an object to its plan: reads the footer and decides which row groups are worth reading.

use super::column::ColumnKind;
use super::file_plan::{Asked, AskedKind, FilePlan, PrunedRowGroup, RowGroupPlan};
use super::found::Searched;
use super::groups::Groups;
use super::ranges::Standing;
use super::row_groups::{self, Decoded, not_parquet};
use super::{dictionary, footer, unclaimed};
use crate::bounds::Bounds;
use crate::consumer::Consumer;
use anyhow::Result;
use futures::{Stream, StreamExt, TryStreamExt, future, stream};
use segments::rules::Rules;
use segments::selection::Selection;
use segments::value::CountryKey;
use std::collections::BTreeSet;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use storage::{Object, Store};

/// Maximum number of footers requested at a time.
const FOOTERS_UNDER_WAY_MAX: usize = 8;
/// Maximum number of dictionaries of one file requested at a time.
const DICTIONARIES_UNDER_WAY_MAX: usize = 16;

/// Plans files: where to read them from, and what the run needs of them.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// Where footers and dictionaries are read from.
    pub store: &'a Store,
    /// The rules, which need some columns.
    pub rules: &'a Rules,
    /// Whether to also read the columns that the rules do not need.
    pub is_all_columns: bool,
    /// The countries to count.
    pub selection: &'a Selection,
    /// The bounds of the pipeline.
    pub bounds: Bounds,
    /// Decides what to do about files that cannot be planned.
    pub consumer: &'a dyn Consumer,
}

impl<'a> Planner<'a> {
    /// Plans all files of an input, in order; some files are planned ahead of demand.
    pub fn plans(self, objects: Vec<Object>) -> impl Stream<Item = Result<Arc<FilePlan>>> + Send + 'a {
        self.each(objects).map_ok(Arc::new)
    }

    /// Plans all files of an input at once. Keeps the pages that came with the footers as far as
    /// the budget allows; the others will be requested again.
    ///
    /// # Errors
    ///
    /// If a file cannot be planned.
    pub async fn plan_all(self, objects: Vec<Object>) -> Result<Vec<Arc<FilePlan>>> {
        let mut plans = Vec::with_capacity(objects.len());
        let mut kept_bytes = 0;
        let mut each = pin!(self.each(objects));
        while let Some(mut plan) = each.try_next().await? {
            kept_bytes += plan.tail.as_ref().map_or(0, |tail| tail.bytes.len()) as u64;
            if kept_bytes > self.bounds.fetched_bytes {
                plan.tail = None;
            }
            plans.push(Arc::new(plan));
        }
        Ok(plans)
    }

    fn each(self, objects: Vec<Object>) -> impl Stream<Item = Result<FilePlan>> + Send + 'a {
        let total: u64 = objects.iter().map(|object| object.bytes).sum();
        let mut before = 0;
        let standing = objects.into_iter().map(move |object| {
            let standing = Standing { before, behind: total - before - object.bytes };
            before += object.bytes;
            (object, standing)
        });
        let plan = move |(object, standing)| self.plan_or_leave_out(Arc::new(object), standing);
        stream::iter(standing).map(plan).buffered(FOOTERS_UNDER_WAY_MAX).try_filter_map(future::ok)
    }

    async fn plan_or_leave_out(self, object: Arc<Object>, standing: Standing) -> Result<Option<FilePlan>> {
        match self.plan(Arc::clone(&object), standing).await {
            Ok(plan) => Ok(Some(plan)),
            Err(error) => self.consumer.leave_out(&object, None, error).map(|()| None),
        }
    }

    /// Reads the footer of `object` and plans what else to read.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not parquet, contradicts itself, or lacks a column.
    async fn plan(self, object: Arc<Object>, standing: Standing) -> Result<FilePlan> {
        let mut footer = footer::read(self.store, &object).await?;
        let mut bytes_left = self.bounds.footer_bytes;
        let schema = footer.schema(&object, bytes_left)?;
        let searched = Searched { footer: &footer, schema: &schema, object: &object, rules: self.rules };
        let found = searched.find(self.is_all_columns, &mut bytes_left)?;
        let leaves: Vec<_> = found.iter().filter_map(|found| found.leaf(&schema)).collect();
        let Groups { all, claimed } = footer.groups(&object, &schema, &leaves, bytes_left)?;
        let Decoded { columns, row_groups } = row_groups::decode(&searched, found, all, &mut bytes_left)?;
        let rows = row_groups.iter().try_fold(0_u64, |rows, row_group| rows.checked_add(row_group.rows));
        let rows = rows.ok_or_else(|| not_parquet(&object, "it claims more than 2^64 rows".to_owned()))?;
        unclaimed::check(self.store, &object, &mut footer, claimed).await?;
        let columns = Arc::new(columns);
        // The footer is no longer needed, and pruning may wait for a dictionary.
        let (tail, asked) = footer.into_rest();
        let mut plan =
            FilePlan { object, standing, columns, row_groups, pruned: Vec::new(), rows, tail, asked };
        let tail_start = plan.tail.as_ref().map_or(u64::MAX, |tail| tail.start);
        // A file that is already here saves nothing by pruning.
        if let Some(selected) = self.selection.keys().filter(|_| tail_start > 0) {
            self.prune(&mut plan, selected).await?;
        }
        if plan.row_groups.iter().all(|row_group| row_group.end() <= tail_start) {
            plan.tail = None;
        }
        Ok(plan)
    }

    /// Moves the row groups without a selected country to the pruned ones.
    async fn prune(self, plan: &mut FilePlan, selected: &BTreeSet<CountryKey>) -> Result<()> {
        let country = plan.columns.iter().position(|column| column.kind == ColumnKind::CountryCode);
        let dictionary_of = |row_group: &Arc<RowGroupPlan>| {
            let chunk = row_group.columns.get(country?)?.chunk()?;
            // A row group smaller than an allowed gap is not worth a request.
            let is_worth = row_group.chunk_bytes() > self.bounds.gap_bytes;
            let bytes = is_worth.then(|| dictionary::worth_reading(chunk, selected))??;
            Some((Arc::clone(row_group), country?, bytes))
        };
        let dictionaries: Vec<_> = plan.row_groups.iter().filter_map(dictionary_of).collect();
        let asked =
            |(_, _, bytes): &(_, _, Range<u64>)| Asked { kind: AskedKind::Dictionary, bytes: bytes.clone() };
        plan.asked.extend(dictionaries.iter().map(asked));
        let object = Arc::clone(&plan.object);
        let pruned = stream::iter(dictionaries).map(async |(row_group, country, bytes)| {
            let Some(chunk) = row_group.columns[country].chunk() else { return Ok(None) };
            let countries =
                dictionary::read_without(self.store, &object, chunk, bytes, self.rules, selected).await?;
            let pruned =
                |countries| PrunedRowGroup { index: row_group.index, rows: row_group.rows, countries };
            anyhow::Ok(countries.map(pruned))
        });
        let pruned = pruned.buffered(DICTIONARIES_UNDER_WAY_MAX).try_filter_map(future::ok);
        plan.pruned = pruned.try_collect().await?;
        let is_pruned: BTreeSet<_> = plan.pruned.iter().map(|pruned| pruned.index).collect();
        plan.row_groups.retain(|row_group| !is_pruned.contains(&row_group.index));
        Ok(())
    }
}
