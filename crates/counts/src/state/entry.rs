//! One entry of the state: the counts of an object, as a small parquet file that can be verified.
//!
//! Its name is the hash of its [`Identity`]. Its metadata holds the identity, a hash of its pages,
//! which is checked before any page is decoded, and a hash of its rows, which is checked
//! afterwards.

use super::rows::{self, Row};
use crate::run_counts::ObjectCounts;
use anyhow::{Context, Result};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use bytes::Bytes;
use history::caught::caught;
use history::stream::Read;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use segments::rules::Rules;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use storage::Object;

/// The version of the format of entries and of the meaning of counts. It rises whenever the same
/// object would be counted differently, so that older entries are not used.
const FORMAT: u32 = 2;
/// Maximum bytes of an entry: far more than the counts of any object.
pub(super) const ENTRY_BYTES_MAX: u64 = 64 << 20;
/// Maximum rows of an entry: as many cells, spellings and rejects as can be counted.
const ROWS_MAX: i64 = 1 << 20;
/// The end of a parquet file: the length of the footer and the magic number.
const TAIL_BYTES: usize = 8;

const KEY_IDENTITY: &str = "voucher_etl.identity";
const KEY_FOOTER_ROWS: &str = "voucher_etl.footer_rows";
const KEY_PAGES: &str = "voucher_etl.pages_sha256";
const KEY_ROWS: &str = "voucher_etl.rows_sha256";

/// What an entry holds the counts of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Identity {
    format: u32,
    url: String,
    version: String,
    bytes: u64,
    rules_hash: String,
}

impl Identity {
    pub(super) fn of(object: &Object, rules: &Rules) -> Self {
        Self {
            format: FORMAT,
            url: object.url.clone(),
            version: object.version.clone(),
            bytes: object.bytes,
            rules_hash: rules.hash(),
        }
    }

    /// Returns the name of its entry, relative to the state's place.
    pub(super) fn file_name(&self) -> String {
        format!("v{FORMAT}/{}.parquet", segments::sha256_hex(self.text().as_bytes()))
    }

    fn text(&self) -> String {
        json(self)
    }
}

/// Returns the entry of an object.
pub(super) fn encode(part: &ObjectCounts, identity: &Identity, rules: &Rules) -> Result<Vec<u8>> {
    let rows = rows::of_counts(&part.counts, rules);
    let batch = to_batch(&rows)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.flush()?;
    // Only the footer follows.
    writer.sync()?;
    let pages_sha256 = segments::sha256_hex(writer.inner());
    for (key, value) in [
        (KEY_IDENTITY, identity.text()),
        (KEY_FOOTER_ROWS, part.read.footer_rows.to_string()),
        (KEY_PAGES, pages_sha256),
        (KEY_ROWS, rows_sha256(&rows, part.read.footer_rows)),
    ] {
        writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
    }
    writer.into_inner().context("write counts as parquet")
}

/// Reads the entry of `object`.
///
/// # Errors
///
/// What is wrong, if the entry is incomplete or belongs to something else.
pub(super) fn decode(
    bytes: Bytes,
    identity: &Identity,
    object: &Arc<Object>,
    rules: &Rules,
) -> Result<ObjectCounts, String> {
    caught(|| decode_unguarded(bytes, identity, object, rules))
        .unwrap_or_else(|| Err("it makes the decoder panic".to_owned()))
}

