use super::*;
use crate::partial::{Cell, Slot};
use segments::mode::Mode;
use segments::rules::UNKNOWN;
use segments::value::Amount;
use segments::value::Field;

fn country_of(text: &str) -> Country {
    Country::read(text).value().expect("a country")
}

fn amount(text: &str) -> Amount {
    match Amount::read(text) {
        Field::Value(amount) => amount,
        _ => Amount::ZERO,
    }
}

/// Seven events of Peru: five counted, one unclassified and one rejected, in both segments; two of
/// Chile; one without a country and one with a bad country.
fn counts() -> PartialCounts {
    let mut counts = PartialCounts { missing_country: 1, bad_country: 1, ..PartialCounts::default() };
    counts.country(&country_of("Peru"), 3);
    counts.country(&country_of("PERU"), 1);
    let peru = counts.country(&country_of("peru "), 3);
    for segment in 0..2 {
        for (slot, text, events) in [
            (Slot::Bucket(0), "2640", 2),
            (Slot::Bucket(0), "12.5", 2),
            (Slot::Bucket(2), "2640", 1),
            (Slot::Unclassified, "2640", 1),
        ] {
            peru.cells.insert(Cell { segment, slot, amount: amount(text) }, events);
        }
        peru.rejected.insert((segment, RejectReason::BadVoucherAmount), 1);
    }
    let chile = counts.country(&country_of("Chile"), 2);
    for segment in 0..2 {
        chile.cells.insert(Cell { segment, slot: Slot::Bucket(1), amount: amount("1") }, 2);
    }
    counts
}

fn read(footer_rows: u64, pruned_rows: u64) -> Read {
    Read { footer_rows, pruned_rows, pruned_countries: BTreeSet::from([country_of("Norway")]) }
}

fn evaluated(selection: Option<&str>, footer: u64) -> Result<EvaluatedTable> {
    let selection = selection.map_or(Selection::ALL, |name| Selection::from_iter([country_of(name).key]));
    let pruned = BTreeSet::from([country_of("Latvia")]);
    let total = Total { counts: counts(), read: read(footer, 0) };
    evaluate(&total, &Rules::default(), &selection, &pruned)
}

#[test]
fn all_countries() {
    let table = evaluated(None, 11).expect("every row is accounted for");
    assert_eq!(table.rows, RowCounts { footer: 11, selected: 11, ..RowCounts::default() });
    let keys: Vec<_> = table.countries.iter().map(|country| country.key.as_str()).collect();
    assert_eq!(keys, ["chile", "peru"]);
    let totals = &table.segments["frequent_segment"];
    assert_eq!((totals.counted, totals.unclassified), (7, 1));
    assert_eq!(totals.rejected.values().sum::<u64>(), 3);
    let peru = &table.countries[1];
    assert_eq!(peru.shown, "Peru", "three each of Peru and peru: the smaller one");
    assert_eq!(peru.rows.len(), 8, "every bucket, empty ones too");
    let first = &peru.rows[0];
    assert_eq!((first.bucket.as_str(), first.mode.total), ("0-4", 4));
    assert_eq!(first.mode.voucher_amount, Some(amount("12.5")), "the smaller of two equals");
    assert_eq!(peru.rows[1].mode, Mode::default());
    assert_eq!(peru.counts.iter().filter(|count| count.bucket == UNKNOWN).count(), 2);
}

#[test]
fn one_country_has_the_same_rows_and_hash() {
    let all = evaluated(None, 11).expect("valid");
    let one = evaluated(Some("PERU"), 11).expect("valid");
    assert_eq!(one.rows, RowCounts { footer: 11, selected: 7, other_country: 2, no_country: 2, pruned: 0 });
    assert_eq!(one.countries, all.countries[1..]);
    assert_eq!(one.result_hash, all.countries[1].result_hash);
    assert_ne!(one.result_hash, all.result_hash);
}

#[test]
fn pruned_rows_are_accounted_for() {
    let selection = Selection::from_iter([country_of("Peru").key]);
    let with = |read: Read| {
        let total = Total { counts: counts(), read };
        evaluate(&total, &Rules::default(), &selection, &BTreeSet::new())
    };
    let rows = with(read(14, 3)).expect("valid").rows;
    assert_eq!(rows, RowCounts { footer: 14, selected: 7, other_country: 2, no_country: 2, pruned: 3 });
    assert!(with(read(14, 2)).is_err());
}

#[test]
fn lost_rows_stop_the_run() {
    for footer in [10, 12] {
        assert!(evaluated(None, footer).is_err());
    }
    let mut counts = counts();
    counts.countries.get_mut(&country_of("peru").key).expect("there").rejected.clear();
    let total = Total { counts, read: read(11, 0) };
    assert!(evaluate(&total, &Rules::default(), &Selection::ALL, &BTreeSet::new()).is_err());
}

#[test]
fn an_unknown_country_is_told_which_there_are() {
    let error = evaluated(Some("Narnia"), 11).expect_err("unknown");
    let Some(CountError::UnknownCountry { country, found }) = error.downcast_ref() else {
        panic!("{error:#}");
    };
    assert_eq!((country.as_str(), found.as_str()), ("narnia", "Chile, Latvia, Norway, Peru"));
}
