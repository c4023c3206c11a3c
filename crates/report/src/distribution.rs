//! How the events of a bucket are distributed over amounts, and the amounts to compare a country's
//! buckets by.
//!
//! A run knows every amount. A published bucket has only the mode, the runner-up and the sum of the
//! rest.

use segments::mode::Mode;
use segments::table::BucketRow;
use segments::table::Count;
use segments::value::Amount;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use storage::shown;

/// The events of a bucket by amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Distribution {
    /// The segment, in printable form.
    pub(crate) segment: String,
    /// The bucket, in printable form.
    pub(crate) bucket: String,
    /// The amount it serves, and how clear that is.
    pub(crate) mode: Mode,
    /// Individual amounts: the mode, the runner-up, then the others, most used first.
    pub(crate) parts: Vec<AmountEvents>,
    /// All other amounts together.
    pub(crate) rest: Rest,
}

/// The events of one amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AmountEvents {
    /// The amount; `None` if it is withheld and so was not published.
    pub(crate) amount: Option<Amount>,
    pub(crate) events: u64,
    pub(crate) rank: Rank,
}

/// The role of an amount in its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    /// The most used amount, which is served.
    Mode,
    /// The most used amount, with too few events to be served.
    Withheld,
    RunnerUp,
    Other,
    /// An amount of 0, for events without an amount: it is counted and never served.
    NeverServed,
}

/// Amounts that are not listed individually.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rest {
    pub(crate) events: u64,
    /// Number of amounts; `None` if unknown.
    pub(crate) amounts: Option<u64>,
}

impl Distribution {
    /// Returns the distributions of a country as counted by a run, one for each of `rows`.
    pub(crate) fn all_counted(rows: &[BucketRow], counts: &[Count]) -> Vec<Self> {
        let mut by_bucket: BTreeMap<(&str, &str), Vec<(Amount, u64)>> = BTreeMap::new();
        for Count { segment, bucket, amount, events } in counts {
            by_bucket.entry((segment, bucket)).or_default().push((*amount, *events));
        }
        let of = |row: &BucketRow| {
            let key = (row.segment.as_str(), row.bucket.as_str());
            by_bucket.get(&key).cloned().unwrap_or_default()
        };
        rows.iter().map(|row| Self::counted(row, of(row))).collect()
    }

    fn counted(row: &BucketRow, mut counts: Vec<(Amount, u64)>) -> Self {
        // The order in which modes are chosen: an amount of 0 comes after all that could be served.
        counts.sort_unstable_by_key(|(amount, events)| (!amount.is_servable(), Reverse(*events), *amount));
        let parts = counts.into_iter().enumerate().map(|(place, (amount, events))| {
            let rank = match place {
                _ if !amount.is_servable() => Rank::NeverServed,
                0 => first_rank(&row.mode),
                1 => Rank::RunnerUp,
                _ => Rank::Other,
            };
            AmountEvents { amount: Some(amount), events, rank }
        });
        let parts = parts.collect();
        Self::of(row, parts, Rest { events: 0, amounts: Some(0) })
    }

    /// Returns the distribution of a bucket, as far as its published item shows it.
    pub(crate) fn published(row: &BucketRow) -> Self {
        let Mode { voucher_amount, support, runner_up, .. } = row.mode;
        let first = AmountEvents { amount: voucher_amount, events: support, rank: first_rank(&row.mode) };
        let second = runner_up.map(|(amount, events)| AmountEvents {
            amount: Some(amount),
            events,
            rank: Rank::RunnerUp,
        });
        let parts = Some(first).filter(|part| part.events > 0).into_iter().chain(second).collect();
        let events = row.mode.others();
        Self::of(row, parts, Rest { events, amounts: (events == 0).then_some(0) })
    }

    fn of(row: &BucketRow, parts: Vec<AmountEvents>, rest: Rest) -> Self {
        let [segment, bucket] = [&row.segment, &row.bucket].map(|name| shown(name).into_owned());
        Self { segment, bucket, mode: row.mode, parts, rest }
    }

    /// Returns a copy with at most `parts_max` individual amounts.
    pub(crate) fn shortened(&self, parts_max: usize) -> Self {
        let mut short = self.clone();
        let left_out = short.parts.split_off(parts_max.min(short.parts.len()));
        short.rest.events += left_out.iter().map(|part| part.events).sum::<u64>();
        short.rest.amounts = short.rest.amounts.map(|amounts| amounts + left_out.len() as u64);
        short
    }

    /// Returns the events of an amount; `None` if unknown.
    pub(crate) fn events_of(&self, amount: Amount) -> Option<u64> {
        let known = self.parts.iter().find(|part| part.amount == Some(amount)).map(|part| part.events);
        // For a withheld amount only the events were published: it may be this amount.
        let is_all_known = self.rest.events == 0 && self.parts.iter().all(|part| part.amount.is_some());
        known.or_else(|| is_all_known.then_some(0))
    }

    /// Returns whether this amount is the mode.
    pub(crate) fn is_mode(&self, amount: Amount) -> bool {
        self.mode.voucher_amount == Some(amount)
    }
}

fn first_rank(mode: &Mode) -> Rank {
    if mode.voucher_amount.is_some() { Rank::Mode } else { Rank::Withheld }
}

/// Returns the amounts to compare a country's buckets by, in order: modes first, then the most used
/// ones, at most `amounts_max`; and the number of all amounts.
pub(crate) fn most_used(buckets: &[Distribution], amounts_max: usize) -> (Vec<Amount>, usize) {
    let mut events: BTreeMap<Amount, (bool, u64)> = BTreeMap::new();
    for bucket in buckets {
        for part in &bucket.parts {
            let Some(amount) = part.amount else { continue };
            let (is_mode, sum) = events.entry(amount).or_default();
            *is_mode |= part.rank == Rank::Mode;
            *sum += part.events;
        }
    }
    let all = events.len();
    let mut ranked: Vec<_> = events.into_iter().collect();
    ranked.sort_by_key(|(amount, (is_mode, events))| (Reverse(*is_mode), Reverse(*events), *amount));
    let chosen: BTreeSet<_> = ranked.into_iter().take(amounts_max).map(|(amount, _)| amount).collect();
    (chosen.into_iter().collect(), all)
}

#[cfg(test)]
mod tests;
