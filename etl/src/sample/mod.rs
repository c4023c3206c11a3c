//! `sample`: writes a made-up history with the shape and dirt of the real one, for tests, demos and
//! benchmarks.
//!
//! It is deterministic, and is written row group by row group in bounded memory.

mod event;

mod world;

mod remote;

mod checked;

pub use remote::upload;

use anyhow::{Context, Result};
use arrow_array::builder::{Float64Builder, StringBuilder, TimestampMillisecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use checked::CheckedWriter;
use clap::ValueEnum;
use event::{Event, Events};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::{self, File};
use std::io::Write;
use std::iter;
use std::path::Path;
use std::sync::Arc;

/// Rows made at a time.
const BATCH_ROWS: u64 = 1 << 16;
/// Rows of a row group: as many as fit into Spark's 128 MiB, and as the writer holds in memory.
const ROW_GROUP_ROWS_MAX: u64 = 1 << 20;
/// Minimum number of row groups, so that even a small sample has several.
const ROW_GROUPS_MIN: u64 = 4;

/// How pages are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are the codecs'")]
pub enum Codec {
    Gzip,
    Snappy,
    Zstd,
}

impl Codec {
    fn compression(self) -> Compression {
        match self {
            Self::Gzip => Compression::GZIP(GzipLevel::default()),
            Self::Snappy => Compression::SNAPPY,
            Self::Zstd => Compression::ZSTD(ZstdLevel::default()),
        }
    }
}

/// Writes a history of `rows` events to `file`; the same arguments give the same bytes.
///
/// # Errors
///
/// If the file cannot be written; then nothing of it remains.
pub fn write(file: &Path, rows: u64, seed: u64, codec: Codec) -> Result<()> {
    let beside = file.with_added_extension("part");
    let written = write_to(&beside, rows, seed, codec)
        .and_then(|()| fs::rename(&beside, file).with_context(|| format!("cannot write {}", file.display())));
    if written.is_err() {
        // The first error matters; it is returned.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_to(file: &Path, rows: u64, seed: u64, codec: Codec) -> Result<()> {
    let target = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
    let mut writer = writer(target, rows, codec)?;
    for batch in batches(rows, seed) {
        writer.write(&batch?).with_context(|| format!("cannot write {}", file.display()))?;
    }
    writer.finish().with_context(|| format!("cannot write {}", file.display()))?;
    Ok(())
}

/// Begins to write a sample of `rows` rows.
fn writer<W: Write + Send>(target: W, rows: u64, codec: Codec) -> Result<CheckedWriter<W>> {
    let group_rows = usize::try_from(rows.div_ceil(ROW_GROUPS_MIN).clamp(1, ROW_GROUP_ROWS_MAX))?;
    let properties = WriterProperties::builder().set_compression(codec.compression()).build();
    CheckedWriter::new(target, schema(), properties, group_rows)
}

/// Makes the rows in batches.
fn batches(rows: u64, seed: u64) -> impl Iterator<Item = Result<RecordBatch>> {
    let schema = schema();
    let mut events = Events::new(seed);
    let mut left = rows;
    iter::from_fn(move || {
        let batch = left.min(BATCH_ROWS);
        left -= batch;
        let columns = (batch > 0).then(|| columns((0..batch).map(|_| events.next_event())))?;
        Some(RecordBatch::try_new(Arc::clone(&schema), columns).map_err(Into::into))
    })
}

/// The columns of the real file, in its order and types.
fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("timestamp", DataType::Utf8, true),
        Field::new("country_code", DataType::Utf8, true),
        Field::new("last_order_ts", DataType::Utf8, true),
        Field::new("first_order_ts", DataType::Timestamp(TimeUnit::Millisecond, None), true),
        Field::new("total_orders", DataType::Utf8, true),
        Field::new("voucher_amount", DataType::Float64, true),
    ]))
}

fn columns(events: impl Iterator<Item = Event>) -> Vec<ArrayRef> {
    let mut timestamp = StringBuilder::new();
    let mut country_code = StringBuilder::new();
    let mut last_order_ts = StringBuilder::new();
    let mut first_order_ts = TimestampMillisecondBuilder::new();
    let mut total_orders = StringBuilder::new();
    let mut voucher_amount = Float64Builder::new();
    for event in events {
        timestamp.append_value(event.timestamp);
        country_code.append_value(event.country);
        last_order_ts.append_value(event.last_order);
        first_order_ts.append_value(event.first_order_millis);
        total_orders.append_value(event.total_orders);
        voucher_amount.append_option(event.voucher_amount);
    }
    vec![
        Arc::new(timestamp.finish()),
        Arc::new(country_code.finish()),
        Arc::new(last_order_ts.finish()),
        Arc::new(first_order_ts.finish()),
        Arc::new(total_orders.finish()),
        Arc::new(voucher_amount.finish()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::exit_of;
    use storage::Exit;

    #[test]
    fn the_same_arguments_give_the_same_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = |rows, seed, codec| {
            let file = folder.path().join("sample");
            write(&file, rows, seed, codec).expect("written");
            fs::read(file).expect("read")
        };
        let first = bytes(2_000, 1, Codec::Gzip);
        assert_eq!(first, bytes(2_000, 1, Codec::Gzip));
        assert_ne!(first, bytes(2_000, 2, Codec::Gzip));
        assert_ne!(first, bytes(2_001, 1, Codec::Gzip));
        assert_ne!(first, bytes(2_000, 1, Codec::Zstd));
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "nothing is left beside");
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = write(&folder.path().join("nowhere/sample"), 1, 1, Codec::Snappy).expect_err("no folder");
        assert_eq!(exit_of(&error), Exit::Other, "an output is no input");
        assert!(error.to_string().starts_with("cannot write "), "{error:#}");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    }
}
