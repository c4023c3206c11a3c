//! Cuts a file into requests and orders them.
//!
//! Three steps: sort the chunks' bytes in the order in which rows need them; join neighbours in
//! that order that are also neighbours in the file into runs, across columns and row groups; cut
//! each run evenly into ranges of a size that S3 serves well. So a chunk much smaller than a range
//! is never requested alone if another chunk lies beside it.

use crate::bounds::Bounds;
use std::ops::Range;

/// A range is a quarter as long as the distance to the nearer end of the input, within its bounds.
/// Ranges are short at the start, so that folding begins early, and short at the end, so that the
/// transfer ends on all connections at once and little is left to fold.
const RANGES_TO_AN_END: u64 = 4;
/// A row group of at most this many ranges is read from front to back. A larger one is read across
/// its columns, so that its first rows are complete long before its last bytes arrive.
const RANGES_FRONT_TO_BACK_MAX: u64 = 4;

/// A range in the middle of a local file is this many times as long as the shortest.
const RANGES_LOCAL: u64 = 4;

/// The position of a file in the input, in bytes of files before and after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bytes of the files that are read before it.
    pub before: u64,
    /// Bytes of the files that are read after it.
    pub behind: u64,
}

/// Bytes of one chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The position of the row group in the plan.
    pub(super) group: usize,
    /// The position of the column in the plan.
    pub(super) column: usize,
    /// The bytes.
    pub(super) bytes: Range<u64>,
}

/// The bytes of each column of a row group; `None` for one that comes from the path.
pub(super) type Chunks = Vec<Option<Range<u64>>>;

/// Returns the pieces of each request. A row group without bytes has a request without bytes.
pub(super) fn requests(groups: &[Chunks], sizes: &Sizes) -> Vec<Vec<Piece>> {
    let mut requests = Requests::default();
    let mut read = 0;
    for (group, chunks) in groups.iter().enumerate() {
        let bytes = total(chunks);
        if bytes == 0 {
            requests.end_run(sizes);
            requests.done.push(vec![Piece { group, column: 0, bytes: 0..0 }]);
        }
        for piece in pieces(group, chunks, sizes, read) {
            requests.push(piece, sizes);
        }
        read += bytes;
    }
    requests.end_run(sizes);
    requests.done
}

/// The lengths of ranges.
#[derive(Debug)]
pub(super) struct Sizes {
    min: u64,
    max: u64,
    gap: u64,
    /// Bytes that may wait for other columns of their row group.
    held: u64,
    standing: Standing,
    file: u64,
}

impl Sizes {
    pub(super) fn new(groups: &[Chunks], standing: Standing, is_remote: bool, bounds: &Bounds) -> Self {
        let columns = groups.first().map_or(1, |chunks| chunks.iter().flatten().count().max(1));
        // Each column may be one range ahead of the others: together they take half the budget.
        let held = bounds.fetched_bytes / 2;
        // Ranges of a local file need only be long enough that few pages cross their ends.
        let local = bounds.range_bytes_min.saturating_mul(RANGES_LOCAL).min(bounds.range_bytes);
        let max = if is_remote { bounds.range_bytes } else { local };
        let max = max.min(held / columns as u64).max(1);
        let file = groups.iter().map(total).sum();
        Self { min: bounds.range_bytes_min.clamp(1, max), max, gap: bounds.gap_bytes, held, standing, file }
    }

    /// The size of a range that begins when `read` bytes of the file have been requested.
    fn at(&self, read: u64) -> u64 {
        let before = self.standing.before.saturating_add(read);
        let behind = self.standing.behind.saturating_add(self.file.saturating_sub(read));
        (before.min(behind) / RANGES_TO_AN_END).clamp(self.min, self.max)
    }

    fn is_read_front_to_back(&self, read: u64, bytes: u64) -> bool {
        let range = self.at(read).min(self.at(read + bytes));
        bytes <= range.saturating_mul(RANGES_FRONT_TO_BACK_MAX).min(self.held)
    }

    fn joins(&self, last: &Piece, next: &Piece) -> bool {
        let end = last.bytes.end;
        (end..=end.saturating_add(self.gap)).contains(&next.bytes.start)
    }
}

/// Returns the pieces of a row group in order of need.
fn pieces(group: usize, chunks: &Chunks, sizes: &Sizes, read: u64) -> Vec<Piece> {
    let group_bytes = total(chunks);
    let is_whole = sizes.is_read_front_to_back(read, group_bytes);
    let mut pieces = Vec::new();
    for (column, chunk) in chunks.iter().enumerate() {
        let Some(chunk) = chunk else { continue };
        let length = length(chunk);
        // The progress of the row group when this much of the chunk has arrived.
        let progress = |at: u64| share(at, length, group_bytes);
        let size_at = |at| if is_whole { length } else { sizes.at(read + progress(at)) };
        for part in cut(length, size_at) {
            let bytes = chunk.start + part.start..chunk.start + part.end;
            pieces.push((progress(part.start), Piece { group, column, bytes }));
        }
    }
    // A piece is needed when its first row is.
    pieces.sort_by_key(|(needed, piece)| (*needed, piece.bytes.start));
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// Requests under construction.
#[derive(Debug, Default)]
struct Requests {
    done: Vec<Vec<Piece>>,
    /// Bytes of the file that these requests cover.
    asked: u64,
    /// Pieces that are neighbours both in order of need and in the file.
    run: Vec<Piece>,
}

impl Requests {
    fn push(&mut self, piece: Piece, sizes: &Sizes) {
        if self.run.last().is_some_and(|last| !sizes.joins(last, &piece)) {
            self.end_run(sizes);
        }
        self.run.push(piece);
    }

    /// Cuts the run into requests.
    fn end_run(&mut self, sizes: &Sizes) {
        let (Some(first), Some(last)) = (self.run.first(), self.run.last()) else { return };
        let (start, bytes) = (first.bytes.start, last.bytes.end - first.bytes.start);
        for part in cut(bytes, |at| sizes.at(self.asked + at)) {
            let range = start + part.start..start + part.end;
            let within: Vec<_> = self.run.iter().filter_map(|piece| piece.within(&range)).collect();
            // A part may lie entirely in a gap.
            if !within.is_empty() {
                self.done.push(within);
            }
        }
        self.asked += self.run.iter().map(|piece| length(&piece.bytes)).sum::<u64>();
        self.run.clear();
    }
}

impl Piece {
    fn within(&self, range: &Range<u64>) -> Option<Self> {
        let bytes = self.bytes.start.max(range.start)..self.bytes.end.min(range.end);
        (!bytes.is_empty()).then(|| Self { bytes, ..self.clone() })
    }
}

/// Cuts a length into parts, each at least the size given at its start, and less than twice as long
/// if the size is constant. The cut is even, so nothing is left over.
fn cut(length: u64, size_at: impl Fn(u64) -> u64) -> Vec<Range<u64>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < length {
        let left = length - start;
        let count = (left / size_at(start).max(1)).max(1);
        let end = start + left.div_ceil(count);
        parts.push(start..end);
        start = end;
    }
    parts
}

fn total(chunks: &Chunks) -> u64 {
    chunks.iter().flatten().map(length).sum()
}

fn length(bytes: &Range<u64>) -> u64 {
    bytes.end - bytes.start
}

/// Returns `part / whole` of `of`.
fn share(part: u64, whole: u64, of: u64) -> u64 {
    let share = u128::from(part) * u128::from(of) / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
