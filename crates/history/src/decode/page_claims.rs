//! How many values a dictionary, or a page in a delta encoding, claims, held against what it has
//! before the decoder allocates for the claim: an allocation that fails cannot be caught. And what
//! the decoder would read wrongly, or not at all, though it means something.
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>

use bytes::Bytes;
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// Values of a block, and parts of it that have a bit width of their own. Writers use 128 and 4.
const BLOCK_VALUES_MAX: u64 = 1 << 16;
const BLOCK_PARTS_MAX: u64 = 1 << 10;

/// The crate reads such levels in the wrong order of bits, and nobody has written them since 2014.
pub(super) const LEVELS_BIT_PACKED: &str = "its levels are in the encoding BIT_PACKED, which is not read";

/// Hands on pages whose claims are within bounds.
pub(super) struct CheckedPages<P> {
    pages: P,
    column: CheckedColumn,
    has_dictionary: bool,
}

/// What must be known of a column to check its pages.
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
            // A text of no bytes, by its length.
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

/// Returns a page of keys of which there are none as a plain page of no values: the decoder asks for
/// a dictionary, and for the bits of a key, where all rows are null and a writer left both out.
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

/// Returns how many bytes of a page are levels.
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
        // Lengths of what is shared with the text before, then lengths of the rest.
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

/// What is left of a page.
struct Deltas<'a> {
    bytes: &'a [u8],
}

impl Deltas<'_> {
    /// Definition levels of version 1: their length in four bytes, then so many.
    fn skip_levels(&mut self) -> Result<(), &'static str> {
        let length = self.bytes.first_chunk::<4>().ok_or("it ends within its levels")?;
        self.skip(4 + u64::from(u32::from_le_bytes(*length)))
    }

    /// A list of integers as differences: a header, then blocks of several parts, each with its
    /// own bit width; parts that no value needs are left out.
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
