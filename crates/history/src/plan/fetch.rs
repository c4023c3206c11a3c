//! The requests for a file, in order.

use super::file_plan::{Asked, AskedKind, FilePlan, RowGroupPlan};
use super::ranges::{self, Chunks, Piece, Sizes};
use crate::bounds::Bounds;
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;

/// One request.
#[derive(Debug)]
pub struct Request {
    /// The file.
    pub file: Arc<FilePlan>,
    /// The bytes that it needs.
    pub bytes: Range<u64>,
    /// What it returns, one row group after the other.
    pub fetches: Vec<Fetch>,
}

/// The part of a request that belongs to one row group.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The file.
    pub file: Arc<FilePlan>,
    /// The row group.
    pub row_group: Arc<RowGroupPlan>,
    /// Its bytes, including the gap to the next part of the request.
    pub bytes: Range<u64>,
    /// The bytes of each column in it, in order of need.
    pub parts: Vec<ColumnBytes>,
}

/// The bytes of one column within a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnBytes {
    /// The column's position in the plan.
    pub column: usize,
    /// Its bytes, as positions in the file.
    pub bytes: Range<u64>,
}

impl RowGroupPlan {
    /// Returns the total bytes of its chunks that will be read.
    #[must_use]
    pub fn chunk_bytes(&self) -> u64 {
        self.chunks().map(|chunk| chunk.bytes.end - chunk.bytes.start).sum()
    }

    /// Returns the end of its last chunk; 0 without chunks.
    pub(super) fn end(&self) -> u64 {
        self.chunks().map(|chunk| chunk.bytes.end).max().unwrap_or_default()
    }
}

impl FilePlan {
    /// Returns the total bytes of all chunks that will be read.
    #[must_use]
    pub fn chunk_bytes(&self) -> u64 {
        self.row_groups.iter().map(|row_group| row_group.chunk_bytes()).sum()
    }

    /// Returns all requests to the store for this file, from its footer to its last range.
    #[must_use]
    pub fn asks(self: &Arc<Self>, bounds: &Bounds) -> Vec<Asked> {
        let mut asks = self.asked.clone();
        let ranges = self.requests(bounds).into_iter().map(|request| request.asked().0);
        let ranges = ranges.filter(|bytes| !bytes.is_empty());
        asks.extend(ranges.map(|bytes| Asked { kind: AskedKind::Range, bytes }));
        asks
    }

    /// Returns the requests for the whole file, one row group after the other. A row group without
    /// bytes in the file still has a request, of no bytes.
    #[must_use]
    pub fn requests(self: &Arc<Self>, bounds: &Bounds) -> Vec<Request> {
        let chunks_of = |row_group: &Arc<RowGroupPlan>| -> Chunks {
            let columns = row_group.columns.iter();
            columns.map(|column| column.chunk().map(|chunk| chunk.bytes.clone())).collect()
        };
        let groups: Vec<_> = self.row_groups.iter().map(chunks_of).collect();
        let sizes = Sizes::new(&groups, self.standing, self.object.is_remote(), bounds);
        ranges::requests(&groups, &sizes).into_iter().map(|pieces| self.request(&pieces)).collect()
    }

    fn request(self: &Arc<Self>, pieces: &[Piece]) -> Request {
        let mut fetches: Vec<Fetch> = Vec::new();
        let by_group = pieces.chunk_by(|one, next| one.group == next.group);
        for pieces in by_group {
            let bytes = hull(pieces);
            if let Some(last) = fetches.last_mut() {
                last.bytes.end = bytes.start;
            }
            let parts = pieces.iter().filter(|piece| !piece.bytes.is_empty());
            fetches.push(Fetch {
                file: Arc::clone(self),
                row_group: Arc::clone(&self.row_groups[pieces[0].group]),
                bytes,
                parts: parts
                    .map(|piece| ColumnBytes { column: piece.column, bytes: piece.bytes.clone() })
                    .collect(),
            });
        }
        Request { file: Arc::clone(self), bytes: hull(pieces), fetches }
    }
}

impl Request {
    /// Returns the length of the request in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.bytes.end - self.bytes.start
    }

    /// Returns the part to request from the store, and the bytes that are already here.
    #[must_use]
    pub fn asked(&self) -> (Range<u64>, Option<Bytes>) {
        let Range { start, end } = self.bytes;
        let Some(tail) = self.file.tail.as_ref().filter(|tail| tail.start < end) else {
            return (start..end, None);
        };
        let within = |at: u64| usize::try_from(at - tail.start).unwrap_or(usize::MAX);
        let here = tail.bytes.slice(within(start.max(tail.start))..within(end));
        (start..tail.start.max(start), Some(here))
    }

    /// Returns the bytes of the request, given the buffers in which they arrived, as pieces of one
    /// row group and one buffer each. A buffer is dropped once all of it is returned.
    pub fn arrived(self, buffers: Vec<Bytes>) -> impl Iterator<Item = (Fetch, Bytes)> {
        let mut buffers = buffers.into_iter().filter(|buffer| !buffer.is_empty());
        let mut buffer = Bytes::new();
        self.fetches.into_iter().flat_map(move |fetch| {
            let mut pieces = Vec::new();
            let mut at = fetch.bytes.start;
            while at < fetch.bytes.end {
                if buffer.is_empty() {
                    // The store returns as many bytes as were requested.
                    let Some(next) = buffers.next() else { break };
                    buffer = next;
                }
                let left = usize::try_from(fetch.bytes.end - at).unwrap_or(usize::MAX);
                let piece = buffer.split_to(left.min(buffer.len()));
                let end = at + piece.len() as u64;
                pieces.push((fetch.within(&(at..end)), piece));
                at = end;
            }
            if fetch.bytes.is_empty() {
                pieces.push((fetch, Bytes::new()));
            }
            pieces
        })
    }
}

impl Fetch {
    /// Returns the part that lies in `range`.
    fn within(&self, range: &Range<u64>) -> Self {
        let part = |part: &ColumnBytes| {
            let bytes = part.bytes.start.max(range.start)..part.bytes.end.min(range.end);
            (!bytes.is_empty()).then_some(ColumnBytes { column: part.column, bytes })
        };
        Self {
            file: Arc::clone(&self.file),
            row_group: Arc::clone(&self.row_group),
            bytes: range.clone(),
            parts: self.parts.iter().filter_map(part).collect(),
        }
    }
}

/// Returns the range from the start of the first piece to the end of the last; pieces are in file
/// order.
fn hull(pieces: &[Piece]) -> Range<u64> {
    match (pieces.first(), pieces.last()) {
        (Some(first), Some(last)) => first.bytes.start..last.bytes.end,
        _ => 0..0,
    }
}
