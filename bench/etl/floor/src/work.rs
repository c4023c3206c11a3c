//! The queues of column chunks to read and of pages to decompress.

use anyhow::{Context, Result, anyhow, bail};
use history::page::{PageHeader, read_header};
use parquet::basic::Compression;
use parquet::file::metadata::ParquetMetaDataReader;
use std::collections::VecDeque;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The columns of the default rules.
const COLUMNS: [&str; 5] = ["country_code", "voucher_amount", "total_orders", "timestamp", "last_order_ts"];
/// Pages taken at once.
const PAGES_AT_A_TIME: usize = 4;

/// The work left.
pub(crate) struct Work {
    file: File,
    compressed_bytes: u64,
    left: Mutex<Left>,
}

struct Left {
    chunks: VecDeque<(Range<u64>, Compression)>,
    pages: VecDeque<Page>,
    buffers: Vec<Vec<u8>>,
}

/// A page within the bytes of its chunk.
struct Page {
    chunk: Arc<Vec<u8>>,
    bytes: Range<usize>,
    plain_bytes: usize,
    uncompressed_bytes: usize,
    compression: Compression,
}

impl Work {
    /// Reads the footer.
    pub(crate) fn plan(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?;
        let mut chunks = VecDeque::new();
        for row_group in metadata.row_groups() {
            for column in row_group.columns() {
                if COLUMNS.contains(&column.column_path().string().as_str()) {
                    let (start, length) = column.byte_range();
                    chunks.push_back((start..start + length, column.compression()));
                }
            }
        }
        let compressed_bytes = chunks.iter().map(|(bytes, _)| bytes.end - bytes.start).sum();
        let left = Mutex::new(Left { chunks, pages: VecDeque::new(), buffers: Vec::new() });
        Ok(Self { file, compressed_bytes, left })
    }

    /// Returns the bytes of all chunks.
    pub(crate) fn compressed_bytes(&self) -> u64 {
        self.compressed_bytes
    }

    /// Does one thread's share of the work; returns the decompressed bytes of its pages.
    pub(crate) fn share(&self) -> Result<u64> {
        let mut codecs = Codecs::new()?;
        let mut bytes = 0;
        loop {
            let mut left = self.left();
            let pages: Vec<_> = (0..PAGES_AT_A_TIME).map_while(|_| left.pages.pop_front()).collect();
            if !pages.is_empty() {
                drop(left);
                for page in pages {
                    bytes += codecs.decompress(&page)?;
                    if let Some(buffer) = Arc::into_inner(page.chunk) {
                        self.left().buffers.push(buffer);
                    }
                }
                continue;
            }
            let Some((range, compression)) = left.chunks.pop_front() else { return Ok(bytes) };
            let mut buffer = left.buffers.pop().unwrap_or_default();
            drop(left);
            let length = usize::try_from(range.end - range.start)?;
            if buffer.len() < length {
                buffer.resize(length, 0);
            }
            self.file.read_exact_at(&mut buffer[..length], range.start)?;
            let pages = pages_of(&Arc::new(buffer), length, compression)?;
            self.left().pages.extend(pages);
        }
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pages_of(chunk: &Arc<Vec<u8>>, length: usize, compression: Compression) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    let mut at = 0;
    while at < length {
        let header: PageHeader =
            read_header(&chunk[at..length]).map_err(|stop| anyhow!("a page header: {stop:?}"))?;
        let start = at + header.header_bytes;
        at = start + header.page_bytes;
        pages.push(Page {
            chunk: Arc::clone(chunk),
            bytes: start..at,
            plain_bytes: header.plain_bytes(),
            uncompressed_bytes: header.uncompressed_bytes,
            compression,
        });
    }
    Ok(pages)
}

/// The decompressors of one thread, and their output buffer.
struct Codecs {
    gzip: libdeflater::Decompressor,
    snappy: snap::raw::Decoder,
    zstd: zstd::bulk::Decompressor<'static>,
    buffer: Vec<u8>,
}

impl Codecs {
    fn new() -> Result<Self> {
        Ok(Self {
            gzip: libdeflater::Decompressor::new(),
            snappy: snap::raw::Decoder::new(),
            zstd: zstd::bulk::Decompressor::new()?,
            buffer: Vec::new(),
        })
    }

    fn decompress(&mut self, page: &Page) -> Result<u64> {
        let to = page.uncompressed_bytes - page.plain_bytes;
        if self.buffer.len() < to {
            self.buffer.resize(to, 0);
        }
        let from = &page.chunk[page.bytes.start + page.plain_bytes..page.bytes.end];
        let buffer = &mut self.buffer[..to];
        let filled = match page.compression {
            Compression::GZIP(_) => self.gzip.gzip_decompress(from, buffer)?,
            Compression::SNAPPY => self.snappy.decompress(from, buffer)?,
            Compression::ZSTD(_) => self.zstd.decompress_to_buffer(from, buffer)?,
            other => bail!("{other} is not measured"),
        };
        Ok(filled as u64)
    }
}
