//! The footer of a parquet file, read by one bounded request where possible.

use super::{Asked, AskedKind, Tail, footer_claims};
use crate::caught::caught;
use crate::error::InputError;
use crate::shown::shown;
use crate::source::{Object, Store};
use crate::stream::budget_for_footer;
use anyhow::Result;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use tokio::sync::Mutex;

/// Bytes asked for at the end of a file before its footer's length is known.
const TAIL_BYTES: u64 = 512 << 10;
/// Length of the footer and magic number at the very end.
/// <https://parquet.apache.org/docs/file-format/>
const TRAILER_BYTES: u64 = 8;
/// The longest footer that is read; a file of 10,000 columns and 100 row groups has about so much.
const FOOTER_BYTES_MAX: u64 = 64 << 20;
/// The shortest file: magic number, empty footer, trailer.
const FILE_BYTES_MIN: u64 = 4 + TRAILER_BYTES;

/// Footers are read several at a time, long ones one after the other: this one is read.
static LONG_FOOTER: Mutex<()> = Mutex::const_new(());

/// What a footer says.
pub(super) struct Footer {
    pub(super) metadata: ParquetMetaData,
    /// Where the footer begins: no page lies beyond.
    pub(super) pages_end: u64,
    /// What came with it and stands before it.
    pub(super) tail: Option<Tail>,
    /// What was asked for.
    pub(super) asked: Vec<Asked>,
}

/// Reads and decodes a footer that takes no more than `decoded_bytes_max` when decoded.
pub(super) async fn read(store: &Store, object: &Object, decoded_bytes_max: u64) -> Result<Footer> {
    let not_parquet = |problem: String| InputError::NotParquet { url: object.url.clone(), problem };
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
    let _one_at_a_time = if is_long { Some(LONG_FOOTER.lock().await) } else { None };
    let (footer, tail) = if is_long {
        let bytes = pages_end..object.bytes - TRAILER_BYTES;
        asked.push(Asked { kind: AskedKind::Footer, bytes: bytes.clone() });
        (store.read(object, bytes).await?, None)
    } else {
        let start = usize::try_from(pages_end - tail_start)?;
        let pages = Tail { start: tail_start, bytes: tail.slice(..start) };
        (tail.slice(start..tail.len() - 8), Some(pages))
    };
    let needed = footer_claims::decoded_bytes(&footer).map_err(not_parquet)?;
    if needed > decoded_bytes_max {
        return Err(not_parquet(format!(
            "its footer would take {needed} bytes of memory: run with --memory-budget {}MiB or more",
            budget_for_footer(needed)
        ))
        .into());
    }
    // The decoder may panic on a crafted footer.
    let metadata = caught(|| ParquetMetaDataReader::decode_metadata(&footer))
        .ok_or_else(|| not_parquet("its footer makes the decoder panic".to_owned()))?
        .map_err(|error| not_parquet(shown(&error.to_string()).into_owned()))?;
    Ok(Footer { metadata, pages_end, tail, asked })
}
