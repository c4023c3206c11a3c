//! Counts the distinct values of a nearly unique column: exactly while they are few.

use super::hll::Hll;
use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of distinct values that are counted exactly; beyond it, they are estimated.
const EXACT_MAX: usize = 10_000;

/// How many different values there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Distinct {
    /// How many.
    pub values: u64,
    /// Whether that is exact; an estimate is off by 0.8 % on average.
    pub is_exact: bool,
}

/// The distinct values of some rows, by their hashes.
#[derive(Debug, Clone)]
pub enum DistinctValues {
    /// Few enough to be kept.
    Exact(HashSet<u64>),
    /// Too many.
    Estimated(Hll),
}

impl Default for DistinctValues {
    fn default() -> Self {
        Self::Exact(HashSet::default())
    }
}

impl DistinctValues {
    /// Adds a value: a number that no other value has.
    pub fn add(&mut self, value: u64) {
        match self {
            Self::Estimated(hll) => hll.add(mixed(value)),
            Self::Exact(values) => {
                values.insert(value);
                if values.len() > EXACT_MAX {
                    *self = Self::Estimated(sketch(values));
                }
            }
        }
    }

    /// Adds the values of other rows.
    pub fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::Exact(values)) => values.into_iter().for_each(|value| self.add(value)),
            (Self::Estimated(hll), Self::Estimated(other)) => hll.merge(&other),
            (Self::Exact(values), Self::Estimated(mut hll)) => {
                hll.merge(&sketch(values));
                *self = Self::Estimated(hll);
            }
        }
    }

    /// Returns the number of distinct values.
    #[must_use]
    pub fn distinct(&self) -> Distinct {
        match self {
            Self::Exact(values) => Distinct { values: values.len() as u64, is_exact: true },
            Self::Estimated(hll) => Distinct { values: hll.estimate(), is_exact: false },
        }
    }
}

fn sketch(values: &HashSet<u64>) -> Hll {
    let mut hll = Hll::new();
    for value in values {
        hll.add(mixed(*value));
    }
    hll
}

/// Returns a hash of a number with the finalizer of `splitmix64`, the same on every machine.
pub(super) fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: std::ops::Range<u64>) -> DistinctValues {
        let mut distinct = DistinctValues::default();
        values.for_each(|value| distinct.add(value));
        distinct
    }

    #[test]
    fn both_sides_of_what_is_exact() {
        for (values, is_exact) in [(0, true), (7, true), (10_000, true), (10_001, false)] {
            let distinct = of(0..values).distinct();
            assert_eq!(distinct.is_exact, is_exact, "{values}");
            assert!(distinct.values.abs_diff(values) <= if is_exact { 0 } else { 250 }, "{distinct:?}");
        }
    }

    #[test]
    fn parts_come_to_what_all_come_to() {
        // On either side of the limit, and across it by the merge alone.
        for (left, right) in [(0..10, 5..20), (0..6_000, 5_000..12_000), (0..20_000, 0..3), (0..3, 2..20_000)]
        {
            let all = of(left.start.min(right.start)..left.end.max(right.end)).distinct();
            let (mut there, mut back) = (of(left.clone()), of(right.clone()));
            there.merge(of(right.clone()));
            back.merge(of(left.clone()));
            assert_eq!((there.distinct(), back.distinct()), (all, all), "{left:?} {right:?}");
        }
        let (mut there, all) = (of(0..20_000), of(0..40_000));
        there.merge(of(15_000..40_000));
        assert_eq!(there.distinct(), all.distinct());
    }
}
