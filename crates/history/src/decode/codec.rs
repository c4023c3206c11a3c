//! Decompresses pages into reused buffers.

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use parquet::basic::Compression;
use std::cell::RefCell;
use std::io::Read;
use storage::Buffers;

/// Maximum number of buffers that a thread keeps: a page or two of each column, and its dictionary.
const KEPT_MAX: usize = 16;
/// Buffers of larger pages are not kept: such pages are rare.
const KEPT_BYTES_MAX: usize = 2 << 20;

/// Bytes that the BROTLI decompressor reads at a time.
const BROTLI_BUFFER_BYTES: usize = 4 << 10;

thread_local! {
    static CODECS: RefCell<Codecs> = RefCell::new(Codecs::new());
}

/// Returns whether this module decompresses pages of this compression.
pub(super) fn is_supported(compression: Compression) -> bool {
    matches!(
        compression,
        Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_)
            | Compression::BROTLI(_)
    )
}

/// Returns the first `plain` bytes of `page` unchanged, followed by the rest decompressed: `bytes`
/// bytes in all.
///
/// # Errors
///
/// If the rest does not decompress to the expected number of bytes.
pub(super) fn decompress(
    compression: Compression,
    page: &[u8],
    plain: usize,
    bytes: usize,
) -> Result<Bytes, String> {
    CODECS.with_borrow_mut(|codecs| codecs.decompress(compression, page, plain, bytes))
}

/// The decompressors of one thread, with their tables and buffers.
struct Codecs {
    gzip: libdeflater::Decompressor,
    snappy: snap::raw::Decoder,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
    buffers: Buffers,
}

impl Codecs {
    fn new() -> Self {
        Self {
            gzip: libdeflater::Decompressor::new(),
            snappy: snap::raw::Decoder::new(),
            zstd: None,
            buffers: Buffers::new(KEPT_MAX, KEPT_BYTES_MAX),
        }
    }

    fn decompress(
        &mut self,
        compression: Compression,
        page: &[u8],
        plain: usize,
        bytes: usize,
    ) -> Result<Bytes, String> {
        let levels = page.get(..plain).filter(|_| plain <= bytes);
        let levels = levels.ok_or("its levels are longer than the page")?;
        let mut buffer = self.buffers.take(bytes);
        buffer[..plain].copy_from_slice(levels);
        let filled = self.fill(compression, &page[plain..], &mut buffer[plain..bytes]);
        let page = self.buffers.keep(buffer, bytes);
        filled.map(|()| page)
    }

    fn fill(&mut self, compression: Compression, from: &[u8], to: &mut [u8]) -> Result<(), String> {
        let filled = match compression {
            Compression::SNAPPY => self.snappy.decompress(from, to).map_err(|error| error.to_string()),
            Compression::GZIP(_) => match self.gzip.gzip_decompress(from, to) {
                Ok(filled) if filled == to.len() => Ok(filled),
                // A page may be several gzip members. The decoder that reads them all decides
                // whether it is valid.
                _ => inflate_members(from, to).map_err(|error| error.to_string()),
            },
            Compression::ZSTD(_) => self.zstd(from, to).map_err(|error| error.to_string()),
            Compression::BROTLI(_) => {
                let mut stream = brotli_decompressor::Decompressor::new(from, BROTLI_BUFFER_BYTES);
                filled_from(&mut stream, to).map_err(|error| error.to_string())
            }
            other => Err(format!("{other} is not decompressed here")),
        }?;
        match to.len() {
            expected if filled == expected => Ok(()),
            expected => Err(format!("{filled} bytes decompressed where its header says {expected}")),
        }
    }

    fn zstd(&mut self, from: &[u8], to: &mut [u8]) -> std::io::Result<usize> {
        if self.zstd.is_none() {
            self.zstd = Some(zstd::bulk::Decompressor::new()?);
        }
        self.zstd.as_mut().map_or(Ok(0), |zstd| zstd.decompress_to_buffer(from, to))
    }
}

fn inflate_members(from: &[u8], to: &mut [u8]) -> std::io::Result<usize> {
    filled_from(&mut MultiGzDecoder::new(from), to)
}

fn filled_from(stream: &mut impl Read, to: &mut [u8]) -> std::io::Result<usize> {
    stream.read_exact(to)?;
    // A single further byte would be too many.
    let more = stream.read(&mut [0])?;
    Ok(to.len() + more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::write::GzEncoder;
    use parquet::basic::{GzipLevel, ZstdLevel};
    use proptest::prelude::*;
    use std::io::Write;

    const GZIP: fn() -> Compression = || Compression::GZIP(GzipLevel::default());

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn compressed(compression: Compression, bytes: &[u8]) -> Vec<u8> {
        match compression {
            Compression::SNAPPY => snap::raw::Encoder::new().compress_vec(bytes).expect("in memory"),
            Compression::GZIP(_) => gzip(bytes),
            _ => zstd::bulk::compress(bytes, 1).expect("in memory"),
        }
    }

    fn all() -> [Compression; 3] {
        [Compression::SNAPPY, GZIP(), Compression::ZSTD(ZstdLevel::default())]
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(
            pages in proptest::collection::vec(proptest::collection::vec(0..4_u8, 0..3_000), 1..40),
            plain in 0..5_usize,
        ) {
            for compression in all() {
                // Some pages are still in use when the next is decompressed; most are not.
                let mut in_use = Vec::new();
                for (at, page) in pages.iter().enumerate() {
                    let levels = vec![9; plain];
                    let whole = [levels.clone(), compressed(compression, page)].concat();
                    let bytes = decompress(compression, &whole, plain, plain + page.len());
                    let bytes = bytes.expect("whole");
                    prop_assert_eq!(&bytes[..], &[levels, page.clone()].concat()[..]);
                    if at % 3 == 0 {
                        in_use.push((bytes, page));
                    }
                }
                for (bytes, page) in in_use {
                    prop_assert_eq!(&bytes[plain..], &page[..], "nobody wrote over it");
                }
            }
        }

        #[test]
        fn no_bytes_make_it_panic(page in proptest::collection::vec(any::<u8>(), 0..200), plain in 0..300_usize, bytes in 0..300_usize) {
            for compression in all() {
                let _ = decompress(compression, &page, plain, bytes);
            }
        }
    }

    #[test]
    fn a_page_of_several_gzip_members() {
        let page = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(decompress(GZIP(), &page, 0, 7).expect("two members"), "one two");
    }

    #[test]
    fn other_lengths_than_the_header_says() {
        for compression in all() {
            let page = compressed(compression, b"0123456789");
            assert!(decompress(compression, &page, 0, 10).is_ok(), "{compression}");
            for bytes in [9, 11] {
                assert!(decompress(compression, &page, 0, bytes).is_err(), "{compression}: {bytes}");
            }
            assert!(decompress(compression, &page[..page.len() - 1], 0, 10).is_err(), "{compression}: cut");
        }
    }
}
