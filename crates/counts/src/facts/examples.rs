//! Examples of odd events: always the first of the input, in whatever order it was read.

use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of examples of each oddity.
const EXAMPLES_MAX: usize = 3;

/// An event, by its place and by how its values were read; null is what is missing or bad.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Example {
    /// The file.
    pub file: String,
    /// The position of its row group in the file.
    pub row_group: u64,
    /// Its position in the row group.
    pub row: u64,
    /// The country as it is spelled.
    pub country_code: Option<String>,
    /// The day (UTC) of the event.
    pub timestamp: Option<String>,
    /// The day of the last order.
    pub last_order_ts: Option<String>,
    /// The day of the first order.
    pub first_order_ts: Option<String>,
    /// The number of orders.
    pub total_orders: Option<u32>,
    /// The amount.
    pub voucher_amount: Option<String>,
}

/// How often an oddity occurs, and where first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Odd {
    /// Number of occurrences.
    pub events: u64,
    examples: Vec<Example>,
}

impl Odd {
    /// Returns whether an event at this position would be one of the examples.
    #[must_use]
    pub fn wants(&self, file: &str, row_group: u64, row: u64) -> bool {
        let last = self.examples.get(EXAMPLES_MAX - 1);
        last.is_none_or(|last| (file, row_group, row) < (last.file.as_str(), last.row_group, last.row))
    }

    /// Adds an event, if it is among the first.
    pub fn show(&mut self, example: Example) {
        if self.wants(&example.file, example.row_group, example.row) {
            let place = self.examples.partition_point(|other| *other < example);
            self.examples.insert(place, example);
            self.examples.truncate(EXAMPLES_MAX);
        }
    }

    /// Adds the events of other rows.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        other.examples.into_iter().for_each(|example| self.show(example));
    }

    /// Returns the first events, in order of the input.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(file: &str, row_group: u64, row: u64) -> Example {
        Example {
            file: file.to_owned(),
            row_group,
            row,
            country_code: None,
            timestamp: None,
            last_order_ts: None,
            first_order_ts: None,
            total_orders: None,
            voucher_amount: None,
        }
    }

    #[test]
    fn the_first_of_the_input_are_kept_in_any_order() {
        let places = [("a", 0, 10), ("a", 0, 9), ("a", 1, 0), ("b", 0, 0), ("a", 0, 11)];
        let expected = [("a", 0, 9), ("a", 0, 10), ("a", 0, 11)];
        for turn in 0..places.len() {
            let mut turned = places;
            turned.rotate_left(turn);
            let (left, right) = turned.split_at(turn);
            let [mut left, right] = [left, right].map(|places| {
                let mut odd = Odd { events: places.len() as u64, ..Odd::default() };
                for (file, row_group, row) in places {
                    odd.show(example(file, *row_group, *row));
                }
                odd
            });
            left.merge(right);
            let shown: Vec<_> =
                left.examples().iter().map(|e| (e.file.as_str(), e.row_group, e.row)).collect();
            assert_eq!((left.events, &shown[..]), (5, &expected[..]), "{turned:?}");
        }
        let mut odd = Odd::default();
        assert!(odd.wants("z", 9, 9));
        for (file, row_group, row) in expected {
            odd.show(example(file, row_group, row));
        }
        for (place, is_wanted) in
            [(("a", 0, 8), true), (("a", 0, 11), false), (("a", 0, 12), false), (("B", 9, 9), true)]
        {
            assert_eq!(odd.wants(place.0, place.1, place.2), is_wanted, "{place:?}");
        }
    }
}
