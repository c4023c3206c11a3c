//! Draws events, one after the other.

use super::world::{
    AMOUNTS, DAYS_AT_BORDERS, FREQUENCY, MARKETS, Market, ORDERS_AT_BORDERS, RECENCY, WEIGHTS_SUM,
};
use chrono::{Days, NaiveDate, NaiveTime};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::ops::Range;

/// The first day of last orders, and the number of days they cover.
const LAST_ORDER_FIRST: NaiveDate = NaiveDate::from_ymd_opt(2018, 3, 9).expect("a day");
const LAST_ORDER_DAYS: u32 = 143;
/// Days between first and last order are fewer than this.
const CUSTOMER_DAYS: u32 = 2_900;
/// How many days before their order misdated events lie: they carry a year that has passed.
const MISDATED_DAYS: u64 = 1_157;

// Dirt, in parts of a thousand: the shares of the real file, or somewhat more.
const BLANK_ORDERS: u32 = 80;
const NULL_AMOUNT: u32 = 6;
const MISDATED: u32 = 80;
const OTHER_SPELLING: u32 = 3;
const TIMESTAMP_WITH_ZONE: u32 = 200;

// Preferences, in parts of a hundred: by the frequency bucket, by the recency bucket, any.
const BY_FREQUENCY: u32 = 40;
const BY_RECENCY: u32 = 36;

/// One event, in the columns of the file.
pub(super) struct Event {
    pub(super) timestamp: String,
    pub(super) country: &'static str,
    pub(super) last_order: String,
    pub(super) first_order_millis: i64,
    pub(super) total_orders: String,
    pub(super) voucher_amount: Option<f64>,
}

/// An endless sequence of events: first one for every country at every border, then random ones.
pub(super) struct Events {
    random: ChaCha8Rng,
    drawn: usize,
}

impl Events {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), drawn: 0 }
    }

    pub(super) fn next_event(&mut self) -> Event {
        let at = self.drawn;
        self.drawn += 1;
        let (market, border) = (at % MARKETS.len(), at / MARKETS.len());
        match (ORDERS_AT_BORDERS.get(border), border.checked_sub(ORDERS_AT_BORDERS.len())) {
            (Some(orders), _) => self.clean(market, *orders, RECENCY[1].0.start),
            (None, Some(border)) if border < DAYS_AT_BORDERS.len() => {
                self.clean(market, FREQUENCY[0].0.start, DAYS_AT_BORDERS[border])
            }
            _ => self.any(),
        }
    }

    fn any(&mut self) -> Event {
        let market = self.weighted(MARKETS.iter().map(|market| market.weight));
        let orders = self.weighted(FREQUENCY.iter().map(|(_, weight)| *weight));
        let orders = self.within(&FREQUENCY[orders].0);
        let days = self.weighted(RECENCY.iter().map(|(_, weight)| *weight));
        let days = self.within(&RECENCY[days].0);
        let mut event = self.clean(market, orders, days);
        if self.happens(BLANK_ORDERS) {
            event.total_orders = String::new();
        }
        if self.happens(NULL_AMOUNT) {
            event.voucher_amount = None;
        }
        if self.happens(OTHER_SPELLING) {
            event.country = MARKETS[market].other_name;
        }
        event
    }

    fn clean(&mut self, market: usize, orders: u32, days: u32) -> Event {
        let Market { name, amounts, .. } = &MARKETS[market];
        let last_order = LAST_ORDER_FIRST + Days::new(u64::from(self.below(LAST_ORDER_DAYS)));
        let first_order = last_order - Days::new(u64::from(self.below(CUSTOMER_DAYS)));
        let mut day = last_order + Days::new(u64::from(days));
        // The rows at the borders come first, and their dates are correct.
        if self.drawn > MARKETS.len() * (ORDERS_AT_BORDERS.len() + DAYS_AT_BORDERS.len())
            && self.happens(MISDATED)
        {
            day = last_order - Days::new(MISDATED_DAYS);
        }
        let time =
            NaiveTime::from_num_seconds_from_midnight_opt(self.below(86_400), self.below(1_000_000) * 1_000);
        let zone = if self.happens(TIMESTAMP_WITH_ZONE) { "+00:00" } else { "" };
        Event {
            timestamp: format!("{day} {}{zone}", time.unwrap_or_default().format("%H:%M:%S%.6f")),
            country: name,
            last_order: last_order.to_string(),
            first_order_millis: first_order.and_time(NaiveTime::MIN).and_utc().timestamp_millis(),
            total_orders: format!("{orders}.0"),
            voucher_amount: Some(amounts[self.amount(orders, days)]),
        }
    }

    /// Each bucket has its own favourite: even positions by orders, odd ones by days.
    fn amount(&mut self, orders: u32, days: u32) -> usize {
        let bucket = |ranges: &[(Range<u32>, u32)], value: u32| {
            ranges.iter().position(|(range, _)| value < range.end).unwrap_or(ranges.len() - 1)
        };
        let taste = self.below(100);
        if taste < BY_FREQUENCY {
            2 * bucket(&FREQUENCY, orders)
        } else if taste < BY_FREQUENCY + BY_RECENCY {
            2 * bucket(&RECENCY, days) + 1
        } else {
            self.below(u32::try_from(AMOUNTS).unwrap_or_default()) as usize
        }
    }

    fn weighted(&mut self, weights: impl Iterator<Item = u32>) -> usize {
        let mut left = self.below(WEIGHTS_SUM);
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    fn within(&mut self, range: &Range<u32>) -> u32 {
        range.start + self.below(range.end - range.start)
    }

    fn happens(&mut self, parts_of_a_thousand: u32) -> bool {
        self.below(1_000) < parts_of_a_thousand
    }

    /// A number from 0 up to, but not including, `bound`.
    fn below(&mut self, bound: u32) -> u32 {
        let scaled = (u64::from(self.random.next_u32()) * u64::from(bound)) >> 32;
        u32::try_from(scaled).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_dirt_is_there() {
        let mut events = Events::new(1);
        let events: Vec<_> = (0..20_000).map(|_| events.next_event()).collect();
        let share = |of: fn(&Event) -> bool| events.iter().filter(|event| of(event)).count();
        assert!((1_400..1_800).contains(&share(|event| event.total_orders.is_empty())), "blank orders");
        assert!((80..170).contains(&share(|event| event.voucher_amount.is_none())), "null amounts");
        assert!((1_400..1_800).contains(&share(|event| event.timestamp.starts_with("2015"))), "misdated");
        assert!((3_600..4_400).contains(&share(|event| event.timestamp.ends_with("+00:00"))), "with zone");
        let names: BTreeSet<_> = events.iter().map(|event| event.country).collect();
        assert_eq!(names.len(), 12, "every country in both spellings");
    }

    #[test]
    fn the_borders_come_first() {
        let mut events = Events::new(9);
        let events: Vec<_> =
            (0..MARKETS.len() * ORDERS_AT_BORDERS.len()).map(|_| events.next_event()).collect();
        for (at, event) in events.iter().enumerate() {
            assert_eq!(event.country, MARKETS[at % MARKETS.len()].name);
            assert_eq!(event.total_orders, format!("{}.0", ORDERS_AT_BORDERS[at / MARKETS.len()]));
            assert!(event.voucher_amount.is_some());
        }
    }
}
