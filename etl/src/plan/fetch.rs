//! Byte ranges to ask for, in the order in which they are needed.
//!
//! A row group is read in slices across all its columns, so that its first rows are complete
//! long before its last bytes arrive; memory follows the slices, not the row group.

use super::{FilePlan, RowGroupPlan};
use crate::stream::Limits;
use std::ops::Range;
use std::sync::Arc;

/// One request.
#[derive(Debug)]
pub struct Fetch {
    /// The file.
    pub file: Arc<FilePlan>,
    /// The row group.
    pub row_group: Arc<RowGroupPlan>,
    /// What to ask for.
    pub bytes: Range<u64>,
    /// Which columns' bytes are in it, in order of need.
    pub parts: Vec<Part>,
}

/// The bytes of one column within a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The column's position in the plan.
    pub column: usize,
    /// Its bytes, as positions in the file.
    pub bytes: Range<u64>,
}

impl FilePlan {
    /// Returns the bytes of all chunks that will be read.
    #[must_use]
    pub fn chunk_bytes(&self) -> u64 {
        let chunks = self.row_groups.iter().flat_map(|row_group| row_group.chunks.iter().flatten());
        chunks.map(|chunk| chunk.bytes.end - chunk.bytes.start).sum()
    }

    /// Returns the requests for the whole file, one row group after the other. A row group of
    /// which nothing is in the file still has one, of no bytes.
    #[must_use]
    pub fn fetches(self: Arc<Self>, limits: &Limits) -> Vec<Fetch> {
        let mut fetches = Vec::new();
        for row_group in &self.row_groups {
            let chunks: Vec<_> = row_group
                .chunks
                .iter()
                .map(|chunk| chunk.as_ref().map(|chunk| chunk.bytes.clone()))
                .collect();
            for (bytes, parts) in requests(&chunks, limits) {
                let (file, row_group) = (Arc::clone(&self), Arc::clone(row_group));
                fetches.push(Fetch { file, row_group, bytes, parts });
            }
        }
        fetches
    }
}

fn requests(chunks: &[Option<Range<u64>>], limits: &Limits) -> Vec<(Range<u64>, Vec<Part>)> {
    let parts = slices(chunks, limits);
    let total: u64 = parts.iter().map(|part| part.bytes.end - part.bytes.start).sum();
    if parts.is_empty() {
        return vec![(0..0, Vec::new())];
    }
    if total > limits.slice_bytes {
        return parts.into_iter().map(|part| (part.bytes.clone(), vec![part])).collect();
    }
    let mut in_file_order = parts;
    in_file_order.sort_by_key(|part| part.bytes.start);
    let mut requests: Vec<(Range<u64>, Vec<Part>)> = Vec::new();
    for part in in_file_order {
        match requests.last_mut() {
            Some((bytes, parts)) if part.bytes.start <= bytes.end.saturating_add(limits.gap_bytes) => {
                bytes.end = bytes.end.max(part.bytes.end);
                parts.push(part);
            }
            _ => requests.push((part.bytes.clone(), vec![part])),
        }
    }
    requests
}

/// Cuts each chunk into ranges, all chunks at about the same rows, and orders the ranges by the
/// share of their chunk that is complete with them.
fn slices(chunks: &[Option<Range<u64>>], limits: &Limits) -> Vec<Part> {
    let length = |bytes: &Range<u64>| bytes.end - bytes.start;
    let total: u64 = chunks.iter().flatten().map(length).sum();
    let slices = total.div_ceil(limits.slice_bytes).max(1);
    let mut parts = Vec::new();
    for (column, chunk) in chunks.iter().enumerate() {
        let Some(chunk) = chunk else { continue };
        let step = length(chunk).div_ceil(slices).max(limits.range_bytes_min);
        let mut start = chunk.start;
        while start < chunk.end {
            let end = chunk.end.min(start.saturating_add(step));
            let complete = u128::from(end - chunk.start) * u128::from(u32::MAX) / u128::from(length(chunk));
            parts.push((complete, Part { column, bytes: start..end }));
            start = end;
        }
    }
    parts.sort_by_key(|(complete, part)| (*complete, part.column));
    parts.into_iter().map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_small_row_group_is_one_request() {
        let chunks = [Some(4..1000), None, Some(2000..5000), Some(1000..1500)];
        let requests = requests(&chunks, &Limits::default());
        assert_eq!(requests.len(), 1);
        let (bytes, parts) = &requests[0];
        assert_eq!(*bytes, 4..5000);
        let columns: Vec<_> = parts.iter().map(|part| (part.column, part.bytes.clone())).collect();
        assert_eq!(columns, [(0, 4..1000), (3, 1000..1500), (2, 2000..5000)]);
    }

    #[test]
    fn a_wide_gap_is_not_read() {
        let chunks = [Some(0..100), Some(100 + MIB..200 + MIB), Some(201 + 2 * MIB..202 + 2 * MIB)];
        let bytes: Vec<_> =
            requests(&chunks, &Limits::default()).into_iter().map(|(bytes, _)| bytes).collect();
        assert_eq!(bytes, [0..200 + MIB, 201 + 2 * MIB..202 + 2 * MIB]);
    }

    #[test]
    fn a_large_row_group_is_read_in_slices_across_its_columns() {
        let chunks = [Some(0..8 * MIB), Some(8 * MIB..72 * MIB)];
        let requests = requests(&chunks, &Limits::default());
        assert!(requests.iter().all(|(bytes, _)| bytes.end - bytes.start <= Limits::default().slice_bytes));
        for (column, chunk) in chunks.iter().enumerate() {
            let mut at = chunk.clone().expect("a chunk").start;
            for (_, parts) in requests.iter().filter(|(_, parts)| parts[0].column == column) {
                assert_eq!(parts[0].bytes.start, at, "without gaps and in order");
                at = parts[0].bytes.end;
            }
            assert_eq!(at, chunk.clone().expect("a chunk").end);
        }
        let first_half = &requests[..requests.len() / 2];
        let read: u64 = first_half.iter().map(|(bytes, _)| bytes.end - bytes.start).sum();
        assert!((32 * MIB..=40 * MIB).contains(&read), "half the requests, half of each column");
    }

    #[test]
    fn a_row_group_that_stands_in_the_path_alone_needs_no_bytes() {
        assert_eq!(requests(&[None, None], &Limits::default()), [(0..0, vec![])]);
        assert_eq!(requests(&[Some(7..7), None], &Limits::default()), [(0..0, vec![])]);
    }
}
