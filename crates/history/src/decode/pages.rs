//! The pages of a window for the decoders of the crate `parquet`, decompressed by ourselves.
//!
//! The crate's own page reader allocates every page anew and inflates with a slower library. It
//! remains for everything unusual: other codecs, incomplete headers.

use super::codec;
use crate::page::{PageDetails, PageHeader, check_checksum};
use crate::stream::WindowPages;
use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use std::collections::VecDeque;

/// Pages to be decompressed.
pub(super) struct Pages {
    compression: Compression,
    pages: VecDeque<Waiting>,
}

enum Waiting {
    Compressed(Layout, PageHeader, Bytes),
    Ready(Page),
}

/// Which levels the pages of a column have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HasLevels {
    pub(super) definition: bool,
    pub(super) repetition: bool,
}

impl HasLevels {
    /// The levels of a dictionary, and of a column without nulls.
    pub(super) const NONE: Self = Self { definition: false, repetition: false };
}

/// What a decoder needs to know about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Dictionary { values: u32 },
    Version1 { values: u32, encoding: Encoding },
    Version2 { values: u32, nulls: u32, rows: u32, encoding: Encoding, levels: [u32; 2], is_compressed: bool },
}

impl Layout {
    /// Returns the layout that a page header gives, if it is complete; it must also give the
    /// encoding of the levels that exist.
    pub(super) fn of(header: &PageHeader, levels: HasLevels) -> Option<Self> {
        Some(match header.details? {
            PageDetails::Dictionary { values, encoding } => {
                let is_plain = matches!(encoding?, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY);
                Self::Dictionary { values: values.filter(|_| is_plain)? }
            }
            PageDetails::Version1 { values, encoding, definition_encoding, repetition_encoding } => {
                // Levels are run lengths in nearly every file. For levels that do not exist, such
                // as all repetition levels of a flat column, writers give any encoding.
                let is_usual = (!levels.definition || definition_encoding == Some(Encoding::RLE))
                    && (!levels.repetition || repetition_encoding == Some(Encoding::RLE));
                Self::Version1 { values: values.filter(|_| is_usual)?, encoding: encoding? }
            }
            PageDetails::Version2 {
                values,
                nulls,
                rows,
                encoding,
                definition_bytes,
                repetition_bytes,
                is_compressed,
            } => Self::Version2 {
                values: values?,
                nulls: nulls?,
                rows: rows?,
                encoding: encoding?,
                levels: [definition_bytes?, repetition_bytes?],
                is_compressed,
            },
        })
    }

    /// Returns whether the page holds positions in the dictionary.
    pub(super) fn is_of_keys(&self) -> bool {
        let keys = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
        matches!(self, Self::Version1 { encoding, .. } | Self::Version2 { encoding, .. } if keys.contains(encoding))
    }
}

/// Returns the layouts of all data pages, if this module can read all of them.
pub(super) fn layouts(
    compression: Compression,
    pages: &WindowPages,
    levels: HasLevels,
) -> Option<Vec<Layout>> {
    if !codec::is_supported(compression) {
        return None;
    }
    pages.pages.iter().map(|page| Layout::of(&page.header, levels)).collect()
}

/// Only the crate can read the dictionary.
pub(super) struct NotOurs;

/// Returns the dictionary page, decompressed, if any page of the window needs it: a chunk may begin
/// with a dictionary and go on without it.
pub(super) fn dictionary(
    compression: Compression,
    pages: &WindowPages,
    layouts: &[Layout],
) -> std::result::Result<Option<Result<Page>>, NotOurs> {
    let Some(page) = pages.dictionary.as_ref().filter(|_| layouts.iter().any(Layout::is_of_keys)) else {
        return Ok(None);
    };
    let layout = Layout::of(&page.header, HasLevels::NONE).ok_or(NotOurs)?;
    Ok(Some(decompressed(compression, layout, &page.header, &page.bytes)))
}

impl Pages {
    /// Returns the pages, a dictionary first: `dictionary` replaces it, if given.
    pub(super) fn new(
        compression: Compression,
        pages: &WindowPages,
        layouts: &[Layout],
        dictionary: Option<Page>,
    ) -> Self {
        let data = pages.pages.iter().zip(layouts);
        let data = data.map(|(page, layout)| Waiting::Compressed(*layout, page.header, page.bytes.clone()));
        Self { compression, pages: dictionary.map(Waiting::Ready).into_iter().chain(data).collect() }
    }

    /// Returns pages that are already decompressed.
    pub(super) fn ready(pages: impl IntoIterator<Item = Page>) -> Self {
        let pages = pages.into_iter().map(Waiting::Ready).collect();
        Self { compression: Compression::UNCOMPRESSED, pages }
    }
}

/// Returns the page in `bytes`, which begins with this header, decompressed.
pub(super) fn decompressed(
    compression: Compression,
    layout: Layout,
    header: &PageHeader,
    bytes: &Bytes,
) -> Result<Page> {
    check_checksum(header, bytes)?;
    let page = bytes.slice(header.header_bytes..);
    // The levels of version 2 are never compressed; its values may be uncompressed.
    let plain = header.plain_bytes();
    let is_compressed = !matches!(layout, Layout::Version2 { is_compressed: false, .. });
    // A page without values is compressed to nothing, or to the codec's form of nothing.
    let is_empty = plain == header.uncompressed_bytes;
    let buf = match compression {
        Compression::UNCOMPRESSED => page,
        _ if !is_compressed => page,
        _ if is_empty && page.len() >= plain => page.slice(..plain),
        compression => {
            let bytes = codec::decompress(compression, &page, plain, header.uncompressed_bytes);
            bytes.map_err(ParquetError::General)?
        }
    };
    Ok(match layout {
        Layout::Dictionary { values } => {
            Page::DictionaryPage { buf, num_values: values, encoding: Encoding::PLAIN, is_sorted: false }
        }
        Layout::Version1 { values, encoding } => Page::DataPage {
            buf,
            num_values: values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        },
        Layout::Version2 { values, nulls, rows, encoding, levels: [definition, repetition], .. } => {
            Page::DataPageV2 {
                buf,
                num_values: values,
                encoding,
                num_nulls: nulls,
                num_rows: rows,
                def_levels_byte_len: definition,
                rep_levels_byte_len: repetition,
                is_compressed: false,
                statistics: None,
            }
        }
    })
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.pages
            .pop_front()
            .map(|page| match page {
                Waiting::Compressed(layout, header, bytes) => {
                    decompressed(self.compression, layout, &header, &bytes)
                }
                Waiting::Ready(page) => Ok(page),
            })
            .transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Ok(self.pages.front().map(|page| match page {
            Waiting::Compressed(Layout::Version1 { values, .. } | Layout::Version2 { values, .. }, ..) => {
                // The columns are flat: one value per row.
                let rows = usize::try_from(*values).ok();
                PageMetadata { num_rows: rows, num_levels: rows, is_dict: false }
            }
            Waiting::Ready(page) if page.is_data_page() => {
                let rows = usize::try_from(page.num_values()).ok();
                PageMetadata { num_rows: rows, num_levels: rows, is_dict: false }
            }
            _ => PageMetadata { num_rows: None, num_levels: None, is_dict: true },
        }))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.pop_front();
        Ok(())
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        Ok(true)
    }
}
