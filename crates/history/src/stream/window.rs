//! A window, the unit of work: some rows of a row group, as whole pages of every column.

use super::budget::{Budget, Permit};
use super::column_pages::{ColumnPages, Refusal, WindowPages};
use crate::bounds::{Bounds, budget_for_page};
use crate::error::FileError;
use crate::plan::{Chunk, ColumnKind, Fetch, FilePlan, Leaf, RowGroupColumn, RowGroupPlan};
use anyhow::Context;
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;

/// Some rows of a row group, ready to be decoded without waiting.
#[derive(Debug)]
pub struct Window {
    /// The file.
    pub file: Arc<FilePlan>,
    /// The row group.
    pub row_group: Arc<RowGroupPlan>,
    /// The rows, as positions in the row group.
    pub rows: Range<u64>,
    /// The columns of the plan.
    pub columns: Vec<WindowColumn>,
    permit: Permit,
}

/// A column of a window.
#[derive(Debug)]
pub enum WindowColumn {
    /// It comes from the path: every row has this text; `None` is null.
    Path(Option<String>),
    /// It comes from pages.
    Pages {
        /// How its values are read.
        leaf: Arc<Leaf>,
        /// What the footer says about its chunk.
        chunk: Arc<Chunk>,
        /// The pages.
        pages: WindowPages,
    },
}

impl Window {
    /// Returns the bytes that return to the budget when this window is dropped.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.permit.bytes()
    }

    /// Returns a column of the plan, and its position there.
    ///
    /// # Errors
    ///
    /// If it was not planned, which would be a bug in this program.
    pub fn column(&self, kind: ColumnKind) -> anyhow::Result<(usize, &WindowColumn)> {
        let index = self.file.columns.iter().position(|column| column.kind == kind);
        let index = index.with_context(|| format!("column {} was not planned", kind.name()))?;
        Ok((index, &self.columns[index]))
    }

    /// Returns the error for damage in one of the columns.
    #[must_use]
    pub fn damaged(&self, column: usize, problem: String) -> FileError {
        damaged(&self.file, &self.row_group, column, problem)
    }

    /// Returns the error for a value in a column that must be all null because of its type.
    #[must_use]
    pub fn not_null(&self, column: usize) -> FileError {
        self.file.columns[column].wrong_type(&self.file.object)
    }
}

/// A column whose pages are arriving, unless it comes from the path.
#[derive(Debug)]
enum Arriving {
    Path(Option<String>),
    Pages { leaf: Arc<Leaf>, chunk: Arc<Chunk>, pages: Box<ColumnPages> },
}

impl Arriving {
    fn pages(&self) -> Option<&ColumnPages> {
        match self {
            Self::Path(_) => None,
            Self::Pages { pages, .. } => Some(pages),
        }
    }

    /// Returns the part of the column that a window of these rows needs.
    fn take(&mut self, rows: &Range<u64>) -> WindowColumn {
        match self {
            Self::Path(text) => WindowColumn::Path(text.clone()),
            Self::Pages { leaf, chunk, pages } => {
                let (leaf, chunk) = (Arc::clone(leaf), Arc::clone(chunk));
                WindowColumn::Pages { leaf, chunk, pages: pages.take(rows) }
            }
        }
    }
}

/// A row group whose pages are arriving.
#[derive(Debug)]
pub(super) struct Assembly {
    file: Arc<FilePlan>,
    row_group: Arc<RowGroupPlan>,
    columns: Vec<Arriving>,
    bounds: Bounds,
    /// Bytes of chunks that have not yet arrived.
    missing_bytes: u64,
    /// Bytes that arrived and are not yet in a window.
    held_bytes: u64,
    /// Rows that are already in windows.
    taken_rows: u64,
}

impl Assembly {
    pub(super) fn new(file: Arc<FilePlan>, row_group: Arc<RowGroupPlan>, bounds: Bounds) -> Self {
        let columns = row_group.columns.iter().map(|column| match column {
            RowGroupColumn::Path(text) => Arriving::Path(text.clone()),
            RowGroupColumn::Chunk(leaf, chunk) => Arriving::Pages {
                leaf: Arc::clone(leaf),
                chunk: Arc::clone(chunk),
                pages: Box::new(ColumnPages::new(row_group.rows, bounds.page_bytes)),
            },
        });
        Self {
            columns: columns.collect(),
            missing_bytes: row_group.chunk_bytes(),
            held_bytes: 0,
            taken_rows: 0,
            bounds,
            file,
            row_group,
        }
    }

