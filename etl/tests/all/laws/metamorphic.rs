//! How the table must change if a random dirty history changes in a known way. These tests do not
//! know the right table: they compare whole tables with each other.

use crate::facts;
use crate::facts::change::{
    amount, counts, exchange, mapped, modes, rehashed, renamed, with_amounts, with_events,
};
use crate::facts::way::{EVENTS_MAX, any_way, read, table_of, usual, write};
use crate::facts::{Fact, any_history};
use crate::reference::{Column, Rules};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use segments::mode::Mode;

const SECONDS_PER_DAY: i64 = 86_400;
/// Sorted, like those of the histories.
const OTHER_AMOUNTS: &[&str] = &[
    "0.0001",
    "0.0002",
    "0.5",
    "1",
    "12.4999",
    "12.5",
    "99",
    "2640",
    "2641",
    "7920",
    "10560.25",
    "1000000000000",
];

fn any_rules() -> impl Strategy<Value = String> {
    (any::<bool>(), any::<bool>(), 0..16_u8).prop_map(|(has_gaps, has_country_wide, choice)| {
        let rules = if has_gaps { Rules::with_gaps() } else { Rules::described() }.cleaned(choice);
        if has_country_wide { rules.with_country_wide() } else { rules }.to_toml()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn copies_of_the_input_multiply_every_count_and_change_no_amount(
        events in any_history(1..EVENTS_MAX), rules in any_rules(), way in any_way(), copies in 2..=3_u64,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        for copy in 0..copies {
            write(&folder.path().join(format!("copy {copy}")), &events, &way);
        }
        let expected = with_events(table_of(&events, &rules, &usual()), |events| events * copies);
        prop_assert_eq!(read(folder.path(), &rules, &way, None), expected);
    }

    #[test]
    fn order_files_types_spellings_layout_and_threads_change_nothing(
        (events, shuffled) in any_history(1..EVENTS_MAX)
            .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
        rules in any_rules(),
        way in any_way(),
    ) {
        prop_assert_eq!(table_of(&shuffled, &rules, &way), table_of(&events, &rules, &usual()));
    }

    #[test]
    fn rows_of_a_country_change_no_other(
        events in any_history(1..EVENTS_MAX), others in any_history(1..EVENTS_MAX),
        is_valid in any::<bool>(), rules in any_rules(), way in any_way(),
    ) {
        let other = if is_valid { Fact::text("Japan") } else { Fact::Nothing };
        let others = mapped(&others, &[Column::Country], |_| other.clone());
        let expected = table_of(&events, &rules, &usual());
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &[events, others].concat(), &way);
        let mut table = read(folder.path(), &rules, &way, None);
        table.countries.retain(|country| country.key.as_str() != "japan");
        prop_assert_eq!(&table.countries, &expected.countries);
        for country in expected.countries {
            let alone = read(folder.path(), &rules, &way, Some(country.key.as_str()));
            prop_assert_eq!(alone.countries, [country]);
        }
    }

    #[test]
    fn another_name_moves_the_table_of_a_country(
        events in any_history(1..EVENTS_MAX), rules in any_rules(), way in any_way(),
    ) {
        let mut expected = table_of(&events, &rules, &usual());
        for country in expected.countries.iter_mut().filter(|country| country.key.as_str() == "peru") {
            country.key = "chad".parse().expect("a country");
            country.shown = renamed(&country.shown);
        }
        expected.countries.sort_by(|one, other| one.key.cmp(&other.key));
        let events = mapped(&events, &[Column::Country], |fact| match fact {
            Fact::Text(text) => Fact::text(&renamed(text)),
            other => other.clone(),
        });
        prop_assert_eq!(table_of(&events, &rules, &way), rehashed(expected));
    }

    #[test]
    fn other_amounts_in_the_same_order_stand_where_the_first_ones_did(
        events in any_history(1..EVENTS_MAX),
        amounts in subsequence(OTHER_AMOUNTS, facts::AMOUNTS.len()),
        rules in any_rules(), way in any_way(),
    ) {
        let (fact, exchanged) = exchange(facts::AMOUNTS, &amounts);
        let expected = with_amounts(table_of(&events, &rules, &usual()), exchanged);
        let events = mapped(&events, &[Column::Amount], fact);
        prop_assert_eq!(table_of(&events, &rules, &way), expected);
    }

    /// Here ties may go to another amount; nothing else may change.
    #[test]
    fn amounts_in_another_order_change_no_support(
        events in any_history(1..EVENTS_MAX), amounts in Just(facts::AMOUNTS.to_vec()).prop_shuffle(),
        rules in any_rules(), way in any_way(),
    ) {
        let (fact, exchanged) = exchange(facts::AMOUNTS, &amounts);
        let expected = with_amounts(table_of(&events, &rules, &usual()), exchanged);
        let table = table_of(&mapped(&events, &[Column::Amount], fact), &rules, &way);
        prop_assert_eq!(counts(&[&table]), counts(&[&expected]));
        let expected = modes(&expected);
        prop_assert_eq!(modes(&table).len(), expected.len());
        for (bucket, mode) in modes(&table) {
            let events = |mode: &Mode| (mode.support, mode.total, mode.runner_up.map(|(_, events)| events));
            let expected = expected[&bucket];
            prop_assert_eq!(events(&mode), events(&expected), "{:?}", bucket);
            let is_clear = mode.runner_up.is_none_or(|(_, events)| events < mode.support);
            prop_assert!(!is_clear || mode.voucher_amount == expected.voucher_amount, "{:?}", bucket);
        }
    }

    #[test]
    fn counts_of_two_histories_add_up(
        one in any_history(1..EVENTS_MAX), other in any_history(1..EVENTS_MAX),
        rules in any_rules(), way in any_way(),
    ) {
        let tables = [table_of(&one, &rules, &usual()), table_of(&other, &rules, &usual())];
        let both = table_of(&[one, other].concat(), &rules, &way);
        prop_assert_eq!(counts(&[&both]), counts(&[&tables[0], &tables[1]]));
    }

    #[test]
    fn days_passing_for_all_change_nothing(
        events in any_history(1..EVENTS_MAX), days in -20_000..20_000_i64,
        rules in any_rules(), way in any_way(),
    ) {
        let later = |fact: &Fact| match fact {
            Fact::Moment(second) => Fact::Moment(second + days * SECONDS_PER_DAY),
            other => other.clone(),
        };
        let shifted = mapped(&events, &[Column::Timestamp, Column::LastOrder, Column::FirstOrder], later);
        prop_assert_eq!(table_of(&shifted, &rules, &way), table_of(&events, &rules, &usual()));
    }

    #[test]
    fn an_event_that_comes_again_makes_no_other_amount_the_mode(
        events in any_history(1..EVENTS_MAX), event in any::<Index>(), times in 1..20_usize,
        rules in any_rules(), way in any_way(),
    ) {
        let event = event.get(&events).clone();
        let before = modes(&table_of(&events, &rules, &usual()));
        let after = modes(&table_of(&[events, vec![event.clone(); times]].concat(), &rules, &way));
        prop_assert_eq!(after.len(), before.len());
        for (bucket, mode) in after {
            let before = before[&bucket];
            let grown = mode.total - before.total;
            prop_assert!(grown == 0 || grown == times as u64, "{:?} by {}", bucket, grown);
            let own = match &event[Column::Amount as usize] {
                Fact::Number(number) if grown > 0 => Some(amount(number)),
                _ => None,
            };
            prop_assert!(
                mode.voucher_amount == before.voucher_amount || mode.voucher_amount == own,
                "{:?}: {:?} after {:?}", bucket, mode, before
            );
        }
    }
}
