//! Checks columns that must be null in every row; nothing else of them is read.
//!
//! The levels of a column of any type show this: a row is null if its definition level is 0,
//! however deep the column is nested.
//! <https://parquet.apache.org/docs/file-format/nestedencoding/>

use super::page_claims::LEVELS_BIT_PACKED;
use crate::plan::Levels;
use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::errors::{ParquetError, Result};
use std::error::Error;
use std::fmt;

/// Bytes of the length of levels in pages of version 1.
const LENGTH_BYTES: usize = 4;

/// A column that must be all null has a value.
#[derive(Debug)]
struct NotNull;

impl fmt::Display for NotNull {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("it has a value where all should be null")
    }
}

impl Error for NotNull {}

/// Returns whether the error is that a column has a value although it must be all null.
#[must_use]
pub fn is_not_null(error: &ParquetError) -> bool {
    matches!(error, ParquetError::External(error) if error.is::<NotNull>())
}

/// Checks that every row of these pages is null.
///
/// # Errors
///
/// If a row is not null, or a page cannot be decoded.
pub(super) fn check(pages: impl Iterator<Item = Result<Page>>, levels: Levels) -> Result<()> {
    for page in pages {
        check_page(&page?, levels)?;
    }
    Ok(())
}

fn check_page(page: &Page, levels: Levels) -> Result<()> {
    let definition = match page {
        Page::DictionaryPage { .. } => return Ok(()),
        Page::DataPage { buf, def_level_encoding, rep_level_encoding, .. } => {
            let encodings =
                [(levels.definition, def_level_encoding), (levels.repetition, rep_level_encoding)];
            if encodings.into_iter().any(|(bits, encoding)| bits > 0 && *encoding != Encoding::RLE) {
                return Err(ParquetError::General(LEVELS_BIT_PACKED.to_owned()));
            }
            let mut rest = &buf[..];
            if levels.repetition > 0 {
                take_levels(&mut rest)?;
            }
            take_levels(&mut rest)?
        }
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => {
            let start = usize::try_from(*rep_levels_byte_len)?;
            let end = start.checked_add(usize::try_from(*def_levels_byte_len)?).ok_or_else(ends)?;
            buf.get(start..end).ok_or_else(ends)?
        }
    };
    if is_all_zero(definition, levels.definition, u64::from(page.num_values()))? {
        Ok(())
    } else {
        Err(ParquetError::External(Box::new(NotNull)))
    }
}

/// Takes levels of version 1: their length, then that many bytes.
fn take_levels<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or_else(ends)?;
    let length = usize::try_from(u32::from_le_bytes(*length))?;
    let (levels, behind) = behind.split_at_checked(length).ok_or_else(ends)?;
    *rest = behind;
    Ok(levels)
}

/// Returns whether the first `count` numbers of `bits` bits each are 0. They are stored as runs of
/// one number and as packed groups of eight.
/// <https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>
fn is_all_zero(mut levels: &[u8], bits: u8, count: u64) -> Result<bool> {
    let mut left = count;
    while left > 0 {
        let head = varint(&mut levels)?;
        let (length, is_run) = (head >> 1, head & 1 == 0);
        let (values, bytes) = if is_run {
            (length, u64::from(bits.div_ceil(8)))
        } else {
            let values = length.saturating_mul(8).min(left);
            // The last group may be cut after its last value.
            (values, values.saturating_mul(u64::from(bits)).div_ceil(8))
        };
        if values == 0 {
            return Err(ends());
        }
        let (here, _) = levels.split_at_checked(usize::try_from(bytes)?).ok_or_else(ends)?;
        let used_bits = if is_run { bytes * 8 } else { values * u64::from(bits) };
        if !is_zero(here, used_bits) {
            return Ok(false);
        }
        let whole = if is_run { bytes } else { length.saturating_mul(u64::from(bits)) };
        levels = &levels[usize::try_from(whole)?.min(levels.len())..];
        left -= values.min(left);
    }
    Ok(true)
}

/// Returns whether the first `bits` bits are 0, counted from the lowest bit of each byte.
fn is_zero(bytes: &[u8], bits: u64) -> bool {
    let whole = usize::try_from(bits / 8).unwrap_or(usize::MAX).min(bytes.len());
    let rest = bytes.get(whole).copied().unwrap_or_default();
    bytes[..whole].iter().all(|byte| *byte == 0) && rest & ((1_u8 << (bits % 8)) - 1) == 0
}

