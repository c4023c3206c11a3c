//! Finds countries whose keys differ by one letter: two spellings of one country, or two countries.
//!
//! It does not guess which of these it is; a line in the rules makes them one.

use super::neighbours::{Neighbours, neighbours};
use super::written_out::{toml_string, written_out};
use counts::partial::{CountryCounts, PartialCounts};
use schemars::JsonSchema;
use segments::value::CountryKey;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of pairs that are listed.
const PAIRS_MAX: usize = 1_000;

/// Countries whose keys differ by one letter: one more, one less, another, or two neighbours exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NearCountries {
    /// How many pairs there are. Where both keys have fewer than 4 letters they are none: codes such
    /// as `pe` and `pl` are nearly all one letter apart.
    pub number: u64,
    /// The pairs, that whose rarer country has the most events first, at most 1,000.
    pub pairs: Vec<NearPair>,
    /// Lines below `[countries]` in the rules that count as one what is listed: each rarer country
    /// as the most frequent one that it leads to, letter by letter.
    pub rules: Vec<String>,
}

/// Two countries whose keys differ by one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NearPair {
    /// The country of more events; of as many, that of the smaller key.
    pub frequent: NearCountry,
    /// The other.
    pub rarer: NearCountry,
    /// What counts the rarer as the other, as the only such line below `[countries]` in the rules.
    pub rule: String,
}

/// One of two countries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NearCountry {
    /// Its most frequent spelling. What is not seen is written out: `Pe\u{200b}ru`.
    pub country: String,
    /// Its key, likewise.
    pub key: String,
    /// Its events.
    pub events: u64,
}

/// A country of the history.
#[derive(Debug, Clone, Copy)]
struct Named<'a> {
    key: &'a CountryKey,
    spelling: &'a str,
    events: u64,
}

/// Near countries among all countries.
#[derive(Debug, Clone)]
pub(super) struct Near<'a> {
    /// Most events first, so that the rarer one of a pair comes later.
    countries: Vec<Named<'a>>,
    found: Neighbours,
}

impl<'a> Near<'a> {
    pub(super) fn of(counts: &'a PartialCounts) -> Self {
        let named = |(key, counts): (&'a CountryKey, &'a CountryCounts)| {
            Some(Named { key, spelling: counts.shown()?, events: counts.events() })
        };
        let mut countries: Vec<_> = counts.countries.iter().filter_map(named).collect();
        countries.sort_unstable_by_key(|country| (Reverse(country.events), country.key));
        let keys: Vec<_> = countries.iter().map(|country| country.key.as_str()).collect();
        let found = neighbours(&keys, PAIRS_MAX);
        Self { countries, found }
    }

    /// Returns the countries that are the rarer one of some pair, and their events.
    pub(super) fn rarer(&self) -> (u64, u64) {
        let rarer = &self.found.later;
        (rarer.len() as u64, rarer.iter().map(|country| self.countries[*country].events).sum())
    }

    /// Returns the spellings of the first pairs, one for each rarer country: (rarer, frequent).
    pub(super) fn first(&self, number: usize) -> Vec<(String, String)> {
        let mut seen = BTreeSet::new();
        let pairs = self.found.pairs.iter().filter(|(_, rarer)| seen.insert(*rarer)).take(number);
        let shown = |country: usize| written_out(self.countries[country].spelling);
        pairs.map(|(frequent, rarer)| (shown(*rarer), shown(*frequent))).collect()
    }

    pub(super) fn report(&self) -> NearCountries {
        let pairs = self.found.pairs.iter().map(|(frequent, rarer)| {
            let (frequent, rarer) = (self.countries[*frequent], self.countries[*rarer]);
            NearPair { frequent: frequent.shown(), rarer: rarer.shown(), rule: rarer.counted_as(frequent) }
        });
        NearCountries { number: self.found.number, pairs: pairs.collect(), rules: self.rules() }
    }

    /// Returns lines that the rules accept together: no name occurs twice, or stands for a country
    /// that is itself mapped to another.
    fn rules(&self) -> Vec<String> {
        let mut meant: BTreeMap<usize, usize> = BTreeMap::new();
        let mut lines = Vec::new();
        // The pairs of a more frequent country come first, so its own meaning is already known.
        for (frequent, rarer) in &self.found.pairs {
            if !meant.contains_key(rarer) {
                let last = meant.get(frequent).copied().unwrap_or(*frequent);
                meant.insert(*rarer, last);
                lines.push(self.countries[*rarer].counted_as(self.countries[last]));
            }
        }
        lines
    }
}

