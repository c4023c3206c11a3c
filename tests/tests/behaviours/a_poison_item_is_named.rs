//! One item that DynamoDB refuses refuses its whole batch: each alone tells which it is.

use stack::Stack;
use stack::proxy::{Action, Request};
use stack::text::check_has;

fn refuse() -> Action {
    Action::dynamodb_error(400, "ValidationException")
}

#[test]
fn it_is_found_among_its_batch() {
    let stack = Stack::new();
    let history = stack.sample(2_000, 23).display().to_string();
    let is_poison = |key: &String| key.ends_with("#recency_segment#180+");
    let proxy = stack.failing(move |request| request.batch().iter().any(is_poison), refuse);
    let outcome = stack.etl_through(&proxy).run(&["--country", "Peru", "--s3path", &history]).exits(4);
    let batches = proxy.seen(|request| request.is("BatchWriteItem"));
    let keys: Vec<_> = batches.iter().map(Request::batch).collect();
    // The manifest and the entry in the list; all buckets together; then each alone, the last is it.
    assert_eq!(keys.iter().map(Vec::len).collect::<Vec<_>>(), [2, 8, 1, 1, 1, 1, 1, 1, 1, 1]);
    let singles: Vec<_> = keys[2..].concat();
    assert_eq!(singles, keys[1]);
    let [poison] = &keys[9][..] else { unreachable!("it has one") };
    assert!(is_poison(poison));
    check_has(outcome.error(), &["peru", poison]);
    // All others went through, and nobody looks for them.
    for key in &singles[..7] {
        assert!(!stack.table.item("peru", key).is_null(), "{key}");
    }
    assert!(stack.table.pointer("peru").is_null());
    assert!(outcome.stdout.is_empty());
}

#[test]
fn a_batch_refused_for_no_item_is_written_item_by_item() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 23);
    let proxy = stack.failing(|request| request.batch().len() > 1, refuse);
    let report = stack.etl_through(&proxy).publish(&sample);
    assert_eq!(stack.table.scan().len(), 6 * (8 + 3));
    stack.check_published("Latvia", &report);
}
