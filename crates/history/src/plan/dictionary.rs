//! Finds row groups that hold none of the selected countries, by the dictionary of their country
//! column.
//!
//! Only the dictionary is certain: spellings differ in case, marks and blanks, so the smallest and
//! the largest text of a chunk prove nothing. They only decide whether the dictionary is worth a
//! request. A row group is kept in case of any doubt.

use super::file_plan::Chunk;
use crate::caught::caught;
use crate::page::{self, check_checksum};
use anyhow::Result;
use bytes::Bytes;
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::file::statistics::Statistics;
use segments::rules::Rules;
use segments::value::{Country, CountryKey};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use storage::{Object, Store};

/// Maximum bytes of a dictionary to request: countries take a few hundred.
const DICTIONARY_BYTES_MAX: u64 = 1 << 20;

/// Returns the position of the dictionary of a country chunk, if it holds every value of the chunk
/// and probably none of the selected countries.
pub(super) fn worth_reading(chunk: &Chunk, selected: &BTreeSet<CountryKey>) -> Option<Range<u64>> {
    let metadata = &chunk.metadata;
    let start = u64::try_from(metadata.dictionary_page_offset()?).ok()?;
    let end = u64::try_from(metadata.data_page_offset()).ok()?;
    let is_sound = metadata.column_type() == PhysicalType::BYTE_ARRAY
        && start == chunk.bytes.start
        && (start..=chunk.bytes.end).contains(&end)
        && has_all_values(metadata);
    let is_worth =
        (1..=DICTIONARY_BYTES_MAX).contains(&(end - start.min(end))) && seems_without(metadata, selected);
    (is_sound && is_worth).then_some(start..end)
}

/// Reads the dictionary at `bytes`; returns its countries, if none of them is selected.
///
/// # Errors
///
/// If the object cannot be read. A dictionary that cannot be decoded proves nothing; the fold will
/// report what is wrong with it.
pub(super) async fn read_without(
    store: &Store,
    object: &Object,
    chunk: &Chunk,
    bytes: Range<u64>,
    rules: &Rules,
    selected: &BTreeSet<CountryKey>,
) -> Result<Option<BTreeSet<Country>>> {
    let page = store.read(object, bytes).await?;
    // The decoder may panic on a crafted page.
    let entries = caught(|| entries(page, &chunk.metadata)).flatten();
    let countries: Option<BTreeSet<_>> =
        entries.map(|entries| entries.iter().filter_map(|text| rules.read_country(text).value()).collect());
    Ok(countries.filter(|countries| countries.iter().all(|country| !selected.contains(&country.key))))
}

/// Returns whether the footer says that all data pages use the dictionary.
fn has_all_values(metadata: &ColumnChunkMetaData) -> bool {
    if let Some(mask) = metadata.page_encoding_stats_mask() {
        return mask.is_only(Encoding::PLAIN_DICTIONARY) || mask.is_only(Encoding::RLE_DICTIONARY);
    }
    // Without these statistics only the older name is clear: the newer `PLAIN` is listed for the
    // dictionary page itself, and for data pages that no longer use the dictionary.
    let mut encodings = metadata.encodings();
    let is_dictionary = metadata.encodings().any(|encoding| encoding == Encoding::PLAIN_DICTIONARY);
    is_dictionary
        && encodings.all(|encoding| {
            #[expect(deprecated, reason = "older writers used it for levels")]
            let is_of_levels = matches!(encoding, Encoding::RLE | Encoding::BIT_PACKED);
            is_of_levels || encoding == Encoding::PLAIN_DICTIONARY
        })
}

/// Guesses whether no usual spelling of a selected country lies between the smallest and the
/// largest text of the chunk. Without these texts, returns `false`.
fn seems_without(metadata: &ColumnChunkMetaData, selected: &BTreeSet<CountryKey>) -> bool {
    let Some(Statistics::ByteArray(statistics)) = metadata.statistics() else { return false };
    let (Some(min), Some(max)) = (statistics.min_opt(), statistics.max_opt()) else { return false };
    let is_within = |spelling: &String| (min.data()..=max.data()).contains(&spelling.as_bytes());
    !selected.iter().any(|key| usual_spellings(key.as_str()).iter().any(is_within))
}

fn usual_spellings(key: &str) -> [String; 3] {
    let words = key.split(' ').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    [key.to_owned(), key.to_uppercase(), words.collect::<Vec<String>>().join(" ")]
}

/// Returns the texts of a dictionary page; `None` if the page is something else.
fn entries(page: Bytes, metadata: &ColumnChunkMetaData) -> Option<Vec<String>> {
    let header = page::whole(&page)?;
    check_checksum(&header, &page).ok()?;
    let length = i64::try_from(page.len()).ok()?;
    let alone = metadata.clone().into_builder();
    let alone = alone.set_dictionary_page_offset(Some(0)).set_data_page_offset(length);
    let alone = alone.set_total_compressed_size(length).build().ok()?;
    let mut pages = SerializedPageReader::new(Arc::new(page), &alone, 0, None).ok()?;
    let Page::DictionaryPage { buf, num_values, encoding, .. } = pages.get_next_page().ok()?? else {
        return None;
    };
    let is_plain = matches!(encoding, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY);
    is_plain.then(|| texts(&buf, num_values)).flatten()
}

/// Reads plain byte arrays: each is its length in four bytes, then its bytes.
/// <https://parquet.apache.org/docs/file-format/data-pages/encodings/#PLAIN>
fn texts(mut bytes: &[u8], count: u32) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let (length, rest) = bytes.split_first_chunk()?;
        let (text, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        texts.push(str::from_utf8(text).ok()?.to_owned());
        bytes = rest;
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts() {
        let bytes = b"\x04\0\0\0Peru\0\0\0\0\x05\0\0\0 peru";
        assert_eq!(texts(bytes, 3), Some(vec!["Peru".to_owned(), String::new(), " peru".to_owned()]));
        assert_eq!(texts(bytes, 4), None, "there are three");
        assert_eq!(texts(&bytes[..bytes.len() - 1], 3), None, "the last one is cut");
        assert_eq!(texts(b"\x01\0\0\0\xff", 1), None, "not UTF-8");
    }

    #[test]
    fn spellings_are_guessed() {
        assert_eq!(usual_spellings("costa rica"), ["costa rica", "COSTA RICA", "Costa Rica"]);
    }
}
