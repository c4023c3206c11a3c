//! Reads the row groups of a footer for the needed columns: where the footer describes their
//! chunks. Of all other chunks, it keeps only the bytes they claim, to find bytes of the file that
//! nothing claims; no error in those chunks refuses a file.

use super::claimed::Claimed;
use super::footer_claims::{CHUNK_BYTES, ROW_GROUP_BYTES, Refused};
use super::roots::elements;
use crate::thrift::{BINARY, Compact, I32, I64, LIST, STRUCT, Stop};
use std::ops::Range;

/// What a footer says about its row groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The row groups.
    pub(super) all: Vec<Group>,
    /// The bytes of the file that they claim.
    pub(super) claimed: Claimed,
}

/// A row group.
#[derive(Debug)]
pub(super) struct Group {
    /// Its claimed number of rows.
    pub(super) rows: i64,
    /// Its chunks of the needed columns, in the requested order.
    pub(super) chunks: Vec<ChunkPart>,
}

/// What a footer says about a chunk.
#[derive(Debug, Clone, Default)]
pub(super) struct ChunkPart {
    /// The position of its metadata in the footer.
    pub(super) metadata: Option<Range<usize>>,
    /// Whether it is stored in another file.
    pub(super) is_elsewhere: bool,
    /// Whether it is encrypted.
    pub(super) is_encrypted: bool,
    /// The number of its compression codec.
    pub(super) codec: Option<i64>,
    /// The number of its values, including nulls.
    pub(super) values: Option<i64>,
    /// The number of its nulls, according to its statistics.
    pub(super) nulls: Option<i64>,
}

impl Groups {
    /// Reads the row groups of a footer; the list begins at `start`. `leaves` are the needed
    /// columns among `leaves_count`.
    ///
    /// # Errors
    ///
    /// If they are invalid, or would take the decoder more than `bytes_max`.
    pub(super) fn read(
        footer: &[u8],
        start: usize,
        leaves: &[usize],
        leaves_count: usize,
        bytes_max: u64,
    ) -> Result<Self, Refused> {
        let mut reader = Compact::alone(footer, start);
        let mut groups = Self::default();
        let length = elements(&mut reader)?;
        let group_bytes = ROW_GROUP_BYTES + leaves.len() as u64 * CHUNK_BYTES;
        for _ in 0..length {
            if (groups.all.len() as u64 + 1).saturating_mul(group_bytes) > bytes_max {
                return Err(Refused::Large(length.saturating_mul(group_bytes)));
            }
            let group = group(&mut reader, leaves, leaves_count, &mut groups.claimed)?;
            groups.all.push(group);
        }
        Ok(groups)
    }
}

fn group(
    reader: &mut Compact<'_>,
    leaves: &[usize],
    leaves_count: usize,
    claimed: &mut Claimed,
) -> Result<Group, Stop> {
    let mut chunks = vec![ChunkPart::default(); leaves.len()];
    let (mut rows, mut has_chunks) = (None, false);
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        match (id, field) {
            (1, LIST) => {
                let length = elements(reader)?;
                if usize::try_from(length) != Ok(leaves_count) {
                    return Err(Stop::Bad(format!(
                        "a row group has {length} columns, and the schema {leaves_count}"
                    )));
                }
                for leaf in 0..leaves_count {
                    let part = chunk(reader, claimed)?;
                    // The same column may be needed twice.
                    for (needed, place) in leaves.iter().zip(&mut chunks) {
                        if *needed == leaf {
                            *place = part.clone();
                        }
                    }
                }
                has_chunks = true;
            }
            (3, I64) => rows = Some(reader.number()?),
            (_, field) => reader.skip(field, 0)?,
        }
    }
    let rows = rows.ok_or_else(|| Stop::Bad("a row group does not say how many rows it has".to_owned()))?;
    if !has_chunks {
        return Err(Stop::Bad("a row group has no list of columns".to_owned()));
    }
    Ok(Group { rows, chunks })
}

/// Reads what is said about a chunk; fields whose type differs from the format's are skipped.
fn chunk(reader: &mut Compact<'_>, claimed: &mut Claimed) -> Result<ChunkPart, Stop> {
    let mut part = ChunkPart::default();
    // The positions of its two page indexes: offset and length of each.
    let mut indexes = [None; 4];
    let mut copy = None;
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        match (id, field) {
            (1, BINARY) => {
                reader.skip(field, 0)?;
                part.is_elsewhere = true;
            }
            (2, I64) => copy = Some(reader.number()?),
            (3, STRUCT) => metadata(reader, &mut part, claimed)?,
            (4, I64) => indexes[0] = Some(reader.number()?),
            (5, I32) => indexes[1] = Some(reader.number()?),
            (6, I64) => indexes[2] = Some(reader.number()?),
            (7, I32) => indexes[3] = Some(reader.number()?),
            (8 | 9, _) => {
                reader.skip(field, 0)?;
                part.is_encrypted = true;
            }
            (_, field) => reader.skip(field, 0)?,
        }
    }
    // Some writers repeat this description after the chunk, and give its position here.
    let length = part.metadata.as_ref().and_then(|metadata| i64::try_from(metadata.len()).ok());
    claimed.add(copy, length);
    for [offset, length] in [[indexes[0], indexes[1]], [indexes[2], indexes[3]]] {
        claimed.add(offset, length);
    }
    Ok(part)
}

fn metadata(reader: &mut Compact<'_>, part: &mut ChunkPart, claimed: &mut Claimed) -> Result<(), Stop> {
    let start = reader.position();
    let (mut bytes, mut offsets, mut bloom) = (None, [None; 3], [None; 2]);
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        match (id, field) {
            (4, I32) => part.codec = Some(reader.number()?),
            (5, I64) => part.values = Some(reader.number()?),
            (7, I64) => bytes = Some(reader.number()?),
            (9, I64) => offsets[0] = Some(reader.number()?),
            (10, I64) => offsets[1] = Some(reader.number()?),
            (11, I64) => offsets[2] = Some(reader.number()?),
            (12, STRUCT) => part.nulls = nulls(reader)?,
            (14, I64) => bloom[0] = Some(reader.number()?),
            (15, I32) => bloom[1] = Some(reader.number()?),
            (_, field) => reader.skip(field, 0)?,
        }
    }
    part.metadata = Some(start..reader.position());
    if !part.is_elsewhere {
        // Some writers set the offset of a missing part to 0.
        claimed.add(offsets.into_iter().flatten().filter(|offset| *offset > 0).min(), bytes);
        claimed.add(bloom[0], bloom[1]);
    }
    Ok(())
}

/// Reads the number of nulls from statistics.
fn nulls(reader: &mut Compact<'_>) -> Result<Option<i64>, Stop> {
    let mut nulls = None;
    let mut id = 0;
    while let Some((next, field)) = reader.field(id)? {
        id = next;
        match (id, field) {
            (3, I64) => nulls = Some(reader.number()?),
            (_, field) => reader.skip(field, 0)?,
        }
    }
    Ok(nulls)
}
