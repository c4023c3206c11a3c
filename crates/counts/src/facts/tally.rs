//! Counts how often each value occurs, while there are not too many.

use super::distinct::{Distinct, DistinctValues};
use foldhash::HashMap;
use std::cmp::Reverse;
use std::hash::Hash;

/// Maximum number of distinct values that are counted one by one. With more, a column does not hold
/// amounts, orders or days, and none of its values stands out.
const VALUES_MAX: usize = 1 << 16;

/// Events by value.
#[derive(Debug, Clone)]
pub struct Tally<V> {
    /// Empty if there were too many values.
    counts: HashMap<V, u64>,
    /// The distinct values, if there were too many.
    beyond: Option<Box<DistinctValues>>,
    range: Option<(V, V)>,
}

/// A value with a number of its own.
pub trait Value: Copy + Eq + Ord + Hash {
    /// Returns a number that no other value has.
    fn number(self) -> u64;
}

impl Value for i32 {
    fn number(self) -> u64 {
        i64::from(self).cast_unsigned()
    }
}

impl Value for segments::value::Amount {
    fn number(self) -> u64 {
        self.ten_thousandths().cast_unsigned()
    }
}

impl<V> Default for Tally<V> {
    fn default() -> Self {
        Self { counts: HashMap::default(), beyond: None, range: None }
    }
}

impl<V: Value> Tally<V> {
    /// Adds `events` events, at least one, to a value.
    pub fn add(&mut self, value: V, events: u64) {
        let (smallest, largest) = self.range.unwrap_or((value, value));
        self.range = Some((smallest.min(value), largest.max(value)));
        if let Some(beyond) = &mut self.beyond {
            beyond.add(value.number());
            return;
        }
        *self.counts.entry(value).or_default() += events;
        if self.counts.len() > VALUES_MAX {
            let mut distinct = DistinctValues::default();
            for value in std::mem::take(&mut self.counts).into_keys() {
                distinct.add(value.number());
            }
            self.beyond = Some(Box::new(distinct));
        }
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: Self) {
        if let Some((smallest, largest)) = other.range {
            let (mine_smallest, mine_largest) = self.range.unwrap_or((smallest, largest));
            self.range = Some((smallest.min(mine_smallest), largest.max(mine_largest)));
        }
        if let Some(theirs) = other.beyond {
            let mut distinct = self.beyond.take().unwrap_or_default();
            for value in std::mem::take(&mut self.counts).into_keys() {
                distinct.add(value.number());
            }
            distinct.merge(*theirs);
            self.beyond = Some(distinct);
        }
        other.counts.into_iter().for_each(|(value, events)| self.add(value, events));
    }

    /// Returns the smallest and the largest value.
    pub fn range(&self) -> Option<(V, V)> {
        self.range
    }

    /// Returns the number of distinct values.
    pub fn distinct(&self) -> Distinct {
        match &self.beyond {
            Some(values) => values.distinct(),
            None => Distinct { values: self.counts.len() as u64, is_exact: true },
        }
    }

    /// Returns the values and their events, sorted by value; nothing if there were too many.
    pub fn sorted(&self) -> Vec<(V, u64)> {
        let mut sorted: Vec<_> = self.counts.iter().map(|(value, events)| (*value, *events)).collect();
        sorted.sort_unstable();
        sorted
    }
}

/// Returns the `count` most frequent values; ties are sorted by value.
#[must_use]
pub fn top<V: Ord>(mut values: Vec<(V, u64)>, count: usize) -> Vec<(V, u64)> {
    values.sort_unstable_by(|(value, events), (other, others)| {
        (Reverse(events), value).cmp(&(Reverse(others), other))
    });
    values.truncate(count);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: impl IntoIterator<Item = i32>) -> Tally<i32> {
        let mut tally = Tally::default();
        values.into_iter().for_each(|value| tally.add(value, 1));
        tally
    }

    /// Everything that a tally shows.
    type Shown = (Vec<(i32, u64)>, Distinct, Option<(i32, i32)>);

    fn shown(tally: &Tally<i32>) -> Shown {
        (tally.sorted(), tally.distinct(), tally.range())
    }

    #[test]
    fn ties_go_to_the_smaller_value() {
        let tally = of([3, 1, 2, 3, 2, -1]);
        assert_eq!(top(tally.sorted(), 3), [(2, 2), (3, 2), (-1, 1)]);
    }

    #[test]
    fn both_sides_of_what_is_counted_one_by_one() {
        let max = i32::try_from(VALUES_MAX).expect("it fits");
        let full = of(0..max);
        assert_eq!((full.sorted().len(), full.distinct().is_exact), (VALUES_MAX, true));
        let more = of(-1..max);
        assert_eq!(
            (more.sorted(), more.distinct().is_exact, more.range()),
            (vec![], false, Some((-1, max - 1)))
        );
        // In each way in which there can be too many.
        for (left, right) in [(-1..9, 8..max), (8..max, -1..9), (-1..max, 3..4), (3..4, -1..max)] {
            let mut merged = of(left);
            merged.merge(of(right));
            assert_eq!(shown(&merged), shown(&more));
        }
    }

    proptest! {
        #[test]
        fn parts_come_to_what_all_come_to(
            left in proptest::collection::vec(-9..9_i32, 0..50),
            right in proptest::collection::vec(-9..9_i32, 0..50),
        ) {
            let all = of(left.iter().chain(&right).copied());
            let mut merged = of(left);
            merged.merge(of(right));
            prop_assert_eq!(shown(&merged), shown(&all));
        }
    }
}
