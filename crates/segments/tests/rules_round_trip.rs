//! Rules are the same as written, as published and as read back. Rules have different hashes if,
//! and only if, they give different answers.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use segments::rules::{Rules, RulesFile};
use std::fmt::Write;

const SEGMENTS: [&str; 4] = ["frequent_segment", "zz \"quoted\" ü", "a", "Recency"];
const MEASURES: [&str; 3] = ["total_orders", "days_since_last_order", "days_since_first_order"];

/// A rules file, in parts whose order does not matter.
#[derive(Debug, Clone)]
struct Written {
    min_support: Option<u64>,
    segments: Vec<String>,
    cleaning: String,
    names: String,
    fallback: Vec<String>,
}

impl Written {
    fn toml(&self, limits: &str) -> String {
        let mut toml = String::new();
        if let Some(events) = self.min_support {
            writeln!(toml, "min_support = {events}").expect("a string");
        }
        toml.extend(self.segments.iter().map(String::as_str));
        toml.push_str(&self.cleaning);
        toml.push_str(&self.names);
        if !self.fallback.is_empty() {
            writeln!(toml, "[fallback]\norder = {:?}", self.fallback).expect("a string");
        }
        toml.push_str(limits);
        toml
    }

    #[track_caller]
    fn rules(&self) -> Rules {
        let toml = self.toml("");
        Rules::from_toml(&toml, "my.toml").unwrap_or_else(|error| panic!("{error}\n{toml}"))
    }
}

/// Returns buckets between ascending borders in any order: some left out, the last one open or not.
fn any_buckets() -> impl Strategy<Value = String> {
    let borders = prop::collection::btree_set(0..1_000_u64, 2..7);
    (borders, any::<bool>(), any::<u8>()).prop_flat_map(|(borders, is_open, gaps)| {
        let borders: Vec<u64> = borders.into_iter().collect();
        let mut buckets: Vec<String> = borders
            .windows(2)
            .enumerate()
            .filter(|(at, _)| *at == 0 || gaps & (1 << at) == 0)
            .map(|(_, pair)| {
                format!("{{ label = \"{}-{}\", from = {}, below = {} }}", pair[0], pair[1], pair[0], pair[1])
            })
            .collect();
        if is_open {
            let from = borders[borders.len() - 1];
            buckets.push(format!("{{ label = \"{from}+\", from = {from} }}"));
        }
        Just(buckets).prop_shuffle().prop_map(|buckets| buckets.join(", "))
    })
}

fn any_segment(name: &'static str) -> impl Strategy<Value = String> {
    (select(&MEASURES[..]), any_buckets()).prop_map(move |(measure, buckets)| {
        format!("[[segment]]\nname = {name:?}\nmeasure = {measure:?}\nbuckets = [{buckets}]\n")
    })
}

fn any_cleaning() -> impl Strategy<Value = String> {
    let zero = || select(&["0", "\"reject\""][..]);
    let before = || select(&["\"unclassified\"", "\"reject\""][..]);
    prop::option::of((zero(), zero(), before(), before())).prop_map(|chosen| {
        chosen.map_or(String::new(), |(orders, amount, last, first)| {
            format!(
                "[cleaning]\nmissing_total_orders = {orders}\nmissing_voucher_amount = {amount}\n\
                 event_before_last_order = {last}\nevent_before_first_order = {first}\n"
            )
        })
    })
}

/// Returns missing texts, at the end of the cleaning; columns and countries.
fn any_names() -> impl Strategy<Value = (String, String)> {
    let texts = || prop::option::of(subsequence(vec!["?", "NULL", "ü\\"], 0..=3));
    let columns =
        vec!["", "timestamp = \"event time\"\n", "last_order_ts = { name = \"ü\", epoch = \"ns\" }\n"];
    let countries = vec!["", "\"tür key\" = \"Türkiye\"\n", "a = \"b\"\nc = \"b\"\n"];
    (texts(), texts(), select(columns), select(countries)).prop_map(
        |(texts, country_texts, columns, countries)| {
            let list = |key: &str, texts: Option<Vec<&str>>| {
                texts.map(|texts| format!("{key} = {texts:?}\n")).unwrap_or_default()
            };
            let missing = list("missing_texts", texts) + &list("missing_country_texts", country_texts);
            (missing, format!("[columns]\n{columns}[countries]\n{countries}"))
        },
    )
}

fn any_written() -> impl Strategy<Value = Written> {
    let min_support = prop::option::of(prop_oneof![Just(1), Just(1_000_000_000), 1..1_000_000_000_u64]);
    (subsequence(&SEGMENTS[..], 1..=SEGMENTS.len()).prop_shuffle(), min_support, any_cleaning(), any_names())
        .prop_flat_map(|(names, min_support, cleaning, (missing, sources))| {
            let cleaning = match (cleaning.as_str(), missing.as_str()) {
                ("", "") => String::new(),
                ("", missing) => format!("[cleaning]\n{missing}"),
                (cleaning, missing) => format!("{cleaning}{missing}"),
            };
            let segments: Vec<_> = names.iter().map(|name| any_segment(name)).collect();
            let places: Vec<String> = names.iter().chain(&["country"]).map(ToString::to_string).collect();
            let count = 0..=places.len();
            (segments, subsequence(places, count).prop_shuffle()).prop_map(move |(segments, fallback)| {
                Written {
                    min_support,
                    segments,
                    cleaning: cleaning.clone(),
                    names: sources.clone(),
                    fallback,
                }
            })
        })
}

