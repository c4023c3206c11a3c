//! Keeps every rejected event of a run with its reason: `--rejects PATH`.
//!
//! The threads that fold find the events and send them through a bounded channel; a separate thread
//! encodes and writes them. A file with the final name always holds all rejects of a run.
//! [`fold`](crate::fold) decides which events are rejected, and which values are shown.

mod path;

mod events;

mod parquet;

mod jsonl;

mod encoder;

mod target;

mod writer;

pub use events::{RejectedEvents, VALUE_BYTES_MAX, cut};
pub use path::{Format, RejectsPath, RejectsPathError};
pub use writer::{RejectsSink, RejectsWriter, WriterGone};

use anyhow::Result;
use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Serialize;

/// The smallest memory budget for a run that keeps rejects: their windows are decoded twice, and
/// the allocator keeps more freed memory.
pub const MEMORY_BUDGET_MIN: ByteSize = ByteSize::mib(160);
/// Memory for a part of an upload, a row group being encoded, and the contents of the channel.
const MEMORY_ITSELF: u64 = 24 << 20;
/// Memory of a thread for the positions of a window's rejects, and the values shown for a batch.
const MEMORY_OF_A_THREAD: u64 = 8 << 20;

/// Returns the bytes that keeping rejects may take, regardless of their number, with `threads`
/// threads that fold.
#[must_use]
pub fn memory(threads: usize) -> u64 {
    MEMORY_ITSELF + threads as u64 * MEMORY_OF_A_THREAD
}

/// Returns a result. If it failed because the writer of rejects has ended, the error is the writer's.
pub async fn reason_behind<T>(
    result: Result<T>,
    writer: Option<RejectsWriter>,
) -> (Result<T>, Option<RejectsWriter>) {
    match (result, writer) {
        (Err(error), Some(writer)) => (Err(writer.reason_behind(error).await), None),
        as_it_is => as_it_is,
    }
}

/// Makes the rejects of a run appear under their name, if they are kept and match `counted`. A file
/// that was left out half-way may add lines that are not counted.
///
/// # Errors
///
/// As [`RejectsWriter::finish`].
pub async fn finish(
    writer: Option<RejectsWriter>,
    counted: u64,
    is_any_left_out: bool,
) -> Result<Option<RejectsReport>> {
    let Some(writer) = writer else { return Ok(None) };
    let lines_max = if is_any_left_out { u64::MAX } else { counted };
    writer.finish(counted..=lines_max).await.map(Some)
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RejectsReport {
    /// Where.
    pub path: String,
    /// Lines: one for each event and segment, as the report counts them.
    pub events: u64,
}
