//! Any bytes as a request's body: faults, or a draft that finishes the same way twice.

#![no_main]

use api::request::{BATCH_BYTES_MAX, Draft, document};
use libfuzzer_sys::fuzz_target;
use segments::value::Moment;

fuzz_target!(|body: &[u8]| {
    let Ok(document) = document(body, BATCH_BYTES_MAX) else { return };
    let now = Moment::from_epoch_nanos(1_532_000_000_000_000_000).expect("a day in 2018");
    let read = || Draft::read(document, now).and_then(Draft::finish);
    match (read(), read()) {
        (Ok(one), Ok(two)) => assert_eq!(one.country, two.country),
        (Err(one), Err(two)) => {
            assert!(!one.is_empty());
            assert_eq!(one.len(), two.len());
        }
        _ => panic!("read once, and once not"),
    }
});
