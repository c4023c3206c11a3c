//! `country_code=Peru/` in a key is the column, and objects of other countries are not read.

use stack::Stack;
use stack::etl::{country, publications};
use stack::history::Event;
use stack::proxy::Action;

/// Uploads a file for each country, without the column that its folder holds.
fn upload(stack: &Stack) -> String {
    let histories: [(&str, &[Event]); 3] = [
        ("Peru", &[("", 1, 100.0), ("", 2, 100.0), ("", 3, 200.0)]),
        ("Costa%20Rica", &[("", 1, 300.0)]),
        ("__HIVE_DEFAULT_PARTITION__", &[("", 1, 400.0), ("", 1, 400.0)]),
    ];
    for (folder, events) in histories {
        stack.upload_to_folder(events, &format!("history/country_code={folder}/part-0.parquet"));
    }
    stack.bucket.location("history/")
}

#[test]
fn all_countries_come_from_the_folders() {
    let stack = Stack::new();
    let report = stack.etl().publish(upload(&stack));
    assert_eq!(publications(&report), [("Costa Rica", "published"), ("Peru", "published")]);
    assert_eq!(report["rows"]["footer"], 6);
    assert_eq!(report["segments"]["frequent_segment"]["rejected"]["missing_country"], 2);
    let peru = &country(&report, "Peru")["buckets"][0];
    assert_eq!(
        (&peru["bucket"], &peru["voucher_amount"], &peru["support"]),
        (&"0-4".into(), &100.into(), &2.into())
    );
    assert_eq!(country(&report, "Costa Rica")["buckets"][0]["voucher_amount"], 300);
}

#[test]
fn objects_of_other_countries_are_not_read() {
    let stack = Stack::new();
    let location = upload(&stack);
    let proxy = stack.proxy(|_| Action::Pass);
    let report =
        stack.etl_through(&proxy).run(&["--country", "costa rica", "--s3path", &location]).exits(0).json();
    assert_eq!(publications(&report), [("Costa Rica", "published")]);
    assert_eq!(report["pruned_files"], 2);
    assert_eq!(report["inputs"]["number"], 1);
    assert_eq!(report["rows"]["footer"], 1);
    let reads = proxy.seen(stack::proxy::Request::is_get_object);
    assert!(!reads.is_empty());
    for read in reads {
        assert!(read.path.contains("Costa"), "{}", read.path);
    }
}

#[test]
fn pruned_countries_are_named_to_who_asks_for_another() {
    let stack = Stack::new();
    let location = upload(&stack);
    let outcome = stack.etl().run(&["--country", "Chile", "--s3path", &location]);
    outcome.fails(3, &["chile", "Costa Rica", "Peru"]);
    assert!(stack.table.scan().is_empty());
}
