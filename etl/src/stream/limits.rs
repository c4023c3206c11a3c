//! The bounds of the pipeline. Tests shrink them, so that small files are cut like large ones.

/// Bounds of reading and folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes fetched but not yet folded: this bounds our memory, whatever the size of a row group.
    pub fetched_bytes: u64,
    /// Bytes of a range in the middle of the input: at least these where the file has them, and
    /// less than twice as many. S3 serves such requests well.
    /// <https://docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices/use-byte-range-fetches.html>
    pub range_bytes: u64,
    /// The same at both ends of the input, and everywhere in a local file, where no latency is to
    /// be hidden.
    pub range_bytes_min: u64,
    /// Ranges closer than this are asked for together.
    pub gap_bytes: u64,
    /// Bytes of the largest column in a window. Smaller windows would spend their time on reading
    /// the dictionaries once more, larger ones leave cores idle at the end of a row group.
    pub window_column_bytes: usize,
    /// Rows of a window, however few bytes they take: what decoding them costs follows the rows.
    pub window_rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Ten ranges: half for columns that are ahead of others, half for what is under way.
            fetched_bytes: 80 << 20,
            range_bytes: 8 << 20,
            range_bytes_min: 1 << 20,
            gap_bytes: 1 << 20,
            window_column_bytes: 1 << 20,
            window_rows: 1 << 20,
        }
    }
}
