use super::*;
use segments::rules::MaxRejectRatio;

/// Ten rows: `orders` rejects 3 for bad orders, and both reject 2 for bad amounts.
fn segments() -> BTreeMap<String, SegmentCounts> {
    let counts = |rejected: &[(RejectReason, u64)]| SegmentCounts {
        counted: 1,
        unclassified: 9 - rejected.iter().map(|(_, events)| events).sum::<u64>(),
        rejected: rejected.iter().copied().collect(),
    };
    let bad_amount = (RejectReason::BadVoucherAmount, 2);
    BTreeMap::from([
        ("days".to_owned(), counts(&[bad_amount])),
        ("orders".to_owned(), counts(&[bad_amount, (RejectReason::BadTotalOrders, 3)])),
    ])
}

fn thresholds(ratios: &[&str], min_rows: Option<u64>) -> Thresholds {
    let ratios = ratios.iter().map(|text| MaxRejectRatio::parse(text).expect("valid"));
    Thresholds { max_reject_ratio: ratios.collect(), min_rows, copies: None }
}

/// Checks counts of `selected` rows against thresholds.
fn exceeded(
    thresholds: &Thresholds,
    selected: u64,
    skipped: u64,
    segments: &BTreeMap<String, SegmentCounts>,
) -> Vec<Exceeded> {
    super::exceeded(thresholds, RunTotals { selected, skipped, segments, copies: &Copies::default() })
}

/// Counts of one segment that rejects these and counts the others.
fn one(rejected: &[(RejectReason, u64)]) -> BTreeMap<String, SegmentCounts> {
    let rejected = rejected.iter().copied().collect();
    BTreeMap::from([("orders".to_owned(), SegmentCounts { rejected, ..SegmentCounts::default() })])
}

/// Expects these thresholds to be exceeded, each by its name in the report, reason and segment.
#[track_caller]
fn check(ratios: &[&str], min_rows: Option<u64>, expected: &[(&str, Option<&str>, Option<&str>)]) {
    let exceeded = exceeded(&thresholds(ratios, min_rows), 10, 0, &segments());
    let exceeded = serde_json::to_value(exceeded).expect("JSON");
    let found: Vec<_> = exceeded
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["limit"].as_str().expect("a name"), one["reason"].as_str(), one["segment"].as_str()))
        .collect();
    assert_eq!(found, expected, "{ratios:?} {min_rows:?}");
}

#[test]
fn both_sides_of_each_threshold() {
    const RATIO: &str = "max_reject_ratio";
    let (bad_amount, bad_orders) = (Some("bad_voucher_amount"), Some("bad_total_orders"));
    let (days, orders) = (Some("days"), Some("orders"));
    check(&[], None, &[]);
    check(&["0.5"], None, &[]);
    check(&["0.499999999"], None, &[(RATIO, None, orders)]);
    check(&["1"], None, &[]);
    check(&["0"], None, &[(RATIO, None, orders)]);
    check(&["bad_total_orders=0.3"], None, &[]);
    check(&["bad_total_orders=0.299999999"], None, &[(RATIO, bad_orders, orders)]);
    check(&["bad_voucher_amount=0.2"], None, &[]);
    // Both have equally many: the first by name.
    check(&["bad_voucher_amount=0.199999999"], None, &[(RATIO, bad_amount, days)]);
    check(&["missing_country=0"], None, &[]);
    check(&[], Some(10), &[]);
    check(&[], Some(11), &[("min_rows", None, None)]);
    check(&[], Some(0), &[]);
    check(
        &["bad_total_orders=0.1", "0.1", "bad_voucher_amount=0.1", "missing_country=0.1"],
        Some(u64::MAX),
        &[
            (RATIO, None, orders),
            (RATIO, bad_amount, days),
            (RATIO, bad_orders, orders),
            ("min_rows", None, None),
        ],
    );
}

#[test]
fn of_no_rows_none_are_rejected() {
    let segments = BTreeMap::from([("orders".to_owned(), SegmentCounts::default())]);
    assert_eq!(exceeded(&thresholds(&["0", "bad_country=0"], Some(0)), 0, 0, &segments), []);
    let expected = [Exceeded::MinRows { min: 1, found: 0 }];
    assert_eq!(exceeded(&thresholds(&["0"], Some(1)), 0, 0, &segments), expected);
}

