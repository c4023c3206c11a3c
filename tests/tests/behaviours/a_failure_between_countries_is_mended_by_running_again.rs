//! The swap of the second of three countries fails for good: the report says what stands.

use stack::Stack;
use stack::etl::publications;
use stack::http::Answer;
use stack::proxy::Action;

#[test]
fn what_stands_is_reported_and_the_rest_is_mended() {
    let stack = Stack::new();
    let history = stack.sample(2_000, 20).display().to_string();
    let line = ["--country", "Peru", "--country", "China", "--country", "Australia", "--s3path", &history];
    let before = stack.etl().run(&line).exits(0).json();
    let proxy = stack.proxy(|request| {
        if request.is_swap_of("china") {
            Action::Answer(Answer::dynamodb_error(400, "AccessDeniedException"))
        } else {
            Action::Pass
        }
    });
    let outcome = stack.etl_through(&proxy).run(&line).exits(4);
    let failed = outcome.json();
    assert_eq!(
        publications(&failed),
        [("Australia", "published"), ("China", "failed"), ("Peru", "not_attempted")]
    );
    assert!(outcome.error().contains("China"), "{}", outcome.stderr);
    assert_eq!(proxy.seen(|request| request.is_swap_of("china")).len(), 1, "a refusal is not tried again");
    for (name, report) in [("Australia", &failed), ("China", &before), ("Peru", &before)] {
        let published = stack.etl().lookup(name).exits(0).json();
        assert_eq!(published["run_id"], report["run_id"], "{name}");
        assert_eq!(published["buckets"], stack::etl::country(report, name)["buckets"], "{name}");
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
    let proxy = stack.proxy(|request| {
        if request.is("BatchWriteItem") && request.batch().iter().any(|key| key.contains("#recency_segment#"))
        {
            Action::Answer(Answer::dynamodb_error(400, "AccessDeniedException"))
        } else {
            Action::Pass
        }
    });
    let outcome = stack.etl_through(&proxy).run(&["--s3path", &history]).exits(4);
    assert!(outcome.error().contains(&stack.table.name), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
    assert!(proxy.seen(stack::proxy::Request::is_swap).is_empty());
    let _ = stack.etl().lookup("Peru").exits(3);
}
