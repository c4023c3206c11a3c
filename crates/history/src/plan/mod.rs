//! Decides what to read of a file: its footer gives columns, row groups and byte ranges.

mod footer;

mod footer_claims;

mod roots;

mod groups;

mod claimed;

mod alone;

mod names;

mod column;

mod found;

mod view;

mod row_groups;

mod unclaimed;

mod dictionary;

mod ranges;

mod fetch;

mod file_plan;

mod planner;

pub use column::{Column, ColumnKind, ColumnSource, Leaf, Nulls};
pub use fetch::{ColumnBytes, Fetch, Request};
pub use file_plan::{Asked, AskedKind, Chunk, FilePlan, PrunedRowGroup, RowGroupColumn, RowGroupPlan, Tail};
pub use planner::Planner;
pub use ranges::Standing;
pub(crate) use roots::Levels;
pub use view::{DictionaryViews, View};
