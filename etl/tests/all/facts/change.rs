//! Changes of histories, and the matching changes of tables.

use super::{Event, Fact};
use crate::reference::Column;
use counts::EvaluatedTable;
use segments::mode::Mode;
use segments::table::result_hash;
use segments::value::Amount;
use std::collections::BTreeMap;

/// The same table with every number of events changed, and with new hashes.
pub(crate) fn with_events(mut table: EvaluatedTable, change: impl Fn(u64) -> u64) -> EvaluatedTable {
    let rows = &mut table.rows;
    for count in [
        &mut rows.footer,
        &mut rows.selected,
        &mut rows.other_country,
        &mut rows.no_country,
        &mut rows.pruned,
    ] {
        *count = change(*count);
    }
    let countries = table.countries.iter_mut().map(|country| &mut country.segments);
    for counts in countries.chain([&mut table.segments]).flat_map(BTreeMap::values_mut) {
        counts.counted = change(counts.counted);
        counts.unclassified = change(counts.unclassified);
        counts.rejected.values_mut().for_each(|events| *events = change(*events));
    }
    for country in &mut table.countries {
        country.events = change(country.events);
        country.counts.iter_mut().for_each(|count| count.events = change(count.events));
        for mode in country.rows.iter_mut().map(|row| &mut row.mode) {
            mode.support = change(mode.support);
            mode.total = change(mode.total);
            mode.runner_up = mode.runner_up.map(|(amount, events)| (amount, change(events)));
        }
    }
    rehashed(table)
}

pub(crate) fn rehashed(mut table: EvaluatedTable) -> EvaluatedTable {
    for country in &mut table.countries {
        country.result_hash = result_hash([(&country.key, &country.rows[..])]);
    }
    let rows = table.countries.iter().map(|country| (&country.key, &country.rows[..]));
    table.result_hash = result_hash(rows);
    table
}

/// Events by country, segment, bucket and amount.
pub(crate) fn counts(tables: &[&EvaluatedTable]) -> BTreeMap<[String; 4], u64> {
    let mut counts = BTreeMap::new();
    for country in tables.iter().flat_map(|table| &table.countries) {
        for count in &country.counts {
            let [segment, bucket] = [&count.segment, &count.bucket].map(Clone::clone);
            let key = [country.key.to_string(), segment, bucket, count.amount.to_string()];
            *counts.entry(key).or_default() += count.events;
        }
    }
    counts
}

/// The events with the facts of some columns changed.
pub(crate) fn mapped(events: &[Event], columns: &[Column], change: impl Fn(&Fact) -> Fact) -> Vec<Event> {
    let mut events = events.to_vec();
    for event in &mut events {
        for column in columns {
            let fact = &mut event[*column as usize];
            *fact = change(fact);
        }
    }
    events
}

/// The table with its amounts changed; 0 means that there is no amount.
pub(crate) fn with_amounts(mut table: EvaluatedTable, change: impl Fn(Amount) -> Amount) -> EvaluatedTable {
    let change = |amount: Amount| if amount.is_servable() { change(amount) } else { amount };
    for country in &mut table.countries {
        country.counts.iter_mut().for_each(|count| count.amount = change(count.amount));
        for mode in country.rows.iter_mut().map(|row| &mut row.mode) {
            mode.voucher_amount = mode.voucher_amount.map(change);
            mode.runner_up = mode.runner_up.map(|(amount, events)| (change(amount), events));
        }
    }
    rehashed(table)
}

pub(crate) fn amount(text: &str) -> Amount {
    Amount::read(text).value().expect("an amount")
}

/// Exchanges the amounts of a history one to one: in its events, and in its table.
pub(crate) fn exchange<'a>(
    from: &'a [&'a str],
    to: &'a [&'a str],
) -> (impl Fn(&Fact) -> Fact, impl Fn(Amount) -> Amount) {
    let pairs = move || from.iter().zip(to.iter());
    let fact = move |fact: &Fact| match fact {
        Fact::Number(number) => {
            let (_, to) = pairs().find(|(from, _)| **from == number).expect("one of them");
            Fact::Number((*to).to_owned())
        }
        other => other.clone(),
    };
    let exchanged = move |given: Amount| {
        let (_, to) = pairs().find(|(from, _)| amount(from) == given).expect("one of them");
        amount(to)
    };
    (fact, exchanged)
}

/// The mode of every bucket, by country, segment and label.
pub(crate) fn modes(table: &EvaluatedTable) -> BTreeMap<[String; 3], Mode> {
    let modes = table.countries.iter().flat_map(|country| {
        country
            .rows
            .iter()
            .map(|row| ([country.key.to_string(), row.segment.clone(), row.bucket.clone()], row.mode))
    });
    modes.collect()
}

/// Another country with the same spellings, in the same order.
pub(crate) fn renamed(text: &str) -> String {
    [("Peru", "Chad"), ("peru", "chad"), ("PERU", "CHAD"), ("PeRu", "ChAd")]
        .into_iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