fn varint(bytes: &mut &[u8]) -> Result<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or_else(ends)?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(ParquetError::General("a run of levels is longer than any page".to_owned()))
}

fn ends() -> ParquetError {
    ParquetError::EOF("a page ends within its levels".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn zero(levels: &[u8], bits: u8, count: u64, expected: Option<bool>) {
        assert_eq!(is_all_zero(levels, bits, count).ok(), expected, "{levels:?}, {bits} bits, {count}");
    }

    #[test]
    fn levels_of_nothing_but_nulls() {
        // A run; then one that is too short, one that is too long, one of ones.
        zero(&[14, 0], 1, 7, Some(true));
        zero(&[14, 0], 1, 8, None);
        zero(&[14, 0], 1, 6, Some(true));
        zero(&[14, 1], 1, 7, Some(false));
        zero(&[14], 1, 7, None);
        zero(&[], 1, 0, Some(true));
        zero(&[0, 0], 1, 1, None);
        // Two runs. The second is of ones; none of its rows counts, then one does.
        zero(&[14, 0, 4, 1], 1, 7, Some(true));
        zero(&[14, 0, 4, 1], 1, 8, Some(false));
        // A group of eight with a last one: it counts, then it does not.
        zero(&[3, 0x80], 1, 8, Some(false));
        zero(&[3, 0x80], 1, 7, Some(true));
        zero(&[3, 0x40], 1, 7, Some(false));
        // Two groups; the last byte is left out if it has no value.
        zero(&[5, 0, 0], 1, 16, Some(true));
        zero(&[5, 0], 1, 8, Some(true));
        zero(&[5, 0], 1, 9, None);
        // A group, then a run.
        zero(&[3, 0, 8, 0], 1, 12, Some(true));
        zero(&[3, 0, 8, 1], 1, 12, Some(false));
        // Levels of two bits, then of nine.
        zero(&[14, 2], 2, 7, Some(false));
        zero(&[3, 0, 0x40], 2, 8, Some(false));
        zero(&[3, 0, 0x40], 2, 7, Some(true));
        zero(&[14, 0, 1], 9, 7, Some(false));
        zero(&[14, 0, 0], 9, 7, Some(true));
        zero(&[0xff; 20], 1, 7, None);
    }

    fn version_1(buf: Vec<u8>, encoding: Encoding) -> Page {
        Page::DataPage {
            buf: buf.into(),
            num_values: 7,
            encoding: Encoding::PLAIN,
            def_level_encoding: encoding,
            rep_level_encoding: encoding,
            statistics: None,
        }
    }

    fn version_2(buf: Vec<u8>, definition: u32, repetition: u32) -> Page {
        Page::DataPageV2 {
            buf: buf.into(),
            num_values: 7,
            encoding: Encoding::PLAIN,
            num_nulls: 7,
            num_rows: 7,
            def_levels_byte_len: definition,
            rep_levels_byte_len: repetition,
            is_compressed: false,
            statistics: None,
        }
    }

    #[test]
    fn pages_of_both_versions() {
        let flat = Levels { definition: 1, repetition: 0 };
        let nested = Levels { definition: 2, repetition: 1 };
        let run = |value| vec![2, 0, 0, 0, 14, value];
        let both = |value| [run(0), run(value)].concat();
        for (page, levels, expected) in [
            (version_1(run(0), Encoding::RLE), flat, Some(true)),
            (version_1(run(1), Encoding::RLE), flat, Some(false)),
            (version_1(both(0), Encoding::RLE), nested, Some(true)),
            (version_1(both(1), Encoding::RLE), nested, Some(false)),
            (version_1(run(0), Encoding::RLE), nested, None),
            #[expect(deprecated, reason = "older writers used it")]
            (version_1(run(0), Encoding::BIT_PACKED), flat, None),
            (version_1(vec![3, 0, 0, 0, 14, 0], Encoding::RLE), flat, None),
            (version_2(vec![14, 0], 2, 0), flat, Some(true)),
            (version_2(vec![14, 1], 2, 0), flat, Some(false)),
            (version_2(vec![14, 1, 14, 0], 2, 2), nested, Some(true)),
            (version_2(vec![14, 0, 14, 1], 2, 2), nested, Some(false)),
            (version_2(vec![14], 2, 0), flat, None),
            (version_2(vec![14, 0], u32::MAX, u32::MAX), flat, None),
        ] {
            let found = match check_page(&page, levels) {
                Ok(()) => Some(true),
                Err(error) => is_not_null(&error).then_some(false),
            };
            assert_eq!(found, expected, "{page:?}");
        }
    }
}
