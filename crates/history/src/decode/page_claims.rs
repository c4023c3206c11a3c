//! Checks how many values a dictionary or a page in a delta encoding claims against its bytes,
//! before the decoder allocates memory for the claim: a failed allocation cannot be caught. Also
//! handles valid pages that the decoder would read wrongly or not at all.
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>

use bytes::Bytes;
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// Limits on the values of a block and on its parts, which have their own bit widths. Writers use
/// 128 and 4.
const BLOCK_VALUES_MAX: u64 = 1 << 16;
const BLOCK_PARTS_MAX: u64 = 1 << 10;

/// The crate reads such levels in the wrong bit order, and no writer has produced them since 2014.
pub(super) const LEVELS_BIT_PACKED: &str = "its levels are in the encoding BIT_PACKED, which is not read";

/// Passes on pages whose claims are within bounds.
pub(super) struct CheckedPages<P> {
    pages: P,
    column: CheckedColumn,
    has_dictionary: bool,
}

/// What the checks need to know about a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckedColumn {
    /// Whether version 1 pages begin with definition levels.
    is_nullable: bool,
    /// Bytes of the shortest value.
    value_bytes_min: usize,
}

impl CheckedColumn {
    pub(super) fn new(is_nullable: bool, physical_type: PhysicalType, type_length: i32) -> Self {
        let value_bytes_min = match physical_type {
            // The length of an empty text.
            PhysicalType::BYTE_ARRAY | PhysicalType::INT32 | PhysicalType::FLOAT => 4,
            PhysicalType::INT64 | PhysicalType::DOUBLE => 8,
            PhysicalType::INT96 => 12,
            PhysicalType::FIXED_LEN_BYTE_ARRAY => usize::try_from(type_length).unwrap_or_default().max(1),
            PhysicalType::BOOLEAN => 1,
        };
        Self { is_nullable, value_bytes_min }
    }
}

impl<P: PageReader> CheckedPages<P> {
    pub(super) fn new(pages: P, column: CheckedColumn) -> Self {
        Self { pages, column, has_dictionary: false }
    }
}

impl<P: PageReader> Iterator for CheckedPages<P> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<P: PageReader> PageReader for CheckedPages<P> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.pages.get_next_page()? else { return Ok(None) };
        check(&page, self.column).map_err(|problem| ParquetError::General(problem.to_owned()))?;
        self.has_dictionary |= matches!(page, Page::DictionaryPage { .. });
        Ok(Some(without_keys(page, self.column, self.has_dictionary)?))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

/// Turns a page of keys that has no keys into a plain page without values. If all rows are null, a
/// writer may leave out the dictionary and the bit width of keys; the decoder needs both.
fn without_keys(mut page: Page, column: CheckedColumn, has_dictionary: bool) -> Result<Page> {
    let is_of_keys = matches!(page.encoding(), Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY);
    if matches!(page, Page::DictionaryPage { .. }) || !is_of_keys {
        return Ok(page);
    }
    let levels = levels_bytes(&page, column).map_err(|problem| ParquetError::General(problem.to_owned()))?;
    if has_dictionary && page.buffer().len() > levels {
        return Ok(page);
    }
    let cut = |buf: &mut Bytes| buf.truncate(levels);
    match &mut page {
        Page::DataPage { buf, encoding, .. } | Page::DataPageV2 { buf, encoding, .. } => {
            cut(buf);
            *encoding = Encoding::PLAIN;
        }
        Page::DictionaryPage { .. } => {}
    }
    Ok(page)
}

/// Returns the number of bytes that levels take in a page.
fn levels_bytes(page: &Page, column: CheckedColumn) -> Result<usize, &'static str> {
    let bytes = match page {
        Page::DataPage { buf, .. } if column.is_nullable => {
            let length = buf.first_chunk::<4>().ok_or("it ends within its levels")?;
            4 + u64::from(u32::from_le_bytes(*length))
        }
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len)
        }
        _ => 0,
    };
    let bytes = usize::try_from(bytes).ok().filter(|bytes| *bytes <= page.buffer().len());
    bytes.ok_or("its levels are longer than the page")
}

