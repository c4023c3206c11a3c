//! The bounds of the pipeline. Tests shrink them, so that small files are cut like large ones.

use bytesize::ByteSize;

/// The memory budget of a run, unless another is given.
pub const MEMORY_BUDGET_DEFAULT: &str = "256MiB";
/// The program itself, its stacks, plans and partial counts, and freed memory that the allocator
/// keeps: measured on inputs of any size.
const MEMORY_ITSELF: u64 = 64 << 20;
/// Memory that a thread needs to fold pages of any usual size.
const MEMORY_OF_A_THREAD: u64 = 32 << 20;
/// Maximum number of columns of a window that are decoded side by side.
const COLUMNS: u64 = 6;

/// A footer may take one part in this many of the budget while it is decoded. The first footer is
/// decoded before pages take memory, later ones beside them.
const FOOTER_SHARE: u64 = 2;

/// Bounds of reading and folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes fetched but not yet folded: this bounds our memory, whatever the size of a row group.
    pub fetched_bytes: u64,
    /// Bytes of a range in the middle of the input: at least this many if the file has them, and
    /// less than twice as many. S3 serves such requests well.
    /// <https://docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices/use-byte-range-fetches.html>
    pub range_bytes: u64,
    /// Bytes of a range at both ends of the input. In a local file, which has no latency to hide, a
    /// range in the middle is four times as long.
    pub range_bytes_min: u64,
    /// Ranges with a smaller gap are fetched in one request.
    pub gap_bytes: u64,
    /// Bytes of the largest column in a window. Smaller windows would waste time on reading
    /// dictionaries again; larger ones leave cores idle at the end of a row group.
    pub window_column_bytes: usize,
    /// Rows of a window, however few bytes they take: decoding time and the number of distinct
    /// values grow with the rows.
    pub window_rows: u64,
    /// Bytes of one page, compressed or not. Writers aim at 1 MiB; some put a whole chunk in a page.
    pub page_bytes: u64,
    /// Bytes of one decoded footer: a few hundred for each chunk of each column.
    pub footer_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self::within(ByteSize::mib(256), 2, true)
    }
}

impl Bounds {
    /// Returns the bounds that keep a run on `threads` threads within a memory budget. A local
    /// input has no latency to hide, so less of it is read ahead.
    #[must_use]
    pub fn within(budget: ByteSize, threads: usize, is_remote: bool) -> Self {
        let budget = budget.as_u64();
        // Ten ranges: half for columns that are ahead of others, half for requests under way.
        let fetched_bytes = if is_remote { budget / 16 * 5 } else { budget / 16 };
        let left = budget.saturating_sub(budget / 16 * 5 + MEMORY_ITSELF);
        Self {
            fetched_bytes,
            range_bytes: (8 << 20).min(fetched_bytes / 10),
            range_bytes_min: 1 << 20,
            gap_bytes: 1 << 20,
            window_column_bytes: 1 << 20,
            window_rows: 1 << 18,
            page_bytes: left / (threads.max(1) as u64 * COLUMNS),
            footer_bytes: budget / FOOTER_SHARE,
        }
    }

    /// Returns these bounds with `reserved` bytes left for something else: less of a remote input
    /// is read ahead. A local input needs no such change: its read-ahead is so small that rejects
    /// fit.
    #[must_use]
    pub fn with_reserved(self, reserved: u64) -> Self {
        let fetched_bytes = self.fetched_bytes.saturating_sub(reserved);
        let range_bytes = self.range_bytes.min(fetched_bytes / 10).max(self.range_bytes_min);
        Self { fetched_bytes, range_bytes, ..self }
    }

    /// Returns how many of `threads` threads fit into a memory budget, at least one.
    #[must_use]
    pub fn threads_within(budget: ByteSize, threads: usize) -> usize {
        let room =
            budget.as_u64().saturating_sub(budget.as_u64() / 16 * 5 + MEMORY_ITSELF) / MEMORY_OF_A_THREAD;
        usize::try_from(room).unwrap_or(usize::MAX).clamp(1, threads.max(1))
    }
}

/// Returns a memory budget, in MiB, in which one thread can read a page of `bytes` bytes.
pub(crate) fn budget_for_page(bytes: u64) -> u64 {
    let needed = (bytes.saturating_mul(COLUMNS) + MEMORY_ITSELF) / 11 * 16;
    (needed >> 20) + 1
}

