//! How the events of a bucket spread over amounts, and over which amounts those of a country do.
//!
//! A run knows every amount; of what is published only the mode, the runner-up and the rest of the
//! bucket together are known.

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
    /// The segment, as it is shown.
    pub(crate) segment: String,
    /// The bucket, likewise.
    pub(crate) bucket: String,
    /// What is served of it, and how clear that is.
    pub(crate) mode: Mode,
    /// Amounts one by one: the mode, the runner-up, then the others from the most used on.
    pub(crate) parts: Vec<AmountEvents>,
    /// The amounts that are not among them.
    pub(crate) rest: Rest,
}

/// The events of one amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AmountEvents {
    /// The amount; `None` where it is withheld and was therefore not published.
    pub(crate) amount: Option<Amount>,
    pub(crate) events: u64,
    pub(crate) rank: Rank,
}

/// What an amount is to its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    /// The most used one, which is served.
    Mode,
    /// The most used one, of too few events to be served.
    Withheld,
    RunnerUp,
    Other,
    /// An amount of 0, of events without one: it is counted and never served.
    NeverServed,
}

/// Amounts that are not told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rest {
    pub(crate) events: u64,
    /// How many there are; `None` where that is not known.
    pub(crate) amounts: Option<u64>,
}

impl Distribution {
    /// Returns those of a country as a run counted them, one for each of `rows`.
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
        // As modes are chosen: an amount of 0 stands behind all that could be served.
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

    /// Returns that of a bucket as far as its item says.
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

    /// Returns it with at most so many amounts one by one.
    pub(crate) fn shortened(&self, parts_max: usize) -> Self {
        let mut short = self.clone();
        let left_out = short.parts.split_off(parts_max.min(short.parts.len()));
        short.rest.events += left_out.iter().map(|part| part.events).sum::<u64>();
        short.rest.amounts = short.rest.amounts.map(|amounts| amounts + left_out.len() as u64);
        short
    }

    /// Returns the events of an amount; `None` where they are not known.
    pub(crate) fn events_of(&self, amount: Amount) -> Option<u64> {
        let known = self.parts.iter().find(|part| part.amount == Some(amount)).map(|part| part.events);
        // Of a withheld amount only the events were published: it may be this one.
        let is_all_known = self.rest.events == 0 && self.parts.iter().all(|part| part.amount.is_some());
        known.or_else(|| is_all_known.then_some(0))
    }

    /// Returns whether the mode is this amount.
    pub(crate) fn is_mode(&self, amount: Amount) -> bool {
        self.mode.voucher_amount == Some(amount)
    }
}

fn first_rank(mode: &Mode) -> Rank {
    if mode.voucher_amount.is_some() { Rank::Mode } else { Rank::Withheld }
}

/// Returns the amounts that the buckets of a country are compared by, in order: modes first, then
/// the most used ones, at most `amounts_max`; and how many there are in all.
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
