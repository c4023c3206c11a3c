//! What a run will read, as `run --explain` shows it.

use counts::state::Recalled;
use history::Bounds;
use history::plan::{AskedKind, Chunk, Column, ColumnSource, FilePlan, PrunedRowGroup};
use parquet::basic::ConvertedType;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use storage::{Copies, LeftOut, Resolved};

/// Maximum number of files that are described individually.
const DETAILS_MAX: usize = 20;

/// The plan of a run. "Requests" are reads of a local file, too.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PlanReport {
    /// Files that are read.
    pub files: usize,
    /// Their size.
    pub size_bytes: u64,
    /// Their rows.
    pub rows: u64,
    /// Files that are not read, because their Hive folder is another country's.
    pub pruned_files: u64,
    /// The countries of those.
    pub pruned_files_of: Vec<String>,
    /// What was found beside data and is left out.
    pub left_out: LeftOut,
    /// Files that have the content of others.
    pub copies: Copies,
    /// Files that are not read, because the state has their counts.
    pub recalled_files: u64,
    /// Their size.
    pub recalled_bytes: u64,
    /// Row groups.
    pub row_groups: RowGroups,
    /// What is asked for.
    pub requests: Requests,
    /// The first files, one by one.
    pub details: Vec<FileReport>,
}

/// The plan of one file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FileReport {
    /// The file.
    pub url: String,
    /// Its size.
    pub size_bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// Its row groups.
    pub row_groups: RowGroups,
    /// Those that are not read.
    pub pruned: Vec<PrunedReport>,
    /// The columns that are read.
    pub columns: Vec<ColumnReport>,
    /// What is asked for.
    pub requests: Requests,
    /// All that is asked for, in order of need within its kind.
    pub reads: Vec<ReadReport>,
}

/// Row groups that have rows.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RowGroups {
    /// Those that are read.
    pub kept: usize,
    /// Those that are not, because their dictionary holds no selected country.
    pub pruned: usize,
    /// Their rows.
    pub pruned_rows: u64,
}

/// A row group that is not read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PrunedReport {
    /// Its position in the file.
    pub row_group: usize,
    /// Its rows.
    pub rows: u64,
    /// The countries in its dictionary.
    pub countries: Vec<String>,
}

/// A column that is needed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ColumnReport {
    /// Its name.
    pub column: &'static str,
    /// Whether it stands in a folder's name; then there is nothing to read of it.
    pub is_in_folder: bool,
    /// Its type in the file.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// How its pages are compressed.
    pub codecs: BTreeSet<String>,
    /// How its values are written.
    pub encodings: BTreeSet<String>,
    /// The bytes of its chunks that are read.
    pub bytes: u64,
}

/// Requests by what they are for, and what they bring.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Requests {
    /// Listings, those included that look for tables in the folders above.
    pub list: u64,
    /// Entries of the state, one a file.
    pub state: u64,
    /// Footers.
    pub footer: u64,
    /// Dictionaries.
    pub dictionary: u64,
    /// Bytes that no footer accounts for.
    pub unclaimed: u64,
    /// Ranges of pages.
    pub range: u64,
    /// Bytes of all but the listings and the state.
    pub bytes: u64,
}

/// One request for bytes of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReadReport {
    /// What it is for.
    pub kind: AskedKind,
    /// Its first byte.
    pub first: u64,
    /// Its last byte.
    pub last: u64,
}

impl PlanReport {
    /// Returns the plan for an input.
    #[must_use]
    pub fn of(input: &Resolved, recalled: &Recalled, plans: &[Arc<FilePlan>], bounds: &Bounds) -> Self {
        let mut all = Self {
            files: plans.len(),
            size_bytes: 0,
            rows: 0,
            pruned_files: input.pruned,
            pruned_files_of: input.pruned_countries.iter().map(|country| country.spelling.clone()).collect(),
            left_out: input.left_out.clone(),
            copies: input.copies.clone(),
            recalled_files: recalled.files,
            recalled_bytes: recalled.bytes,
            row_groups: RowGroups::default(),
            requests: Requests { list: input.list_requests, state: recalled.requests, ..Requests::default() },
            details: Vec::new(),
        };
        for plan in plans {
            let file = FileReport::of(plan, bounds);
            all.size_bytes += file.size_bytes;
            all.rows += file.rows;
            all.row_groups.add(&file.row_groups);
            all.requests.add(&file.requests);
            if all.details.len() < DETAILS_MAX {
                all.details.push(file);
            }
        }
        all
    }
}

