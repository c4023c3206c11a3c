//! Counts by country, amount and outcome, all by code: in a small dense array while the codes are
//! few, as nearly always, and else in a map.

use super::codes::Code;
use foldhash::HashMap;

/// Maximum cells of the dense array: 1 MiB of counters, about a core's second-level cache.
const DENSE_CELLS_MAX: usize = 1 << 18;
/// The map is quicker if there are more than this many cells to scan per row.
const CELLS_A_ROW: usize = 64;

/// The counts of one segment.
#[derive(Debug)]
pub(super) struct Grid {
    outcomes: usize,
    countries: usize,
    amounts: usize,
    /// Indexed by `(country * amounts + amount) * outcomes + outcome`.
    dense: Vec<u32>,
    /// Whether the dense array has any event; scanning it takes time.
    is_dense_used: bool,
    /// Rows of the current window.
    rows: usize,
    sparse: HashMap<(Code, Code, u32), u64>,
}

impl Grid {
    pub(super) fn new(outcomes: usize) -> Self {
        Self {
            outcomes,
            countries: 0,
            amounts: 0,
            dense: Vec::new(),
            is_dense_used: false,
            rows: 0,
            sparse: HashMap::default(),
        }
    }

    /// Starts a window of `rows` rows, which [`Self::drain`] ends.
    pub(super) fn begin(&mut self, rows: usize) {
        self.rows = rows;
    }

    /// Counts one event per row. Codes are below `countries` and `amounts`; outcomes are below the
    /// number that the grid was made for.
    pub(super) fn count(
        &mut self,
        countries: &[Code],
        amounts: &[Code],
        outcomes: &[u16],
        limits: (usize, usize),
    ) {
        if !self.is_dense_for(limits) || self.is_quicker_sparse() {
            for ((country, amount), outcome) in countries.iter().zip(amounts).zip(outcomes) {
                *self.sparse.entry((*country, *amount, u32::from(*outcome))).or_default() += 1;
            }
            return;
        }
        self.is_dense_used = true;
        for ((country, amount), outcome) in countries.iter().zip(amounts).zip(outcomes) {
            let cell =
                (*country as usize * self.amounts + *amount as usize) * self.outcomes + usize::from(*outcome);
            self.dense[cell] += 1;
        }
    }

    /// Makes room for these codes; `false` if they are too many to be dense.
    fn is_dense_for(&mut self, (countries, amounts): (usize, usize)) -> bool {
        if countries <= self.countries && amounts <= self.amounts {
            return true;
        }
        let (countries, amounts) = (countries.next_power_of_two(), amounts.next_power_of_two());
        let cells = countries.saturating_mul(amounts).saturating_mul(self.outcomes);
        if cells > DENSE_CELLS_MAX {
            return false;
        }
        self.move_to_sparse();
        (self.countries, self.amounts) = (countries, amounts);
        self.dense.clear();
        self.dense.resize(cells, 0);
        true
    }

    /// Whether the map counts the rows of the window faster than the dense array can be scanned.
    fn is_quicker_sparse(&self) -> bool {
        self.rows.saturating_mul(CELLS_A_ROW) < self.dense.len()
    }

    fn move_to_sparse(&mut self) {
        if !std::mem::take(&mut self.is_dense_used) {
            return;
        }
        let cells = self.dense.iter_mut().enumerate().filter(|(_, events)| **events > 0);
        for (cell, events) in cells {
            let (pair, outcome) = (cell / self.outcomes, cell % self.outcomes);
            let key = (code(pair / self.amounts), code(pair % self.amounts), code(outcome));
            *self.sparse.entry(key).or_default() += u64::from(std::mem::take(events));
        }
    }

    /// Returns all counts as (country, amount, outcome) -> events, and resets them.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = ((Code, Code, u32), u64)> + '_ {
        self.move_to_sparse();
        self.sparse.drain()
    }
}

fn code(index: usize) -> Code {
    Code::try_from(index).expect("a dense array has few cells")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_counts_like_a_map(
            batches in proptest::collection::vec(
                proptest::collection::vec((0..40_u32, 0..700_u32, 0..20_u32), 0..50), 0..5),
            widths in proptest::collection::vec((1..41_u32, 1..701_u32), 5),
            // A window of few rows, or of many.
            rows in prop_oneof![Just(1_usize), Just(1 << 20)],
        ) {
            let mut grid = Grid::new(20);
            let mut expected: BTreeMap<(u32, u32, u32), u64> = BTreeMap::new();
            grid.begin(rows);
            for (batch, (countries, amounts)) in batches.iter().zip(widths) {
                let rows: Vec<_> =
                    batch.iter().map(|(country, amount, outcome)| (country % countries, amount % amounts, *outcome)).collect();
                for row in &rows {
                    *expected.entry(*row).or_default() += 1;
                }
                let column = |of: fn(&(u32, u32, u32)) -> u32| rows.iter().map(of).collect::<Vec<_>>();
                let outcomes: Vec<_> =
                    rows.iter().map(|row| u16::try_from(row.2).expect("below 20")).collect();
                grid.count(&column(|row| row.0), &column(|row| row.1), &outcomes,
                    (countries as usize, amounts as usize));
            }
            prop_assert_eq!(grid.drain().collect::<BTreeMap<_, _>>(), expected);
            prop_assert_eq!(grid.drain().count(), 0);
        }
    }
}