impl Named<'_> {
    fn counted_as(self, other: Self) -> String {
        format!("{} = {}", toml_string(self.key.as_str()), toml_string(other.spelling))
    }

    fn shown(self) -> NearCountry {
        NearCountry {
            country: written_out(self.spelling),
            key: written_out(self.key.as_str()),
            events: self.events,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::value::{Country, Field};

    fn counts(countries: &[(&str, u64)]) -> PartialCounts {
        let mut counts = PartialCounts::default();
        for (name, events) in countries {
            let Field::Value(country) = Country::read(name) else { panic!("{name}") };
            counts.country(&country, *events);
        }
        counts
    }

    #[test]
    fn the_rarer_of_a_pair_comes_second() {
        for (countries, expected) in [
            (&[("Peru", 9), ("Perru", 3)][..], &[("Peru", 9, "Perru", 3, "\"perru\" = \"Peru\"")][..]),
            (&[("Peru", 3), ("Perru", 9)], &[("Perru", 9, "Peru", 3, "\"peru\" = \"Perru\"")]),
            (&[("Peru", 3), ("Perru", 3)], &[("Perru", 3, "Peru", 3, "\"peru\" = \"Perru\"")]),
            (
                &[("Peru", 9), ("PERRU", 1), ("Per", 2), ("Chile", 9)],
                &[
                    ("Peru", 9, "Per", 2, "\"per\" = \"Peru\""),
                    ("Peru", 9, "PERRU", 1, "\"perru\" = \"Peru\""),
                ],
            ),
            (
                &[("Pe\u{200b}ru", 1), ("Peru", 2)],
                &[("Peru", 2, "Pe\\u{200b}ru", 1, "\"pe\\u200bru\" = \"Peru\"")],
            ),
            (&[("pe", 1), ("pl", 2), ("per", 3)], &[]),
        ] {
            let counts = counts(countries);
            let NearCountries { number, pairs, .. } = Near::of(&counts).report();
            let found: Vec<_> = pairs
                .iter()
                .map(|NearPair { frequent, rarer, rule }| {
                    (
                        frequent.country.as_str(),
                        frequent.events,
                        rarer.country.as_str(),
                        rarer.events,
                        rule.as_str(),
                    )
                })
                .collect();
            assert_eq!((number, &found[..]), (expected.len() as u64, expected), "{countries:?}");
        }
    }

    #[test]
    fn lines_are_taken_together() {
        for (countries, expected) in [
            (&[("Peru", 9), ("Chile", 3)][..], &[][..]),
            (&[("Peru", 9), ("Perru", 3)], &["\"perru\" = \"Peru\""]),
            // Near two countries: the more frequent one is meant.
            (&[("Peru", 9), ("Peruu", 5), ("Peruuu", 3)], &["\"peruu\" = \"Peru\"", "\"peruuu\" = \"Peru\""]),
            (&[("Peru", 9), ("Pera", 5), ("Perx", 3)], &["\"pera\" = \"Peru\"", "\"perx\" = \"Peru\""]),
            // Two independent pairs.
            (
                &[("Peru", 9), ("Perru", 5), ("Chile", 4), ("Cihle", 1)],
                &["\"perru\" = \"Peru\"", "\"cihle\" = \"Chile\""],
            ),
        ] {
            assert_eq!(Near::of(&counts(countries)).report().rules, expected, "{countries:?}");
        }
    }

    #[test]
    fn a_country_beside_several_is_counted_once() {
        let counts = counts(&[("Peru", 9), ("Pera", 7), ("Perx", 4), ("Chile", 5)]);
        let near = Near::of(&counts);
        assert_eq!(near.found.number, 3);
        assert_eq!(near.rarer(), (2, 11));
        let named = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(rarer, frequent)| ((*rarer).to_owned(), (*frequent).to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(near.first(9), named(&[("Pera", "Peru"), ("Perx", "Peru")]));
        assert_eq!(near.first(1), named(&[("Pera", "Peru")]));
    }
}
