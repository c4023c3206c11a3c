//! Reads the footer of a parquet file, with one bounded request if possible, and decodes it one
//! column at a time.

use super::alone::{self, As};
use super::file_plan::{Asked, AskedKind, Tail};
use super::footer_claims::{self, Refused};
use super::groups::{Group, Groups};
use super::roots::{Element, Schema};
use crate::bounds::budget_for_footer;
use crate::caught::caught;
use crate::error::FileError;
use anyhow::Result;
use bytes::Bytes;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use storage::{Object, Store, shown};
use tokio::sync::{Mutex, MutexGuard};

/// Bytes requested at the end of a file before the length of its footer is known.
const TAIL_BYTES: u64 = 512 << 10;
/// Bytes of the trailer: the footer's length and the magic number at the very end.
/// <https://parquet.apache.org/docs/file-format/>
pub(super) const TRAILER_BYTES: u64 = 8;
/// The magic number at the start and end of a file.
pub(super) const MAGIC: &[u8] = b"PAR1";
/// Maximum length of a footer. A file of 10,000 columns and 100 row groups has about this much.
const FOOTER_BYTES_MAX: u64 = 64 << 20;
/// Bytes of the shortest file: magic number, empty footer, trailer.
const FILE_BYTES_MIN: u64 = 4 + TRAILER_BYTES;

/// Held while a long footer is read. Several short footers are read at a time, but only one long one.
static LONG_FOOTER: Mutex<()> = Mutex::const_new(());

/// A footer as stored in the file.
pub(super) struct Footer {
    pub(super) bytes: Bytes,
    /// Where the footer begins: no page lies beyond.
    pub(super) pages_end: u64,
    /// The bytes before the footer that came with it.
    pub(super) tail: Option<Tail>,
    /// The requests that were made.
    pub(super) asked: Vec<Asked>,
    /// Held while a long footer is in memory.
    _one_at_a_time: Option<MutexGuard<'static, ()>>,
}

/// Reads a footer.
pub(super) async fn read(store: &Store, object: &Object) -> Result<Footer> {
    let not_parquet = |problem: String| FileError::NotParquet { url: object.url.clone(), problem };
    if object.bytes < FILE_BYTES_MIN {
        return Err(not_parquet(format!("it has only {} bytes", object.bytes)).into());
    }
    let tail_start = object.bytes.saturating_sub(TAIL_BYTES);
    let tail = store.read(object, tail_start..object.bytes).await?;
    let trailer = &tail[tail.len() - 8..];
    let length = match trailer {
        [a, b, c, d, b'P', b'A', b'R', b'1'] => u64::from(u32::from_le_bytes([*a, *b, *c, *d])),
        [.., b'P', b'A', b'R', b'E'] => return Err(not_parquet("its footer is encrypted".to_owned()).into()),
        _ => return Err(not_parquet("it does not end in PAR1".to_owned()).into()),
    };
    let pages_end = (object.bytes - TRAILER_BYTES).checked_sub(length).filter(|_| length <= FOOTER_BYTES_MAX);
    let Some(pages_end) = pages_end else {
        return Err(not_parquet(format!("it claims a footer of {length} bytes")).into());
    };
    let mut asked = vec![Asked { kind: AskedKind::Footer, bytes: tail_start..object.bytes }];
    let is_long = pages_end < tail_start;
    let one_at_a_time = if is_long { Some(LONG_FOOTER.lock().await) } else { None };
    let (footer, tail) = if is_long {
        let bytes = pages_end..object.bytes - TRAILER_BYTES;
        asked.push(Asked { kind: AskedKind::Footer, bytes: bytes.clone() });
        (store.read(object, bytes).await?, None)
    } else {
        let start = usize::try_from(pages_end - tail_start)?;
        let pages = Tail { start: tail_start, bytes: tail.slice(..start) };
        (tail.slice(start..tail.len() - 8), Some(pages))
    };
    Ok(Footer { bytes: footer, pages_end, tail, asked, _one_at_a_time: one_at_a_time })
}

impl Footer {
    /// Drops the footer; returns the bytes that came with it, and the requests.
    pub(super) fn into_rest(self) -> (Option<Tail>, Vec<Asked>) {
        (self.tail, self.asked)
    }

    /// Reads its schema.
    ///
    /// # Errors
    ///
    /// If the footer is invalid or too large.
    pub(super) fn schema(&self, object: &Object, bytes_max: u64) -> Result<Schema, FileError> {
        Schema::read(&self.bytes, bytes_max).map_err(|refused| refused_by(object, refused))
    }

    /// Reads its row groups, only the chunks of `leaves`.
    ///
    /// # Errors
    ///
    /// If they are invalid or too large.
    pub(super) fn groups(
        &self,
        object: &Object,
        schema: &Schema,
        leaves: &[usize],
        bytes_max: u64,
    ) -> Result<Groups, FileError> {
        let start = schema.row_groups.unwrap_or(self.bytes.len());
        Groups::read(&self.bytes, start, leaves, schema.leaves, bytes_max)
            .map_err(|refused| refused_by(object, refused))
    }

    /// Decodes, with the crate, what the footer says about one root column and its `which`th chunks
    /// of `groups`; subtracts the memory needed from `bytes_left`.
    ///
    /// # Errors
    ///
    /// If this part is invalid, or needs more memory than is left.
    pub(super) fn alone(
        &self,
        element: &Element,
        seen_as: As,
        groups: &[Group],
        which: usize,
        bytes_left: &mut u64,
    ) -> Result<ParquetMetaData, Refused> {
        let footer = alone::footer_of(&self.bytes, element, seen_as, groups, which)?;
        let needed = footer_claims::decoded_bytes(&footer)?;
        *bytes_left = bytes_left.checked_sub(needed).ok_or(Refused::Large(needed))?;
        // The decoder may panic on a crafted footer.
        caught(|| ParquetMetaDataReader::decode_metadata(&footer))
            .ok_or_else(|| Refused::Nonsense("its footer makes the decoder panic".to_owned()))?
            .map_err(|error| Refused::Nonsense(shown(&error.to_string()).into_owned()))
    }
}

/// Returns the error for a footer that is refused.
pub(super) fn refused_by(object: &Object, refused: Refused) -> FileError {
    let problem = match refused {
        Refused::Nonsense(problem) => problem,
        Refused::Large(needed) => format!(
            "its footer would take {needed} bytes of memory: run with --memory-budget {}MiB or more",
            budget_for_footer(needed)
        ),
    };
    FileError::NotParquet { url: object.url.clone(), problem }
}
