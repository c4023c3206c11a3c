//! What to read of a file, and what was requested to plan it.

use super::column::{Column, Leaf};
use super::ranges::Standing;
use bytes::Bytes;
use parquet::file::metadata::ColumnChunkMetaData;
use schemars::JsonSchema;
use segments::value::Country;
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use storage::Object;

/// A file that is ready to be read.
#[derive(Debug)]
pub struct FilePlan {
    /// The file.
    pub object: Arc<Object>,
    /// Its position in the input.
    pub standing: Standing,
    /// The columns that the rules need, in the order of [`ColumnKind::needed`](super::ColumnKind::needed).
    pub columns: Arc<Vec<Column>>,
    /// Its row groups to read; those without rows are left out.
    pub row_groups: Vec<Arc<RowGroupPlan>>,
    /// Its row groups that are not read.
    pub pruned: Vec<PrunedRowGroup>,
    /// Its rows, according to the footer.
    pub rows: u64,
    /// Its last pages, which came with the footer; all pages, if the file is small. They are not
    /// requested again.
    pub tail: Option<Tail>,
    /// The requests so far.
    pub asked: Vec<Asked>,
}

/// The last pages of a file.
#[derive(Debug)]
pub struct Tail {
    /// Where they begin in the file; 0 if they are all pages.
    pub start: u64,
    /// The pages.
    pub bytes: Bytes,
}

/// A row group that is ready to be read.
#[derive(Debug)]
pub struct RowGroupPlan {
    /// Its position in the file.
    pub index: usize,
    /// Its rows.
    pub rows: u64,
    /// The columns of the plan.
    pub columns: Vec<RowGroupColumn>,
}

/// A column of a row group.
#[derive(Debug)]
pub enum RowGroupColumn {
    /// It comes from the path: every row has this text; `None` is null.
    Path(Option<String>),
    /// This leaf reads it from this chunk.
    Chunk(Arc<Leaf>, Arc<Chunk>),
}

impl RowGroupColumn {
    /// Returns its chunk; `None` if it comes from the path.
    #[must_use]
    pub fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Path(_) => None,
            Self::Chunk(_, chunk) => Some(chunk),
        }
    }
}

impl RowGroupPlan {
    /// Returns the chunks of the columns that do not come from the path.
    pub fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        self.columns.iter().filter_map(RowGroupColumn::chunk)
    }
}

/// A column chunk whose claims were checked against the file.
#[derive(Debug)]
pub struct Chunk {
    /// The position of its pages.
    pub bytes: Range<u64>,
    /// Their compression and contents.
    pub metadata: ColumnChunkMetaData,
}

/// A row group that is not read because none of its countries is selected.
#[derive(Debug)]
pub struct PrunedRowGroup {
    /// Its position in the file.
    pub index: usize,
    /// Its rows, including those without a country.
    pub rows: u64,
    /// The countries in its dictionary.
    pub countries: BTreeSet<Country>,
}

/// A request for bytes of a file, before or after it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its purpose.
    pub kind: AskedKind,
    /// The bytes.
    pub bytes: Range<u64>,
}

/// What bytes of a file are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskedKind {
    /// Its footer, with what stands before it.
    Footer,
    /// A dictionary, to see whether its row group is needed.
    Dictionary,
    /// Bytes that the footer does not account for, to see whether they hold another file.
    Unclaimed,
    /// Pages.
    Range,
}
