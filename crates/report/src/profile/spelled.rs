//! Countries with several texts in the files.

use super::columns::Spelling;
use super::input::ProfileInput;
use super::written_out::written_out;
use counts::facts::top;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use storage::shown;

/// Maximum number of countries that are listed, and of texts for each.
const COUNTRIES_MAX: usize = 1_000;
const SPELLINGS_MAX: usize = 20;

/// Countries that several spellings were taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SeveralSpellings {
    /// How many such countries there are.
    pub number: u64,
    /// Whether spellings are told apart as they stand in the files. Where more than 20,000 differ,
    /// they are told apart as they were read: without blanks around them.
    pub is_exact: bool,
    /// The countries, that of the most events first, at most 1,000.
    pub countries: Vec<SpelledCountry>,
}

/// A country that several spellings were taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SpelledCountry {
    /// The country as it is shown.
    pub country: String,
    /// Its events.
    pub events: u64,
    /// How many spellings were taken for it.
    pub spellings_number: u64,
    /// The most frequent of them, at most 20, as they stand in the files. What is not seen is written
    /// out: `Peru\u{a0}`. Of a spelling of more than 256 bytes its beginning, without blanks around it.
    pub spellings: Vec<Spelling>,
}

impl SeveralSpellings {
    pub(super) fn of(found: &ProfileInput<'_>) -> Self {
        let is_exact = !found.facts.texts.are_too_many();
        let spelled = found.counts.countries.iter().filter_map(|(key, counts)| {
            let spellings: Vec<_> = if is_exact {
                found.facts.texts.of(key)
            } else {
                counts.spellings.iter().map(|(spelling, events)| (spelling.as_str(), *events)).collect()
            };
            (spellings.len() > 1).then_some((key, counts, spellings))
        });
        let mut spelled: Vec<_> = spelled.collect();
        spelled.sort_unstable_by_key(|(key, counts, _)| (Reverse(counts.events()), *key));
        let number = spelled.len() as u64;
        let listed = spelled.into_iter().take(COUNTRIES_MAX);
        let listed = listed.map(|(_, counts, spellings)| SpelledCountry {
            country: shown(counts.shown().unwrap_or_default()).into_owned(),
            events: counts.events(),
            spellings_number: spellings.len() as u64,
            spellings: top(spellings, SPELLINGS_MAX)
                .into_iter()
                .map(|(spelling, events)| Spelling { spelling: written_out(spelling), events })
                .collect(),
        });
        Self { number, is_exact, countries: listed.collect() }
    }
}