fn check(page: &Page, column: CheckedColumn) -> Result<(), &'static str> {
    let is_nullable = column.is_nullable;
    let (encoding, bytes, rows) = match page {
        Page::DataPage { def_level_encoding, .. } if is_nullable && *def_level_encoding != Encoding::RLE => {
            return Err(LEVELS_BIT_PACKED);
        }
        Page::DataPage { buf, num_values, encoding, .. } => (*encoding, &buf[..], *num_values),
        Page::DataPageV2 { buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
            let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
            let values = usize::try_from(levels).ok().and_then(|levels| buf.get(levels..));
            (*encoding, values.ok_or("its levels are longer than the page")?, *num_values)
        }
        Page::DictionaryPage { buf, num_values, .. } => {
            let fits = u64::from(*num_values) <= (buf.len() / column.value_bytes_min) as u64;
            return if fits {
                Ok(())
            } else {
                Err("its dictionary claims more values than it has bytes for")
            };
        }
    };
    let lists = match encoding {
        Encoding::DELTA_BINARY_PACKED | Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        // Lengths of the prefixes shared with the previous text, then lengths of the suffixes.
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Ok(()),
    };
    let mut deltas = Deltas { bytes };
    if is_nullable && matches!(page, Page::DataPage { .. }) {
        deltas.skip_levels()?;
    }
    for _ in 0..lists {
        deltas.skip_list(u64::from(rows))?;
    }
    Ok(())
}

/// The unread rest of a page.
struct Deltas<'a> {
    bytes: &'a [u8],
}

impl Deltas<'_> {
    /// Definition levels of version 1: their length in four bytes, then that many bytes.
    fn skip_levels(&mut self) -> Result<(), &'static str> {
        let length = self.bytes.first_chunk::<4>().ok_or("it ends within its levels")?;
        self.skip(4 + u64::from(u32::from_le_bytes(*length)))
    }

    /// A list of integers as differences: a header, then blocks of several parts, each with its own
    /// bit width. Parts without values are left out.
    fn skip_list(&mut self, rows: u64) -> Result<(), &'static str> {
        let (block_values, parts) = (self.varint()?, self.varint()?);
        let values = self.varint()?;
        let _first = self.varint()?;
        if values > rows {
            return Err("it claims more values than it has rows");
        }
        let is_sound = (1..=BLOCK_PARTS_MAX).contains(&parts)
            && (1..=BLOCK_VALUES_MAX).contains(&block_values)
            && block_values.is_multiple_of(8 * parts);
        if !is_sound {
            return Err("its blocks of differences have impossible sizes");
        }
        let part_values = block_values / parts;
        let mut left = values.saturating_sub(1);
        while left > 0 {
            let _smallest = self.varint()?;
            let widths = self.bytes;
            self.skip(parts)?;
            for width in widths.iter().take(usize::try_from(parts).unwrap_or_default()) {
                if left == 0 {
                    break;
                }
                if *width > 64 {
                    return Err("its differences have more than 64 bits");
                }
                // Some writers leave out the padding of the very last part.
                let needed = (left.min(part_values) * u64::from(*width)).div_ceil(8);
                let padded = part_values * u64::from(*width) / 8;
                self.skip(padded.min(needed.max(self.bytes.len() as u64)))?;
                left = left.saturating_sub(part_values);
            }
        }
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, &'static str> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first().ok_or("it ends within a number")?;
            self.bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("it has a number of more than 64 bits")
    }

    fn skip(&mut self, bytes: u64) -> Result<(), &'static str> {
        let rest = usize::try_from(bytes).ok().and_then(|bytes| self.bytes.get(bytes..));
        self.bytes = rest.ok_or("it ends within its differences")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
