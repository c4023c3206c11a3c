//! Partial counts: (country, segment, bucket, amount) -> events, for part of the input.
//!
//! [`PartialCounts::merge`] is commutative and associative, so neither the number of threads nor
//! the order of arrival changes a byte of the result.

use crate::error::CountError;
use foldhash::HashMap;
use segments::reason::RejectReason;
use segments::value::{Amount, Country, CountryKey};
use std::collections::BTreeMap;
use std::hash::Hash;

/// Maximum number of distinct cells, of all countries and segments together. A history has a few
/// thousand; with more than this, the amounts are not amounts.
const CELLS_MAX: usize = 200_000;
/// Maximum number of distinct spellings, of all countries together. There are some two hundred
/// countries.
const SPELLINGS_MAX: usize = 20_000;

/// Where an event is counted: a bucket by its index, or outside every bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// A bucket, by its index in the segment.
    Bucket(usize),
    /// Outside every bucket.
    Unclassified,
}

/// The key of a count within one country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// The segment, by its index among the splits of the rules.
    pub segment: usize,
    /// The bucket.
    pub slot: Slot,
    /// The amount.
    pub amount: Amount,
}

/// The counts of one country. For each segment, `cells` and `rejected` add up to all its events,
/// unless the country is not selected: then only its spellings are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountryCounts {
    /// Events by spelling of the country.
    pub spellings: HashMap<String, u64>,
    /// Events by segment, bucket and amount.
    pub cells: HashMap<Cell, u64>,
    /// Rejected events, by the segment's index and the reason.
    pub rejected: HashMap<(usize, RejectReason), u64>,
}

/// The counts of a part of the input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartialCounts {
    /// By country.
    pub countries: HashMap<CountryKey, CountryCounts>,
    /// Events without a country.
    pub missing_country: u64,
    /// Events with a bad country.
    pub bad_country: u64,
}

impl CountryCounts {
    /// Returns the number of all events of the country.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.spellings.values().sum()
    }

    /// Returns the most frequent spelling; ties go to the smaller one.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        let rank = |(spelling, events): &(&String, &u64)| (**events, std::cmp::Reverse((*spelling).clone()));
        self.spellings.iter().max_by_key(rank).map(|(spelling, _)| spelling.as_str())
    }

    /// Adds the same country's counts from another part.
    pub fn merge(&mut self, other: Self) {
        add_all(&mut self.spellings, other.spellings);
        add_all(&mut self.cells, other.cells);
        add_all(&mut self.rejected, other.rejected);
    }
}

impl PartialCounts {
    /// Adds the counts of another part.
    ///
    /// # Errors
    ///
    /// If there are more distinct countries or cells than a history can have.
    pub fn merge(mut self, other: Self) -> Result<Self, CountError> {
        // The larger map stays as it is.
        let (mut counts, other) = if self.countries.len() >= other.countries.len() {
            (std::mem::take(&mut self), other)
        } else {
            (other, self)
        };
        counts.missing_country += other.missing_country;
        counts.bad_country += other.bad_country;
        for (country, more) in other.countries {
            counts.countries.entry(country).or_default().merge(more);
        }
        counts.check()?;
        Ok(counts)
    }

    /// Checks that the counts stay within the memory meant for them.
    ///
    /// # Errors
    ///
    /// If they do not.
    pub fn check(&self) -> Result<(), CountError> {
        let sum = |of: fn(&CountryCounts) -> usize| self.countries.values().map(of).sum::<usize>();
        if sum(|counts| counts.spellings.len()) > SPELLINGS_MAX {
            return Err(CountError::TooManyCountries { max: SPELLINGS_MAX });
        }
        if sum(|counts| counts.cells.len()) > CELLS_MAX {
            return Err(CountError::TooManyAmounts { max: CELLS_MAX });
        }
        Ok(())
    }

    /// Adds `events` events with this spelling of a country, and returns the country's counts.
    pub fn country(&mut self, country: &Country, events: u64) -> &mut CountryCounts {
        let counts = self.countries.entry(country.key.clone()).or_default();
        *counts.spellings.entry(country.spelling.clone()).or_default() += events;
        counts
    }

    /// Returns the spelling to show for each country, sorted by key.
    #[must_use]
    pub fn shown(&self) -> BTreeMap<&CountryKey, &str> {
        self.countries.iter().filter_map(|(key, counts)| Some((key, counts.shown()?))).collect()
    }
}

fn add_all<K: Eq + Hash>(counts: &mut HashMap<K, u64>, more: HashMap<K, u64>) {
    counts.reserve(more.len());
    for (key, events) in more {
        *counts.entry(key).or_default() += events;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::value::Field;

    fn counts(countries: usize, amounts: usize) -> PartialCounts {
        let mut counts = PartialCounts::default();
        for country in 0..countries {
            let Field::Value(country) = Country::read(&format!("country {country}")) else { unreachable!() };
            let counts = counts.country(&country, 1);
            for amount in 0..amounts {
                let amount = Amount::read(&format!("{}", amount + 1)).value().expect("an amount");
                counts.cells.insert(Cell { segment: 0, slot: Slot::Unclassified, amount }, 1);
            }
        }
        counts
    }

    #[test]
    fn what_memory_is_meant_for() {
        for (countries, amounts, expected) in [
            (1, CELLS_MAX, true),
            (1, CELLS_MAX + 1, false),
            (SPELLINGS_MAX, 1, true),
            (SPELLINGS_MAX + 1, 1, false),
        ] {
            let counts = counts(countries, amounts);
            assert_eq!(counts.check().is_ok(), expected, "{countries} countries, {amounts} amounts");
            assert_eq!(PartialCounts::default().merge(counts).is_ok(), expected, "merged");
        }
        let merged = counts(1, CELLS_MAX / 2).merge(counts(2, CELLS_MAX / 2));
        assert!(matches!(merged.map(|_| ()), Ok(())), "two countries share half the cells");
        let merged = counts(2, CELLS_MAX / 2).merge(counts(3, CELLS_MAX / 2));
        assert!(matches!(merged, Err(CountError::TooManyAmounts { .. })), "three are too many");
    }
}
