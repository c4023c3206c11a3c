//! The world that samples are drawn from: countries, their amounts, and the distribution of customers.

/// A made-up market.
pub(super) struct Market {
    /// Its usual spelling.
    pub(super) name: &'static str,
    /// Its spelling in a few events.
    pub(super) other_name: &'static str,
    /// Its share of events, in parts of [`WEIGHTS_SUM`].
    pub(super) weight: u32,
    /// Values of its vouchers.
    pub(super) amounts: [f64; AMOUNTS],
}

/// Number of amounts of a market: one for each possible preference below, twice over.
pub(super) const AMOUNTS: usize = 12;
/// The sum of the weights of all markets.
pub(super) const WEIGHTS_SUM: u32 = 100;

pub(super) const MARKETS: [Market; 6] = [
    Market { name: "Australia", other_name: "australia", weight: 24, amounts: AUSTRALIA },
    Market { name: "China", other_name: "CHINA", weight: 30, amounts: CHINA },
    Market { name: "Latvia", other_name: " Latvia ", weight: 18, amounts: LATVIA },
    Market { name: "Peru", other_name: "PERU", weight: 14, amounts: PERU },
    Market { name: "Costa Rica", other_name: "costa rica", weight: 9, amounts: COSTA_RICA },
    Market { name: "Türkiye", other_name: "TÜRKIYE", weight: 5, amounts: TURKIYE },
];

const AUSTRALIA: [f64; AMOUNTS] = [5.0, 7.5, 10.0, 12.5, 15.0, 17.5, 20.0, 22.5, 25.0, 27.5, 30.0, 35.0];
const CHINA: [f64; AMOUNTS] =
    [1760.0, 1540.0, 2200.0, 2420.0, 2640.0, 3080.0, 3520.0, 4400.0, 5280.0, 5720.0, 6600.0, 8800.0];
const LATVIA: [f64; AMOUNTS] = [2.0, 2.5, 3.0, 3.25, 4.0, 4.75, 5.0, 6.0, 7.5, 9.0, 10.0, 12.0];
const PERU: [f64; AMOUNTS] =
    [2640.0, 3520.0, 4400.0, 1760.0, 2200.0, 3080.0, 5720.0, 8800.0, 11000.0, 13200.0, 1540.0, 6160.0];
const COSTA_RICA: [f64; AMOUNTS] =
    [1500.0, 2000.0, 2500.0, 3000.0, 3500.0, 4000.0, 4500.0, 5000.0, 5500.0, 6000.0, 6500.0, 7000.0];
const TURKIYE: [f64; AMOUNTS] = [39.9, 49.9, 59.9, 69.9, 79.9, 89.9, 99.9, 109.9, 119.9, 129.9, 139.9, 149.9];

/// Whole days between the last order and the event, by range, with the share of events in parts of
/// [`WEIGHTS_SUM`]. The ranges are those of the default rules and those outside of them.
pub(super) const RECENCY: [(std::ops::Range<u32>, u32); 6] =
    [(0..30, 10), (30..60, 32), (60..90, 14), (90..120, 26), (120..180, 10), (180..420, 8)];

/// Orders so far, likewise.
pub(super) const FREQUENCY: [(std::ops::Range<u32>, u32); 4] =
    [(0..5, 44), (5..14, 26), (14..38, 20), (38..120, 10)];

/// Values on both sides of every border of the default rules, and far beyond.
pub(super) const ORDERS_AT_BORDERS: [u32; 8] = [0, 4, 5, 13, 14, 37, 38, 1_000];
/// Likewise for days.
pub(super) const DAYS_AT_BORDERS: [u32; 13] = [0, 1, 29, 30, 59, 60, 89, 90, 119, 120, 179, 180, 1_000];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        assert_eq!(MARKETS.iter().map(|market| market.weight).sum::<u32>(), WEIGHTS_SUM);
        assert_eq!(RECENCY.iter().map(|(_, weight)| weight).sum::<u32>(), WEIGHTS_SUM);
        assert_eq!(FREQUENCY.iter().map(|(_, weight)| weight).sum::<u32>(), WEIGHTS_SUM);
    }

    #[test]
    fn every_border_of_the_default_rules_is_there() {
        let rules = segments::rules::Rules::default();
        for (segment, values) in
            [("frequent_segment", &ORDERS_AT_BORDERS[..]), ("recency_segment", &DAYS_AT_BORDERS[..])]
        {
            let segment = rules.segment(segment).expect("in the default rules");
            for bucket in segment.buckets() {
                let mut borders = vec![bucket.from()];
                borders.extend(bucket.below());
                for border in borders {
                    let both = [border.checked_sub(1), Some(border)];
                    for value in both.into_iter().flatten() {
                        assert!(values.iter().any(|there| u64::from(*there) == value), "{value}");
                    }
                }
            }
        }
    }
}