#[test]
fn numbers_as_they_are_reported() {
    let found = exceeded(&thresholds(&["0.05", "bad_total_orders=0"], Some(1_000)), 10, 0, &segments());
    let expected = serde_json::json!([
        { "limit": "max_reject_ratio", "reason": null, "segment": "orders", "max": 0.05,
          "is_default": false, "found": 0.5, "rejected": 5, "selected": 10, "skipped": 0,
          "reasons": { "bad_voucher_amount": 2, "bad_total_orders": 3 } },
        { "limit": "max_reject_ratio", "reason": "bad_total_orders", "segment": "orders", "max": 0.0,
          "is_default": false, "found": 0.3, "rejected": 3, "selected": 10, "skipped": 0,
          "reasons": { "bad_total_orders": 3 } },
        { "limit": "min_rows", "min": 1000, "found": 10 },
    ]);
    assert_eq!(serde_json::to_value(&found).expect("JSON"), expected);
    let line = ThresholdError(found).to_string();
    for part in [
        "nothing is published: ",
        "orders rejects 5 of 10 rows, 0.500000 of them, and max_reject_ratio is 0.05; ",
        "orders rejects 3 of 10 rows as bad_total_orders, 0.300000 of them, \
         and max_reject_ratio is bad_total_orders=0; ",
        "10 rows are selected, and min_rows is 1000: ",
    ] {
        assert!(line.contains(part), "{part:?} is not in {line:?}");
    }
}

#[test]
fn what_is_beyond_never_looks_like_what_is_allowed() {
    let thresholds = thresholds(&["0.05"], None);
    let counts = |rejected| SegmentCounts {
        rejected: BTreeMap::from([(RejectReason::BadCountry, rejected)]),
        ..SegmentCounts::default()
    };
    let at = |rejected| {
        exceeded(&thresholds, 20_000_000_000, 0, &BTreeMap::from([("s".to_owned(), counts(rejected))]))
    };
    assert_eq!(at(1_000_000_000), []);
    let shown = at(1_000_000_001)[0].to_string();
    assert!(shown.contains("0.050001 of them"), "{shown}");
}

#[test]
fn rows_of_skipped_files_are_rejected_for_no_reason_of_an_event() {
    // Of 10 + 10 rows, `orders` rejects 5 + 10.
    for (ratio, skipped, expected) in [
        ("0.75", 10, None),
        ("0.749999999", 10, Some((15, 20, 10))),
        ("0.5", 0, None),
        ("0.5", 1, Some((6, 11, 1))),
        ("1", u64::MAX, None),
        ("bad_total_orders=0.3", 10, None),
        ("bad_total_orders=0.299999999", 10, Some((3, 10, 0))),
    ] {
        let found = exceeded(&thresholds(&[ratio], None), 10, skipped, &segments());
        let found = found.first().map(|one| match one {
            Exceeded::MaxRejectRatio { rejected, selected, skipped, .. } => (*rejected, *selected, *skipped),
            Exceeded::MinRows { .. } | Exceeded::Copies { .. } => panic!("{one:?}"),
        });
        assert_eq!(found, expected, "{ratio} {skipped}");
    }
    let found = exceeded(&thresholds(&["0"], Some(11)), 10, 10, &segments());
    assert_eq!(found[1], Exceeded::MinRows { min: 11, found: 10 }, "skipped rows are not selected ones");
    assert!(found[0].to_string().contains("15 of 20 rows with 10 in skipped files"), "{}", found[0]);
}

#[test]
fn rows_of_files_without_a_footer_are_taken_by_their_bytes() {
    let file = |rows, bytes| SkippedFile { url: String::new(), bytes, rows, problem: String::new() };
    for (files, rows_read, bytes_read, expected) in [
        (vec![], 100, 1_000, 0),
        (vec![file(Some(7), 1_000)], 100, 1_000, 7),
        (vec![file(None, 1_000)], 100, 1_000, 100),
        (vec![file(None, 1_001)], 100, 1_000, 101),
        (vec![file(None, 10), file(Some(0), 10), file(Some(5), 10)], 100, 1_000, 6),
        (vec![file(None, 0)], 100, 1_000, 1),
        (vec![file(None, 10)], 0, 0, 1),
        (vec![file(None, u64::MAX), file(None, u64::MAX)], u64::MAX, 1, u64::MAX),
    ] {
        assert_eq!(skipped_rows(&files, rows_read, bytes_read), expected, "{files:?}");
    }
}

