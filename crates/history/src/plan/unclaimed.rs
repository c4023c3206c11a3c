//! Looks for the end of another file in the bytes that a footer does not account for.
//!
//! When two files are joined, the last footer is complete and counts its positions from the start
//! of the second file. A reader trusts it, and reads rows of one file, or of neither. Two signs
//! tell: as many bytes as the first file has are left over, and the first file's own footer lies
//! somewhere within as many bytes from the start. Leftover bytes alone are usual: writers on HDFS
//! pad blocks, and older writers do not give the length of a bloom filter.

use super::claimed::Claimed;
use super::file_plan::{Asked, AskedKind};
use super::footer::{Footer, MAGIC, TRAILER_BYTES};
use super::roots::Schema;
use super::row_groups::not_parquet;
use anyhow::Result;
use bytes::Bytes;
use std::ops::Range;
use storage::{Object, Store};

/// Bytes of the trailer of a file and the magic number that begins the next file.
const BORDER_BYTES: u64 = TRAILER_BYTES + MAGIC.len() as u64;
/// Bytes of the shortest file that has rows of the columns we need; shorter gaps are ignored. Some
/// writers repeat the description of a chunk after it.
const FILE_BYTES_MIN: u64 = 512;
/// Bytes of a trailer, for bytes in memory.
const TRAILER: usize = 8;
/// Maximum length of a gap between chunks that is searched whole; only the end of a longer one is
/// searched.
const GAP_BYTES_MAX: u64 = 1 << 20;
/// Maximum number of gaps searched in a file, the last ones first. Each needs a request, unless it
/// came with the footer. A file with padded blocks has one gap per row group.
const GAPS_MAX: usize = 64;
/// Maximum bytes searched when bytes are left over before the footer.
const SCANNED_BYTES_MAX: u64 = 64 << 20;
/// Bytes searched at a time.
const PIECE_BYTES: u64 = 2 << 20;
/// Maximum number of possible footers to check, and maximum bytes of each.
const LOOKS_MAX: usize = 16;
const LOOK_BYTES_MAX: u64 = 64 << 20;

/// Looks for another file in the unclaimed bytes; adds the requests to `footer`.
///
/// # Errors
///
/// If there is another file, the file does not begin as parquet, or it cannot be read.
pub(super) async fn check(
    store: &Store,
    object: &Object,
    footer: &mut Footer,
    claimed: Claimed,
) -> Result<()> {
    if let Some(tail) = &footer.tail
        && tail.start == 0
        && !tail.bytes.starts_with(MAGIC)
    {
        return Err(not_parquet(object, "it does not begin with PAR1".to_owned()).into());
    }
    let pages = MAGIC.len() as u64..footer.pages_end;
    let gaps = claimed.gaps(pages.clone());
    let gaps = gaps.into_iter().filter(|gap| length(gap) >= FILE_BYTES_MIN);
    let mut look = Look { store, object, footer, looks: 0 };
    for gap in gaps.rev().take(GAPS_MAX) {
        let found = if gap.end == pages.end {
            look.before_footer(gap.clone()).await?
        } else {
            look.between_chunks(gap.clone()).await?
        };
        if let Some(end) = found {
            return Err(not_parquet(object, end.problem(&gap)).into());
        }
    }
    Ok(())
}

/// The end of another file.
struct End {
    /// Its position.
    at: u64,
    /// Whether another file begins after it.
    is_followed: bool,
}

impl End {
    fn problem(&self, gap: &Range<u64>) -> String {
        let (bytes, place) =
            if self.is_followed { (self.at, "before its first row group") } else { (length(gap), "in it") };
        format!(
            "there are {bytes} bytes {place} that no row group accounts for, and another file's end among them: \
             are these two files put together?"
        )
    }
}

struct Look<'a> {
    store: &'a Store,
    object: &'a Object,
    footer: &'a mut Footer,
    looks: usize,
}

impl Look<'_> {
    /// Looks where the other file would end if it filled the whole gap. The writer may have left
    /// bytes over itself, so then searches the gap and as many bytes from the start.
    async fn before_footer(&mut self, gap: Range<u64>) -> Result<Option<End>> {
        let bytes = length(&gap);
        let border = bytes - TRAILER_BYTES..bytes + MAGIC.len() as u64;
        if let Some(end) = self.scan(border, true).await? {
            return Ok(Some(end));
        }
        let scanned = gap.start..gap.end.min(gap.start.saturating_add(SCANNED_BYTES_MAX));
        if let Some(end) = self.scan(scanned, false).await? {
            return Ok(Some(end));
        }
        self.scan(0..bytes.min(gap.start).min(SCANNED_BYTES_MAX), true).await
    }

    async fn between_chunks(&mut self, gap: Range<u64>) -> Result<Option<End>> {
        let is_here = self.footer.tail.as_ref().is_some_and(|tail| tail.start <= gap.start);
        let is_short = is_here || length(&gap) <= GAP_BYTES_MAX;
        let start = if is_short { gap.start } else { gap.end - BORDER_BYTES };
        self.scan(start..gap.end, false).await
    }

    /// Looks for the end of a file in `range`; with `must_be_followed`, the start of another file
    /// must follow.
    async fn scan(&mut self, range: Range<u64>, must_be_followed: bool) -> Result<Option<End>> {
        let mut start = range.start;
        while length(&(start..range.end)) >= TRAILER_BYTES {
            let piece = start..range.end.min(start + PIECE_BYTES + BORDER_BYTES);
            let bytes = self.read(piece.clone()).await?;
            for (at, trailer) in bytes.windows(TRAILER).enumerate() {
                let [a, b, c, d, magic @ ..] = trailer else { continue };
                if magic != MAGIC {
                    continue;
                }
                let end = piece.start + at as u64 + TRAILER_BYTES;
                let is_followed = bytes[at + TRAILER..].starts_with(MAGIC);
                let footer_bytes = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
                if (is_followed || !must_be_followed) && self.is_footer(end, footer_bytes).await? {
                    return Ok(Some(End { at: end, is_followed }));
                }
            }
            if piece.end == range.end {
                break;
            }
            start = piece.end - BORDER_BYTES;
        }
        Ok(None)
    }

    /// Returns whether the trailer that ends at `end` ends a footer of `bytes` bytes.
    async fn is_footer(&mut self, end: u64, bytes: u64) -> Result<bool> {
        let trailer = end - TRAILER_BYTES;
        let Some(start) = trailer.checked_sub(bytes).filter(|start| *start >= MAGIC.len() as u64) else {
            return Ok(false);
        };
        if bytes > LOOK_BYTES_MAX {
            return Ok(false);
        }
        self.looks += 1;
        if self.looks > LOOKS_MAX {
            // No writer pads a file with so many of them.
            return Ok(true);
        }
        let footer = self.read(start..trailer).await?;
        Ok(Schema::read(&footer, u64::MAX).is_ok())
    }

    /// Reads bytes; takes those that came with the footer from there.
    async fn read(&mut self, range: Range<u64>) -> Result<Bytes> {
        if let Some(tail) = self.footer.tail.as_ref().filter(|tail| tail.start <= range.start) {
            let within = |at: u64| usize::try_from(at - tail.start).unwrap_or(usize::MAX);
            // The bytes after the pages are the footer.
            let end = within(range.end).min(tail.bytes.len());
            return Ok(tail.bytes.slice(within(range.start).min(end)..end));
        }
        self.footer.asked.push(Asked { kind: AskedKind::Unclaimed, bytes: range.clone() });
        self.store.read(self.object, range).await
    }
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}
