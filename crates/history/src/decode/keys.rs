//! Reads columns with a dictionary as entries and positions among them.
//!
//! The crate keeps positions for text only. We give its integer reader a dictionary whose entries
//! are their own positions, 0, 1, 2 and so on; so it returns positions for any type.

use super::array_reader::array_of;
use super::pages::{self, HasLevels, Layout, Pages};
use crate::plan::{DictionaryViews, Leaf};
use crate::stream::WindowPages;
use arrow_array::ArrayRef;
use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::Page;
use parquet::errors::Result;
use std::sync::LazyLock;

/// Bytes of a position.
const KEY_BYTES: usize = 4;
/// Bytes of the shortest entry: the length of an empty text.
const ENTRY_BYTES_MIN: usize = 4;

/// Positions as a page of plain integers, long enough for most dictionaries.
static POSITIONS: LazyLock<Bytes> = LazyLock::new(|| positions(1 << 14));

/// The dictionary of a column of a window.
pub(super) struct Dictionary<'a> {
    pub(super) views: &'a DictionaryViews,
    /// The distinct values.
    pub(super) entries: ArrayRef,
    /// A dictionary of as many entries, each equal to its own position.
    pub(super) identity: Page,
}

impl<'a> Dictionary<'a> {
    /// Reads the dictionary; `None` unless every page holds positions in it.
    pub(super) fn of(
        leaf: &'a Leaf,
        compression: Compression,
        pages: &WindowPages,
        layouts: &[Layout],
    ) -> Result<Option<Self>> {
        let (Some(views), Some(dictionary)) = (&leaf.dictionary, &pages.dictionary) else { return Ok(None) };
        let Some(layout @ Layout::Dictionary { values }) = Layout::of(&dictionary.header, HasLevels::NONE)
        else {
            return Ok(None);
        };
        let entries = usize::try_from(values)?;
        let is_plausible = entries <= dictionary.header.uncompressed_bytes / ENTRY_BYTES_MIN;
        if !is_plausible || !layouts.iter().all(Layout::is_of_keys) {
            return Ok(None);
        }
        let page = pages::decompressed(compression, layout, &dictionary.header, &dictionary.bytes)?;
        let page = Page::DataPage {
            buf: page.buffer().clone(),
            num_values: values,
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let identity = Page::DictionaryPage {
            buf: identity(entries),
            num_values: values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        let entries = array_of(&views.entries, Pages::ready([page]), entries)?;
        Ok(Some(Self { views, entries, identity }))
    }
}

fn identity(entries: usize) -> Bytes {
    match entries * KEY_BYTES {
        bytes if bytes <= POSITIONS.len() => POSITIONS.slice(..bytes),
        _ => positions(entries),
    }
}

fn positions(entries: usize) -> Bytes {
    (0_u32..).take(entries).flat_map(u32::to_le_bytes).collect()
}
