use super::*;

fn amount(text: &str) -> Amount {
    Amount::read(text).value().unwrap_or(Amount::ZERO)
}

fn bucket(bucket: &str, counts: &[(&str, u64)], min_support: Option<u64>) -> (BucketRow, Vec<Count>) {
    let of = |(text, events): &(&str, u64)| (amount(text), *events);
    let row = BucketRow {
        segment: "s".to_owned(),
        bucket: bucket.to_owned(),
        mode: Mode::of(counts.iter().map(of)).held_to(min_support),
    };
    let count = |counted: &(&str, u64)| {
        let (amount, events) = of(counted);
        Count { segment: "s".to_owned(), bucket: bucket.to_owned(), amount, events }
    };
    (row, counts.iter().map(count).collect())
}

fn counted(counts: &[(&str, u64)], min_support: Option<u64>) -> Distribution {
    let (row, counts) = bucket("b", counts, min_support);
    Distribution::all_counted(&[row], &counts).remove(0)
}

fn published(counts: &[(&str, u64)], min_support: Option<u64>) -> Distribution {
    Distribution::published(&bucket("b", counts, min_support).0)
}

#[track_caller]
fn check(found: &Distribution, parts: &[(Option<&str>, u64, Rank)], rest: (u64, Option<u64>)) {
    let expected: Vec<_> = parts
        .iter()
        .map(|(text, events, rank)| AmountEvents { amount: text.map(amount), events: *events, rank: *rank })
        .collect();
    assert_eq!(found.parts, expected);
    assert_eq!((found.rest.events, found.rest.amounts), rest);
    let all = found.parts.iter().map(|part| part.events).sum::<u64>() + found.rest.events;
    assert_eq!(all, found.mode.total, "every event is in one part");
}

const MANY: [(&str, u64); 5] = [("9", 5), ("10", 7), ("8", 5), ("7", 1), ("0", 6)];

#[test]
fn a_run_knows_every_amount() {
    check(
        &counted(&MANY, None),
        &[
            (Some("10"), 7, Rank::Mode),
            (Some("8"), 5, Rank::RunnerUp),
            (Some("9"), 5, Rank::Other),
            (Some("7"), 1, Rank::Other),
            (Some("0"), 6, Rank::NeverServed),
        ],
        (0, Some(0)),
    );
    check(&counted(&[], None), &[], (0, Some(0)));
    check(&counted(&[("0", 3)], None), &[(Some("0"), 3, Rank::NeverServed)], (0, Some(0)));
    check(&counted(&[("10", 3)], Some(3)), &[(Some("10"), 3, Rank::Mode)], (0, Some(0)));
    check(&counted(&[("10", 3)], Some(4)), &[(Some("10"), 3, Rank::Withheld)], (0, Some(0)));
}

#[test]
fn a_table_knows_two_and_the_rest() {
    let two = [(Some("10"), 7, Rank::Mode), (Some("8"), 5, Rank::RunnerUp)];
    check(&published(&MANY, None), &two, (12, None));
    check(&published(&[], None), &[], (0, Some(0)));
    check(&published(&[("10", 3)], None), &[(Some("10"), 3, Rank::Mode)], (0, Some(0)));
    check(&published(&[("0", 3)], None), &[], (3, None));
    // A withheld amount is not in the table, but its events are.
    check(&published(&[("10", 3)], Some(4)), &[(None, 3, Rank::Withheld)], (0, Some(0)));
}

#[test]
fn what_is_left_out_is_in_the_rest() {
    let all = counted(&MANY, None);
    for (parts_max, parts, rest) in
        [(0, 0, (24, Some(5))), (2, 2, (12, Some(3))), (5, 5, (0, Some(0))), (6, 5, (0, Some(0)))]
    {
        let short = all.shortened(parts_max);
        assert_eq!((short.parts.len(), (short.rest.events, short.rest.amounts)), (parts, rest));
        assert_eq!(short.mode, all.mode);
    }
    let short = published(&MANY, None).shortened(1);
    assert_eq!((short.rest.events, short.rest.amounts), (17, None));
}

#[test]
fn events_of_an_amount_where_they_are_known() {
    for (found, text, expected) in [
        (counted(&MANY, None), "8", Some(5)),
        (counted(&MANY, None), "11", Some(0)),
        (published(&MANY, None), "8", Some(5)),
        (published(&MANY, None), "9", None),
        (published(&[("10", 3)], None), "9", Some(0)),
        (published(&[("10", 3)], Some(4)), "10", None),
        (published(&[], None), "10", Some(0)),
    ] {
        assert_eq!(found.events_of(amount(text)), expected, "{text} of {found:?}");
    }
    assert!(counted(&MANY, None).is_mode(amount("10")) && !counted(&MANY, None).is_mode(amount("8")));
    assert!(!counted(&MANY, Some(99)).is_mode(amount("10")), "what is withheld is not served");
}

#[test]
fn modes_first_then_the_most_used() {
    let buckets = [
        counted(&[("1", 2), ("5", 100), ("6", 99)], None),
        counted(&[("1", 3), ("6", 2), ("7", 2)], None),
        counted(&[], None),
    ];
    for (amounts_max, expected) in [
        (0, &[][..]),
        // 1 is a mode with few events; 6 is not a mode but has many.
        (2, &["1", "5"]),
        (3, &["1", "5", "6"]),
        (9, &["1", "5", "6", "7"]),
    ] {
        let (amounts, all) = most_used(&buckets, amounts_max);
        assert_eq!(amounts, expected.iter().map(|text| amount(text)).collect::<Vec<_>>());
        assert_eq!(all, 4);
    }
}
