//! S3 bodies that break off are taken up where they broke, under the same ETag.

use stack::Stack;
use stack::proxy::{Action, Request};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// First and last byte that a request asks for.
fn range(request: &Request) -> (u64, u64) {
    request.range().expect("a range")
}

const BREAKS_AFTER: u64 = 1_000;

#[test]
fn by_range_and_etag() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(20_000, 24), "sample.parquet");
    let line = ["--dry-run", "--s3path", &location];
    let expected = stack.etl().run(&line).exits(0).json();
    // Each range breaks once: where it ends tells one from another, also when it is resumed.
    let broken = Mutex::new(BTreeSet::new());
    let is_first =
        move |request: &Request| broken.lock().expect("no test panics in here").insert(range(request).1);
    let proxy = stack.failing(
        move |request| request.is_get_object() && is_first(request),
        || Action::Truncate(usize::try_from(BREAKS_AFTER).expect("a small number")),
    );
    let report = stack.etl_through(&proxy).run(&line).exits(0).json();
    assert_eq!(report["result_hash"], expected["result_hash"]);
    assert_eq!(report["rows"], expected["rows"]);

    let reads = proxy.seen(Request::is_get_object);
    let etags: BTreeSet<_> = reads.iter().map(|read| read.header("if-match").expect("an ETag")).collect();
    assert_eq!(etags.len(), 1, "{etags:?}");
    let mut starts: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for (from, to) in reads.iter().map(range) {
        starts.entry(to).or_default().push(from);
    }
    assert!(starts.len() > 1, "footer and columns");
    for (to, starts) in starts {
        if to - starts[0] >= BREAKS_AFTER {
            assert_eq!(starts, [starts[0], starts[0] + BREAKS_AFTER], "up to {to}");
        }
    }
}

#[test]
fn but_not_for_ever() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 24), "sample.parquet");
    let proxy = stack.failing(Request::is_get_object, || Action::Truncate(10));
    stack.etl_through(&proxy).run(&["--s3path", &location]).fails(4, &[&location]);
    assert!(stack.table.scan().is_empty());
}