    /// Returns whether `fetch` contains bytes of this row group.
    pub(super) fn is_of(&self, fetch: &Fetch) -> bool {
        Arc::ptr_eq(&self.row_group, &fetch.row_group)
    }

    /// Returns whether this is a row group of `file`.
    pub(super) fn is_of_file(&self, file: &Arc<FilePlan>) -> bool {
        Arc::ptr_eq(&self.file, file)
    }

    /// Returns the bytes that arrived and are not yet in a window.
    pub(super) fn held_bytes(&self) -> u64 {
        self.held_bytes
    }

    /// Adds the bytes of a request.
    pub(super) fn push(&mut self, fetch: &Fetch, arrived: &Bytes) -> anyhow::Result<()> {
        self.held_bytes += arrived.len() as u64;
        for part in &fetch.parts {
            let start = usize::try_from(part.bytes.start - fetch.bytes.start)?;
            let end = usize::try_from(part.bytes.end - fetch.bytes.start)?;
            if let Arriving::Pages { pages, .. } = &mut self.columns[part.column] {
                let pushed = pages.push(arrived.slice(start..end));
                pushed.map_err(|refusal| refused(&self.file, &self.row_group, part.column, refusal))?;
            }
            self.missing_bytes -= part.bytes.end - part.bytes.start;
        }
        if self.missing_bytes > 0 {
            return Ok(());
        }
        for (index, column) in self.columns.iter().enumerate() {
            if let Some(problem) = column.pages().and_then(ColumnPages::unfinished) {
                return Err(damaged(&self.file, &self.row_group, index, problem).into());
            }
        }
        Ok(())
    }

    /// Returns the next window if its pages are complete.
    pub(super) fn next_window(&mut self, budget: &Budget) -> Option<Window> {
        let rows = self.taken_rows..self.window_end()?;
        let before = self.complete_bytes();
        let columns = self.columns.iter_mut().map(|column| column.take(&rows)).collect();
        self.taken_rows = rows.end;
        let is_last = rows.end == self.row_group.rows;
        let bytes = if is_last { self.held_bytes } else { before - self.complete_bytes() };
        self.held_bytes -= bytes;
        Some(Window {
            file: Arc::clone(&self.file),
            row_group: Arc::clone(&self.row_group),
            rows,
            columns,
            permit: budget.hand_over(bytes),
        })
    }

    /// Returns where the next window ends: at the end of a page of the largest column, so that few
    /// bytes are decompressed twice; or after the maximum number of rows. The rest at the end of
    /// the row group is one window.
    fn window_end(&self) -> Option<u64> {
        let columns = || self.columns.iter().filter_map(Arriving::pages);
        let complete_rows = columns().map(ColumnPages::complete_rows).min().unwrap_or(self.row_group.rows);
        if complete_rows == self.taken_rows {
            return None;
        }
        let limit = complete_rows.min(self.taken_rows + self.bounds.window_rows);
        let largest = columns().max_by_key(|column| column.complete_bytes());
        let end = largest
            .and_then(|column| column.page_end(self.taken_rows, limit, self.bounds.window_column_bytes));
        let is_full = limit < complete_rows || complete_rows == self.row_group.rows;
        end.or_else(|| is_full.then_some(limit))
    }

    fn complete_bytes(&self) -> u64 {
        self.columns.iter().filter_map(Arriving::pages).map(|pages| pages.complete_bytes() as u64).sum()
    }
}

fn refused(file: &FilePlan, row_group: &RowGroupPlan, column: usize, refusal: Refusal) -> FileError {
    match refusal {
        Refusal::Damaged(problem) => damaged(file, row_group, column, problem),
        Refusal::Large(page_bytes) => FileError::LargePage {
            url: file.object.url.clone(),
            row_group: row_group.index,
            column: file.columns[column].label.clone(),
            page_bytes,
            needed: budget_for_page(page_bytes),
        },
    }
}

fn damaged(file: &FilePlan, row_group: &RowGroupPlan, column: usize, problem: String) -> FileError {
    FileError::Damaged {
        url: file.object.url.clone(),
        row_group: row_group.index,
        column: file.columns[column].label.clone(),
        problem,
    }
}
