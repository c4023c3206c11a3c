//! The swap of the second of three countries fails for good: the report says what stands.

use stack::Stack;
use stack::etl::publications;
use stack::proxy::{Action, Request};

fn refuse() -> Action {
    Action::dynamodb_error(400, "AccessDeniedException")
}

#[test]
fn what_stands_is_reported_and_the_rest_is_mended() {
    let stack = Stack::new();
    let history = stack.sample(2_000, 20).display().to_string();
    let line = ["--country", "Peru", "--country", "China", "--country", "Australia", "--s3path", &history];
    let before = stack.etl().run(&line).exits(0).json();
    let proxy = stack.failing(|request| request.is_swap_of("china"), refuse);
    let failed = stack.etl_through(&proxy).run(&line).fails(4, &["China"]).json();
    assert_eq!(
        publications(&failed),
        [("Australia", "published"), ("China", "failed"), ("Peru", "not_attempted")]
    );
    assert_eq!(proxy.seen(|request| request.is_swap_of("china")).len(), 1, "a refusal is not tried again");
    for (name, report) in [("Australia", &failed), ("China", &before), ("Peru", &before)] {
        stack.check_published(name, report);
    }

    let mended = stack.etl().run(&line).exits(0).json();
    for (name, version) in [("Australia", 3), ("China", 2), ("Peru", 2)] {
        let published = stack.etl().lookup(name).exits(0).json();
        assert_eq!(published["run_id"], mended["run_id"], "{name}");
        assert_eq!(published["version"], version, "{name}");
    }
}

#[test]
fn a_batch_that_is_refused_publishes_nothing() {
    let stack = Stack::new();
    let history = stack.sample(2_000, 20).display().to_string();
    let is_meant = |request: &Request| request.batch().iter().any(|key| key.contains("#recency_segment#"));
    let proxy = stack.failing(is_meant, refuse);
    let outcome = stack.etl_through(&proxy).run(&["--s3path", &history]).fails(4, &[&stack.table.name]);
    assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
    assert!(proxy.seen(Request::is_swap).is_empty());
    let _ = stack.etl().lookup("Peru").exits(3);
}
