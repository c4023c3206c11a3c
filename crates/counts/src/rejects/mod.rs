//! Every rejected event of a run, kept with its reason: `--rejects PATH`.
//!
//! The threads that fold find the events and send them through a bounded channel; one thread of
//! its own encodes and writes them. Nothing under the final name is ever half of a run's rejects.
//! Which events are rejected, and what is seen of them, is decided in [`fold`](crate::fold).

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

/// The least memory in which a run can keep rejects as well: their windows are decoded twice, and
/// the allocator keeps more of what was freed.
pub const MEMORY_BUDGET_MIN: ByteSize = ByteSize::mib(160);
/// A part of an upload, a row group that is being encoded, and what is in the channel.
const MEMORY_ITSELF: u64 = 24 << 20;
/// Where the rejects of a window are, and what is seen of those of a batch.
const MEMORY_OF_A_THREAD: u64 = 8 << 20;

/// Returns the bytes that keeping rejects may take, whatever their number, where `threads` threads
/// fold.
#[must_use]
pub fn memory(threads: usize) -> u64 {
    MEMORY_ITSELF + threads as u64 * MEMORY_OF_A_THREAD
}

/// Returns a result and, where it is a failure because rejects are not written any more, the reason
/// why they are not.
pub async fn reason_behind<T>(
    result: Result<T>,
    writer: Option<RejectsWriter>,
) -> (Result<T>, Option<RejectsWriter>) {
    match (result, writer) {
        (Err(error), Some(writer)) => (Err(writer.reason_behind(error).await), None),
        as_it_is => as_it_is,
    }
}

/// Makes the rejects of a run appear under their name, if somebody wants them and they are as many
/// as were `counted`. Of a file that was left out half-way there may be lines that are not counted.
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
