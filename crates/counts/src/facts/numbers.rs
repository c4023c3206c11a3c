//! Counts how often each whole number occurs: most in an array, the rest in a [`Tally`].

use super::distinct::Distinct;
use super::tally::Tally;
use std::ops::Range;

/// Events by number.
#[derive(Debug, Clone)]
pub struct Numbers {
    usual: Range<i32>,
    /// By number, starting with the first usual one.
    dense: Vec<u64>,
    rest: Tally<i32>,
}

impl Numbers {
    /// Returns empty counts, with room for the usual numbers.
    #[must_use]
    pub fn new(usual: Range<i32>) -> Self {
        let dense = vec![0; usual.len()];
        Self { usual, dense, rest: Tally::default() }
    }

    /// Adds `events` events, at least one, to a number.
    pub fn add(&mut self, number: i32, events: u64) {
        if !self.add_usual(number, events) {
            self.rest.add(number, events);
        }
    }

    /// Adds `events` events to a number if it is usual; returns whether it is.
    pub fn add_usual(&mut self, number: i32, events: u64) -> bool {
        let place = number.wrapping_sub(self.usual.start).cast_unsigned() as usize;
        let Some(count) = self.dense.get_mut(place) else { return false };
        *count += events;
        true
    }

    /// Adds other counts, made for the same usual numbers.
    pub fn merge(&mut self, other: Self) {
        for (count, more) in self.dense.iter_mut().zip(other.dense) {
            *count += more;
        }
        self.rest.merge(other.rest);
    }

    fn usual(&self) -> impl DoubleEndedIterator<Item = (i32, u64)> + '_ {
        self.usual.clone().zip(self.dense.iter().copied()).filter(|(_, events)| *events > 0)
    }

    /// Returns the smallest and the largest number.
    #[must_use]
    pub fn range(&self) -> Option<(i32, i32)> {
        let mut usual = self.usual().map(|(number, _)| number);
        let first = usual.next();
        let dense = first.map(|first| (first, usual.next_back().unwrap_or(first)));
        match (dense, self.rest.range()) {
            (Some((low, high)), Some((lower, higher))) => Some((low.min(lower), high.max(higher))),
            (dense, rest) => dense.or(rest),
        }
    }

    /// Returns the number of distinct numbers.
    #[must_use]
    pub fn distinct(&self) -> Distinct {
        let Distinct { values, is_exact } = self.rest.distinct();
        Distinct { values: values + self.usual().count() as u64, is_exact }
    }

    /// Returns the numbers and their events, in order; without unusual ones if those are too many.
    #[must_use]
    pub fn sorted(&self) -> Vec<(i32, u64)> {
        let mut sorted = self.rest.sorted();
        sorted.extend(self.usual());
        sorted.sort_unstable();
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn of(values: &[i32]) -> Numbers {
        let mut numbers = Numbers::new(-3..4);
        for value in values {
            numbers.add(*value, 1);
        }
        numbers
    }

    proptest! {
        #[test]
        fn every_number_is_counted(
            left in proptest::collection::vec(prop_oneof![-6..6_i32, Just(i32::MIN), Just(i32::MAX)], 0..30),
            right in proptest::collection::vec(-6..6_i32, 0..30),
        ) {
            let mut numbers = of(&left);
            numbers.merge(of(&right));
            let mut plain: BTreeMap<i32, u64> = BTreeMap::new();
            left.iter().chain(&right).for_each(|value| *plain.entry(*value).or_default() += 1);
            let range = plain.keys().next().zip(plain.keys().next_back()).map(|(low, high)| (*low, *high));
            prop_assert_eq!(numbers.range(), range);
            prop_assert_eq!(numbers.distinct(), Distinct { values: plain.len() as u64, is_exact: true });
            prop_assert_eq!(numbers.sorted(), plain.into_iter().collect::<Vec<_>>());
        }
    }
}