impl FileReport {
    fn of(plan: &Arc<FilePlan>, bounds: &Bounds) -> Self {
        let mut requests = Requests::default();
        let mut reads = Vec::new();
        for asked in plan.asks(bounds) {
            *match asked.kind {
                AskedKind::Footer => &mut requests.footer,
                AskedKind::Dictionary => &mut requests.dictionary,
                AskedKind::Unclaimed => &mut requests.unclaimed,
                AskedKind::Range => &mut requests.range,
            } += 1;
            requests.bytes += asked.bytes.end - asked.bytes.start;
            reads.push(ReadReport { kind: asked.kind, first: asked.bytes.start, last: asked.bytes.end - 1 });
        }
        let columns = plan.columns.iter().enumerate().map(|(index, column)| {
            let chunks = plan.row_groups.iter().filter_map(|row_group| row_group.columns[index].chunk());
            ColumnReport::of(column, &chunks.collect::<Vec<_>>())
        });
        Self {
            url: plan.object.url.clone(),
            size_bytes: plan.object.bytes,
            rows: plan.rows,
            row_groups: RowGroups {
                kept: plan.row_groups.len(),
                pruned: plan.pruned.len(),
                pruned_rows: plan.pruned.iter().map(|pruned| pruned.rows).sum(),
            },
            pruned: plan.pruned.iter().map(PrunedReport::from).collect(),
            columns: columns.collect(),
            requests,
            reads,
        }
    }
}

impl From<&PrunedRowGroup> for PrunedReport {
    fn from(pruned: &PrunedRowGroup) -> Self {
        let countries = pruned.countries.iter().map(|country| country.spelling.clone());
        Self { row_group: pruned.index, rows: pruned.rows, countries: countries.collect() }
    }
}

impl ColumnReport {
    fn of(column: &Column, chunks: &[&Chunk]) -> Self {
        let codec = |chunk: &&Chunk| {
            let codec = chunk.metadata.compression().to_string();
            // The compression level is a setting of the writer and cannot be read from the file.
            codec.split('(').next().unwrap_or_default().to_owned()
        };
        let encodings = chunks.iter().flat_map(|chunk| chunk.metadata.encodings());
        Self {
            column: column.kind.name(),
            is_in_folder: matches!(column.source, ColumnSource::Path(_)),
            data_type: chunks.first().map(|chunk| data_type(column, chunk)),
            codecs: chunks.iter().map(codec).collect(),
            encodings: encodings.map(|encoding| encoding.to_string()).collect(),
            bytes: chunks.iter().map(|chunk| chunk.bytes.end - chunk.bytes.start).sum(),
        }
    }
}

/// Returns a column's type as the file names it.
fn data_type(column: &Column, chunk: &Chunk) -> String {
    if let ColumnSource::Leaf(leaf) = &column.source
        && let Some(nulls) = &leaf.nulls
    {
        return format!("{}, nulls alone", nulls.found);
    }
    let physical = chunk.metadata.column_type();
    match chunk.metadata.column_descr().converted_type() {
        ConvertedType::NONE => physical.to_string(),
        converted => format!("{physical} ({converted})"),
    }
}

impl RowGroups {
    fn add(&mut self, more: &Self) {
        self.kept += more.kept;
        self.pruned += more.pruned;
        self.pruned_rows += more.pruned_rows;
    }
}

impl Requests {
    fn add(&mut self, more: &Self) {
        self.list += more.list;
        self.footer += more.footer;
        self.dictionary += more.dictionary;
        self.unclaimed += more.unclaimed;
        self.range += more.range;
        self.bytes += more.bytes;
    }
}