fn decode_unguarded(
    bytes: Bytes,
    identity: &Identity,
    object: &Arc<Object>,
    rules: &Rules,
) -> Result<ObjectCounts, String> {
    let metadata =
        ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new().with_skip_arrow_metadata(true));
    let metadata = metadata.map_err(|error| format!("it is not a parquet file: {error}"))?;
    let file = metadata.metadata().file_metadata().clone();
    let values: HashMap<&str, &str> = file
        .key_value_metadata()
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair.key.as_str(), pair.value.as_deref()?)))
        .collect();
    let value = |key: &str| values.get(key).copied().ok_or_else(|| format!("it has no {key}"));
    if value(KEY_IDENTITY)? != identity.text() {
        return Err("it belongs to another object".to_owned());
    }
    if value(KEY_PAGES)? != segments::sha256_hex(pages(&bytes)?) {
        return Err("its pages are damaged".to_owned());
    }
    if !(0..=ROWS_MAX).contains(&file.num_rows()) {
        return Err(format!("it claims {} rows", file.num_rows()));
    }
    let mut rows = Vec::new();
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata).build();
    for batch in reader.map_err(|error| error.to_string())? {
        rows.extend(of_batch(&batch.map_err(|error| error.to_string())?)?);
    }
    let footer_rows =
        value(KEY_FOOTER_ROWS)?.parse().map_err(|_| "its footer_rows is not a number".to_owned())?;
    if value(KEY_ROWS)? != rows_sha256(&rows, footer_rows) {
        return Err("its rows are not those that were written".to_owned());
    }
    let read = Read { footer_rows, pruned_rows: 0, pruned_countries: BTreeSet::new() };
    let part = ObjectCounts { object: Arc::clone(object), read, counts: rows::to_counts(&rows, rules)? };
    if part.events() != footer_rows {
        return Err(format!("it counts {} of {footer_rows} rows", part.events()));
    }
    Ok(part)
}

/// Returns the bytes before the footer.
fn pages(bytes: &Bytes) -> Result<&[u8], String> {
    let footer_end = bytes.len().checked_sub(TAIL_BYTES);
    let length = footer_end.and_then(|end| bytes[end..end + 4].try_into().ok()).map(u32::from_le_bytes);
    let start =
        footer_end.zip(length).and_then(|(end, length)| end.checked_sub(usize::try_from(length).ok()?));
    start.map(|start| &bytes[..start]).ok_or_else(|| "it is too short".to_owned())
}

fn rows_sha256(rows: &[Row], footer_rows: u64) -> String {
    segments::sha256_hex(json(&(footer_rows, rows)).as_bytes())
}

fn to_batch(rows: &[Row]) -> Result<RecordBatch> {
    let text = |of: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("what", text(&|row| Some(name(&row.what))), false),
        ("country", text(&|row| row.country.clone()), true),
        ("spelling", text(&|row| row.spelling.clone()), true),
        ("segment", text(&|row| row.segment.clone()), true),
        ("bucket", text(&|row| row.bucket.clone()), true),
        ("reason", text(&|row| row.reason.as_ref().map(name)), true),
        ("voucher_amount", text(&|row| row.voucher_amount.clone()), true),
        ("events", Arc::new(rows.iter().map(|row| row.events).collect::<UInt64Array>()), false),
    ])?)
}

fn of_batch(batch: &RecordBatch) -> Result<Vec<Row>, String> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| format!("it has no column {name}"));
    let text = |name: &str| -> Result<&StringArray, String> {
        column(name)?.as_any().downcast_ref().ok_or_else(|| format!("its column {name} is not text"))
    };
    let events: Option<&UInt64Array> = column("events")?.as_any().downcast_ref();
    let events = events.ok_or("its column events is not a number")?;
    let (what, country, spelling) = (text("what")?, text("country")?, text("spelling")?);
    let (segment, bucket, reason) = (text("segment")?, text("bucket")?, text("reason")?);
    let amount = text("voucher_amount")?;
    let at = |array: &StringArray, row: usize| array.is_valid(row).then(|| array.value(row).to_owned());
    let row = |row: usize| {
        Some(Row {
            what: named(what.value(row))?,
            country: at(country, row),
            spelling: at(spelling, row),
            segment: at(segment, row),
            bucket: at(bucket, row),
            reason: if reason.is_valid(row) { Some(named(reason.value(row))?) } else { None },
            voucher_amount: at(amount, row),
            events: events.value(row),
        })
    };
    let rows: Option<Vec<Row>> = (0..batch.num_rows()).map(row).collect();
    rows.ok_or_else(|| "it has unknown words".to_owned())
}

/// Returns the name that serde gives a variant.
fn name(variant: &impl Serialize) -> String {
    json(variant).trim_matches('"').to_owned()
}

fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers are JSON")
}

#[cfg(test)]
mod tests;
