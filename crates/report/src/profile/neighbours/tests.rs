use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The number of letters to insert, delete, replace or exchange with their neighbour, from the
/// table of all prefixes of both.
fn distance(one: &str, other: &str) -> usize {
    let [one, other]: [Vec<char>; 2] = [one, other].map(|name| name.chars().collect());
    let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            let mut ways = Vec::new();
            if i == 0 || j == 0 {
                ways.push(i + j);
            } else {
                ways.push(table[i - 1][j] + 1);
                ways.push(table[i][j - 1] + 1);
                ways.push(table[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]));
            }
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                ways.push(table[i - 2][j - 2] + 1);
            }
            table[i][j] = ways.into_iter().min().expect("there is a way");
        }
    }
    table[one.len()][other.len()]
}

fn naive(names: &[&str], pairs_max: usize) -> Neighbours {
    let mut pairs = Vec::new();
    for later in 0..names.len() {
        for earlier in 0..later {
            let letters = names[earlier].chars().count().max(names[later].chars().count());
            if letters >= 4 && distance(names[earlier], names[later]) == 1 {
                pairs.push((earlier, later));
            }
        }
    }
    let later: BTreeSet<_> = pairs.iter().map(|(_, later)| *later).collect();
    let number = pairs.len() as u64;
    pairs.truncate(pairs_max);
    Neighbours { number, pairs, later: later.into_iter().collect() }
}

#[test]
fn one_letter_and_no_more() {
    for (one, other, expected) in [
        ("peru", "perru", true),
        ("peru", "per", true),
        ("peru", "xperu", true),
        ("peru", "perux", true),
        ("peru", "pera", true),
        ("peru", "xeru", true),
        ("peru", "epru", true),
        ("peru", "peur", true),
        ("peru", "pe\u{200b}ru", true),
        ("peru", "perü", true),
        ("türkiye", "turkiye", true),
        ("秘鲁共和", "秘鲁和", true),
        ("aaaa", "aaa", true),
        ("iran", "iraq", true),
        // Two letters differ.
        ("peru", "perrru", false),
        ("peru", "pe", false),
        ("peru", "paru ", false),
        ("peru", "uerp", false),
        ("peru", "erup", false),
        ("türkiye", "turkije", false),
        ("abcd", "badc", false),
        // Codes.
        ("per", "pe", false),
        ("per", "pes", false),
        ("usa", "aus", false),
        ("pe", "ep", false),
        ("p", "", false),
    ] {
        let pairs = if expected { vec![(0, 1)] } else { vec![] };
        for names in [[one, other], [other, one]] {
            assert_eq!(neighbours(&names, 9).pairs, pairs, "{names:?}");
        }
        let letters = one.chars().count().max(other.chars().count());
        assert!(letters < LETTERS_MIN || (distance(one, other) == 1) == expected, "{one:?}, {other:?}");
    }
}

#[test]
fn those_of_the_first_names_are_listed() {
    // All are near each other.
    let names: Vec<String> = ('a'..='z').map(|letter| format!("per{letter}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (pairs_max, expected) in [(0, vec![]), (1, vec![(0, 1)]), (4, vec![(0, 1), (0, 2), (1, 2), (0, 3)])] {
        let found = neighbours(&names, pairs_max);
        assert_eq!((found.number, found.pairs), (26 * 25 / 2, expected));
        assert_eq!(found.later, (1..26).collect::<Vec<_>>());
    }
    assert_eq!(neighbours(&names, 325).pairs.len(), 325);
    assert_eq!(neighbours(&names, 326).pairs.len(), 325);
    assert_eq!(neighbours(&[], 9), Neighbours::default());
}

#[test]
fn as_many_names_as_a_history_may_have() {
    // All 200 million pairs are near: they are counted without visiting each.
    let names: Vec<String> = ('\u{4e00}'..).take(20_000).map(|letter| format!("per{letter}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let found = neighbours(&names, 1_000);
    assert_eq!((found.number, found.pairs.len(), found.later.len()), (199_990_000, 1_000, 19_999));
}

proptest! {
    #[test]
    fn as_by_comparing_each_with_each(
        names in prop::collection::btree_set("[aé鲁]{0,6}", 0..40),
        turn in any::<prop::sample::Index>(),
        pairs_max in 0..60_usize,
    ) {
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        if !names.is_empty() {
            let turn = turn.index(names.len());
            names.rotate_left(turn);
        }
        prop_assert_eq!(neighbours(&names, pairs_max), naive(&names, pairs_max));
    }
}
