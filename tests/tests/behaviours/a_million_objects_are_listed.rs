//! A prefix of very many objects is listed page by page: of those that are not meant nothing is
//! kept, of those that are so many bytes each.

use stack::Stack;
use stack::http::Answer;
use stack::proxy::{Action, Gate, Request};
use std::fmt::Write;

/// Objects that the prefix has; a million where somebody asks for them.
fn objects() -> u64 {
    let asked = std::env::var("VOUCHER_TEST_OBJECTS").ok();
    asked.map_or(50_000, |number| number.parse().expect("a number of objects"))
}

/// Keys of a page: as many as S3 gives.
const PAGE: u64 = 1_000;
/// What an object that is meant takes while its run is resolved: its URL, its ETag, and what the
/// manifest needs of both.
const OBJECT_BYTES_MAX: u64 = 1_500;
/// What the listing itself takes: some pages.
const LISTING_BYTES_MAX: u64 = 48 << 20;

/// Answers a listing with the page that it asks for; the key `found` stands last.
fn page(request: &Request, objects: u64, found: Option<&str>) -> Answer {
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let token = query.split('&').find_map(|pair| pair.strip_prefix("continuation-token="));
    let first: u64 = token.map_or(0, |token| token.parse().expect("a token of ours"));
    let end = (first + PAGE).min(objects);
    let is_last = end == objects;
    let mut xml = format!("<ListBucketResult><IsTruncated>{}</IsTruncated>", !is_last);
    if !is_last {
        let _ = write!(xml, "<NextContinuationToken>{end}</NextContinuationToken>");
    }
    let mut entry = |key: &str, bytes: u64| {
        let _ = write!(
            xml,
            "<Contents><Key>{key}</Key><Size>{bytes}</Size><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag></Contents>"
        );
    };
    for number in first..end {
        entry(&format!("history/part-{number:012}-of-some-length-as-writers-make.orc"), 1_000_000);
    }
    if let Some(found) = found.filter(|_| is_last) {
        entry(found, 2_000);
    }
    xml.push_str("</ListBucketResult>");
    Answer::xml(xml)
}

/// The memory of a run that has listed everything and asks for the first object.
fn peak(stack: &Stack, pattern: &str, objects: u64, found: Option<&'static str>) -> (u64, usize) {
    let gate = Gate::closed();
    let proxy = stack.proxy({
        let gate = gate.clone();
        move |request| match request {
            request if request.is_look_for_tables() => Action::Answer(page(request, 0, None)),
            request if request.is_list() => Action::Answer(page(request, objects, found)),
            _ => Action::Hold(gate.clone()),
        }
    });
    let line = ["--dry-run", "--s3path", &stack.bucket.location(pattern)];
    let running = stack.etl_through(&proxy).start_run(&line);
    gate.wait_until_reached();
    let peak = running.peak_rss_bytes();
    running.kill();
    (peak, proxy.seen(|request| request.is_list() && !request.is_look_for_tables()).len())
}

#[test]
fn page_by_page_and_in_bounded_memory() {
    let (stack, objects) = (Stack::new(), objects());
    let (alone, pages) = peak(&stack, "history/one.parquet", 1, Some("history/one.parquet"));
    assert_eq!(pages, 1);
    let (one_of_many, pages) = peak(&stack, "history/*.parquet", objects, Some("history/one.parquet"));
    assert_eq!(pages as u64, objects / PAGE);
    let (all_of_many, _) = peak(&stack, "history/", objects, None);
    let each = all_of_many.saturating_sub(alone) / objects;
    assert!(one_of_many <= alone + LISTING_BYTES_MAX, "{one_of_many} bytes, {alone} for one alone");
    assert!(all_of_many <= alone + LISTING_BYTES_MAX + objects * OBJECT_BYTES_MAX, "{each} bytes each");
}