fn any_limits() -> impl Strategy<Value = String> {
    let ratio = || (0..=1_000_000_000_u32).prop_map(|parts| (f64::from(parts) / 1e9).to_string());
    let reasons = select(&["missing_country", "bad_voucher_amount", "event_before_last_order"][..]);
    (prop::option::of(ratio()), reasons, ratio(), prop::option::of(0..u64::MAX / 2)).prop_map(
        |(overall, reason, ratio, min_rows)| {
            let overall = overall.map(|ratio| format!("overall = {ratio}, ")).unwrap_or_default();
            let min_rows = min_rows.map(|rows| format!("min_rows = {rows}\n")).unwrap_or_default();
            format!("[limits]\nmax_reject_ratio = {{ {overall}{reason} = {ratio} }}\n{min_rows}")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_published_is_what_was_written(written in any_written(), limits in any_limits()) {
        let rules = written.rules();
        prop_assert_eq!(rules.min_support(), written.min_support);
        prop_assert_eq!(rules.segments().len(), written.segments.len());
        let read_back = Rules::from_canonical(&rules.canonical()).expect("published rules are valid");
        prop_assert_eq!(&read_back, &rules);
        prop_assert_eq!(read_back.canonical(), rules.canonical());
        prop_assert_eq!(read_back.hash(), rules.hash());

        let limited = written.toml(&limits);
        let limited = RulesFile::from_toml(&limited, "my.toml").expect(&limited);
        prop_assert_eq!(limited.rules.canonical(), rules.canonical(), "[limits] are no part of the rules");
        prop_assert!(limited.thresholds != segments::rules::Thresholds::default());

        let mut reversed = written.clone();
        reversed.segments.reverse();
        prop_assert_eq!(reversed.rules().canonical(), rules.canonical(), "the order of segments is not either");
    }

    #[test]
    fn min_support_is_in_the_canonical_form_where_it_is_set_and_nowhere_else(
        written in any_written(),
        other in prop::option::of(1..1_000_000_000_u64),
    ) {
        let rules = written.rules();
        let without = Written { min_support: None, ..written.clone() }.rules();
        prop_assert!(!without.canonical().contains("min_support"));
        let expected = match written.min_support {
            None => without.canonical(),
            Some(events) => without
                .canonical()
                .replacen(r#","segments":["#, &format!(r#","min_support":{events},"segments":["#), 1),
        };
        prop_assert_eq!(rules.canonical(), expected);
        let changed = Written { min_support: other, ..written.clone() }.rules();
        prop_assert_eq!(changed.hash() == rules.hash(), other == written.min_support);
    }
}

#[test]
fn both_sides_of_what_min_support_may_be() {
    let written =
        |events: &str| format!("# A comment.\nmin_support = {events}\n{}", segments::rules::RULES_DEFAULT);
    for (events, expected) in [
        ("1", Some(1)),
        ("1_000_000_000", Some(1_000_000_000)),
        ("0", None),
        ("1_000_000_001", None),
        ("9223372036854775807", None),
        ("9223372036854775808", None),
        ("-1", None),
        ("30.0", None),
        ("\"30\"", None),
        ("[30]", None),
    ] {
        match (Rules::from_toml(&written(events), "my.toml"), expected) {
            (Ok(rules), Some(_)) => assert_eq!(rules.min_support(), expected, "{events}"),
            (Err(error), None) => {
                let text = error.to_string();
                assert!(text.starts_with("my.toml:2: "), "{events}: {text}");
                // TOML itself has no room for such a number, so its error names no key.
                assert!(text.contains("min_support") || events.len() == 19, "{events}: {text}");
            }
            (rules, _) => panic!("{events}: {rules:?}"),
        }
    }
    let misplaced = format!("{}\nmin_support = 30\n", segments::rules::RULES_DEFAULT);
    let error = Rules::from_toml(&misplaced, "my.toml").expect_err("it is in the table above it");
    assert_eq!(error.key, "cleaning.min_support");
}

#[test]
fn published_rules_are_held_to_the_same_bounds() {
    let canonical = Rules::default().canonical();
    for (events, expected) in [
        ("30", Some(Some(30))),
        ("null", Some(None)),
        ("0", None),
        ("1000000001", None),
        ("-1", None),
        ("30.5", None),
        ("\"30\"", None),
    ] {
        let published =
            canonical.replacen(r#","segments":["#, &format!(r#","min_support":{events},"segments":["#), 1);
        let rules = Rules::from_canonical(&published);
        assert_eq!(rules.ok().map(|rules| rules.min_support()), expected, "{events}");
    }
}
