//! Any bytes as a page header: reading stays within them.

#![no_main]

use history::page::read_header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = read_header(bytes) {
        assert!(header.header_bytes <= bytes.len());
        assert!(header.page_bytes.max(header.uncompressed_bytes) <= 256 << 20);
        assert_eq!(read_header(&bytes[..header.header_bytes]), Ok(header));
    }
});