/// Returns a memory budget, in MiB, in which a footer that takes `bytes` bytes can be decoded.
pub(crate) fn budget_for_footer(bytes: u64) -> u64 {
    (bytes.saturating_mul(FOOTER_SHARE) >> 20) + 1
}

/// Parses a memory budget: at least [what a single thread needs](Bounds::threads_within).
///
/// # Errors
///
/// If the text is not a number of bytes, or the budget is too small to run in.
pub fn parse_memory_budget(text: &str) -> Result<ByteSize, String> {
    const MIN: ByteSize = ByteSize::mib(128);
    let budget: ByteSize = text.parse().map_err(|error| format!("{error}; write 256MiB, 1GiB or bytes"))?;
    if budget < MIN {
        return Err("a run needs at least 128MiB".to_owned());
    }
    Ok(budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_shared_out() {
        for (mib, threads) in [(128, 1), (256, 2), (256, 4), (1024, 16)] {
            let budget = ByteSize::mib(mib);
            let threads = Bounds::threads_within(budget, threads);
            let bounds = Bounds::within(budget, threads, true);
            let pages = bounds.page_bytes * threads as u64 * COLUMNS;
            assert!(bounds.fetched_bytes + pages + MEMORY_ITSELF <= budget.as_u64(), "{mib} MiB");
            assert!(bounds.page_bytes >= 2 << 20, "{mib} MiB: pages of the usual size");
        }
    }

    #[test]
    fn what_is_reserved_has_its_share() {
        for (mib, threads) in [(128, 1), (256, 2), (256, 4), (1024, 16), (65_536, 1_024)] {
            let budget = ByteSize::mib(mib);
            let threads = Bounds::threads_within(budget, threads);
            // As much as rejects take.
            let reserved = (24 << 20) + threads as u64 * (8 << 20);
            for bounds in [
                Bounds::within(budget, threads, true).with_reserved(reserved),
                Bounds::within(budget, threads, false),
            ] {
                let pages = bounds.page_bytes * threads as u64 * COLUMNS;
                let all = bounds.fetched_bytes + pages + reserved + MEMORY_ITSELF;
                assert!(all <= budget.as_u64(), "{mib} MiB");
                assert!(bounds.fetched_bytes >= 8 << 20, "{mib} MiB: enough to read ahead");
            }
        }
    }

    #[test]
    fn threads_follow_the_budget() {
        for (mib, asked, expected) in [(128, 8, 1), (256, 2, 2), (256, 64, 3), (4096, 64, 64), (256, 1, 1)] {
            assert_eq!(Bounds::threads_within(ByteSize::mib(mib), asked), expected, "{mib} MiB, {asked}");
        }
    }

    #[test]
    fn the_budget_that_a_page_is_told_to_need_is_enough() {
        for bytes in [1_u64 << 20, 10 << 20, 12_345_678, 250 << 20] {
            let budget = budget_for_page(bytes);
            assert!(
                Bounds::within(ByteSize::mib(budget), 1, true).page_bytes >= bytes,
                "{bytes} bytes: {budget} MiB"
            );
        }
    }

    #[test]
    fn the_budget_that_a_footer_is_told_to_need_is_enough() {
        for bytes in [1_u64 << 20, (64 << 20) + 1, 1 << 31] {
            let budget = budget_for_footer(bytes);
            assert!(Bounds::within(ByteSize::mib(budget), 1, true).footer_bytes >= bytes, "{bytes} bytes");
        }
    }

    #[test]
    fn spellings_of_a_budget() {
        assert_eq!(parse_memory_budget(MEMORY_BUDGET_DEFAULT), Ok(ByteSize::mib(256)));
        for (text, expected) in [
            ("256MiB", Some(256 << 20)),
            ("1GiB", Some(1 << 30)),
            ("268435456", Some(256 << 20)),
            ("300MB", Some(300_000_000)),
            ("127MiB", None),
            ("much", None),
            ("-1", None),
        ] {
            assert_eq!(parse_memory_budget(text).ok().map(|budget| budget.as_u64()), expected, "{text}");
        }
    }
}
