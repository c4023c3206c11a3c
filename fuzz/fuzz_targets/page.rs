//! The header of a page of any bytes: what is read stays within them.

#![no_main]

use etl::stream::read_page_header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = read_page_header(bytes) {
        assert!(header.header_bytes <= bytes.len());
        assert!(header.page_bytes.max(header.uncompressed_bytes) <= 256 << 20);
        assert_eq!(read_page_header(&bytes[..header.header_bytes]), Ok(header));
    }
});