#[test]
fn where_nobody_says_half_may_be_bad_or_missing() {
    use RejectReason::{
        BadCountry, BadTimestamp, EventBeforeFirstOrder, EventBeforeLastOrder, MissingCountry,
    };
    for (ratios, selected, rejected, expected) in [
        (&[][..], 10, &[(BadCountry, 5)][..], None),
        (&[], 10, &[(BadCountry, 6)], Some(6)),
        (&[], 9, &[(BadCountry, 4)], None),
        (&[], 9, &[(BadCountry, 5)], Some(5)),
        (&[], 10, &[(BadCountry, 3), (BadTimestamp, 3)], Some(6)),
        (&[], 10, &[(BadCountry, 3), (BadTimestamp, 2), (EventBeforeLastOrder, 5)], None),
        (&[], 10, &[(EventBeforeFirstOrder, 10)], None),
        // Rows without a country are in no table: only the others are checked.
        (&[], 10, &[(MissingCountry, 10)], None),
        (&[], 10, &[(MissingCountry, 6), (BadTimestamp, 2)], None),
        (&[], 10, &[(MissingCountry, 6), (BadTimestamp, 3)], Some(3)),
        (&["0.5"], 10, &[(MissingCountry, 6)], Some(6)),
        (&[], 1, &[(BadTimestamp, 1)], Some(1)),
        (&[], 0, &[], None),
        (&["1"], 10, &[(BadCountry, 10)], None),
        // Another limit replaces it, whether higher or lower, and counts every reason.
        (&["0.9"], 10, &[(BadCountry, 9)], None),
        (&["0.4"], 10, &[(EventBeforeLastOrder, 5)], Some(5)),
        // A limit for one reason does not.
        (&["bad_timestamp=1"], 10, &[(BadTimestamp, 6)], Some(6)),
        (&["bad_timestamp=1", "1"], 10, &[(BadTimestamp, 6)], None),
    ] {
        let found = exceeded(&thresholds(ratios, None), selected, 0, &one(rejected));
        let found: Vec<_> = found
            .iter()
            .map(|one| match one {
                Exceeded::MaxRejectRatio { reason: None, rejected, is_default, .. } => {
                    (*rejected, *is_default)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let is_default = !ratios.contains(&"0.4") && !ratios.contains(&"0.5");
        assert_eq!(
            found,
            expected.map(|rejected| (rejected, is_default)).into_iter().collect::<Vec<_>>(),
            "{ratios:?} {rejected:?}"
        );
    }
}

#[test]
fn where_nobody_says_rows_of_skipped_files_do_not_count() {
    use RejectReason::{BadCountry, BadTimestamp, EventBeforeLastOrder, MissingCountry};
    let rejected = [(BadCountry, 5), (EventBeforeLastOrder, 1)];
    assert_eq!(exceeded(&Thresholds::default(), 10, 1_000, &one(&rejected)), []);
    let rejected = [(MissingCountry, 7), (BadCountry, 4), (BadTimestamp, 2), (EventBeforeLastOrder, 1)];
    let found = exceeded(&Thresholds::default(), 17, 1_000, &one(&rejected));
    let expected = serde_json::json!([
        { "limit": "max_reject_ratio", "reason": null, "segment": "orders", "max": 0.5, "is_default": true,
          "found": 0.6, "rejected": 6, "selected": 10, "skipped": 0,
          "reasons": { "bad_country": 4, "bad_timestamp": 2 } },
    ]);
    assert_eq!(serde_json::to_value(&found).expect("JSON"), expected);
    let line = ThresholdError(found).to_string();
    for part in [
        "orders rejects 6 of 10 rows of a country as bad or missing (4 bad_country, 2 bad_timestamp), 0.600000 of them",
        "more than half, and max_reject_ratio is not set",
        "--max-reject-ratio 1 allows everything",
    ] {
        assert!(line.contains(part), "{part:?} is not in {line:?}");
    }
}

#[test]
fn copies_stop_a_run_only_where_they_are_to() {
    let copy = storage::CopiedObject {
        url: "s3://b/b\n".to_owned(),
        copy_of: "s3://b/a".to_owned(),
        bytes: 9,
        is_read: true,
    };
    let some = Copies { number: 3, not_read: 0, list: vec![copy] };
    for (on_copies, copies, expected) in [
        (None, &some, false),
        (Some(OnCopies::Warn), &some, false),
        (Some(OnCopies::ReadOnce), &some, false),
        (Some(OnCopies::Fail), &some, true),
        (Some(OnCopies::Fail), &Copies::default(), false),
    ] {
        let thresholds = Thresholds { copies: on_copies, ..Thresholds::default() };
        let found =
            super::exceeded(&thresholds, RunTotals { selected: 10, skipped: 0, segments: &one(&[]), copies });
        assert_eq!(!found.is_empty(), expected, "{on_copies:?} {copies:?}");
        if expected {
            let line = ThresholdError(found).to_string();
            let part = "3 files have the content of others, first s3://b/b\\n that of s3://b/a";
            assert!(line.contains(part), "{line}");
        }
    }
}
